"""Higress: McpBridge, Ingress and the `cors` plugin.

Source: the plugin's page in the Higress documentation (1.0, 2.0).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from crossgate.dialects.dialect import Dialect, Sharing
from crossgate.dialects.higress.names import (
    BRIDGE,
    DOCUMENTS,
    GATEWAY_API,
    INGRESSES,
    NAME,
    PLUGIN,
    RELEASES,
    SECRET,
    SERVICE,
    SLICE,
)

if TYPE_CHECKING:
    from crossgate.diagnostics import Diagnostics
    from crossgate.dialects.documents import Documents
    from crossgate.dialects.options import ReadOptions
    from crossgate.dialects.reading import Reading
    from crossgate.model.gateway import Listener

__all__ = ["DIALECT"]


def _read(documents: "Documents", options: "ReadOptions", report: "Diagnostics") -> "Reading":
    from crossgate.dialects.higress.reader import read

    return read(documents, options, report)


def _gateways(documents: "Documents") -> frozenset[tuple[str, str]]:
    from crossgate.dialects.higress.gateway_classes import gateways

    return gateways(documents)


def _govern(
    listeners: "Sequence[Listener]", documents: "Documents", options: "ReadOptions", report: "Diagnostics"
) -> "tuple[Listener, ...]":
    from crossgate.dialects.higress.reader import govern

    return govern(listeners, documents, options, report)


DIALECT: Final = Dialect(
    name=NAME,
    documents=DOCUMENTS,
    releases=RELEASES,
    read=_read,
    kinds=frozenset({BRIDGE, PLUGIN, (INGRESSES, "Ingress"), (INGRESSES, "IngressClass")}),
    common=frozenset({SERVICE, SLICE, SECRET, (GATEWAY_API, "GatewayClass")}),
    protecting=frozenset(
        {("security.istio.io", "AuthorizationPolicy"), ("security.istio.io", "RequestAuthentication")}
    ),
    sharing=Sharing(kind=(GATEWAY_API, "Gateway"), gateways=_gateways, govern=_govern),
)
