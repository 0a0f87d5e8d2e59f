"""Kong Gateway: declarative files, their services, routes and the `cors` plugin.

Source: the plugin's reference and the declarative configuration format of Kong Gateway 3.
"""

from typing import TYPE_CHECKING, Final

from crossgate.dialects.dialect import Dialect
from crossgate.dialects.kong.names import DOCUMENTS, NAME, RELEASES, Flavour

if TYPE_CHECKING:
    from crossgate.diagnostics import Diagnostics
    from crossgate.dialects.documents import Documents
    from crossgate.dialects.options import ReadOptions
    from crossgate.dialects.reading import Reading

__all__ = ["DIALECT"]


def _read(documents: "Documents", options: "ReadOptions", report: "Diagnostics") -> "Reading":
    from crossgate.dialects.kong.reader import read

    return read(documents, options, report)


_CONTROLLER: Final = "configuration.konghq.com"
"""The group of the objects that the gateway's Ingress Controller reads, and nothing here."""

DIALECT: Final = Dialect(
    name=NAME,
    documents=DOCUMENTS,
    releases=RELEASES,
    routers=tuple(flavour.value for flavour in Flavour),
    read=_read,
    is_declarative=True,
    protecting=frozenset((_CONTROLLER, kind) for kind in ("KongPlugin", "KongClusterPlugin")),
)
