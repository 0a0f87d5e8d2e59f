"""kgateway and the Kubernetes Gateway API: Gateway, HTTPRoute and TrafficPolicy.

Source: the kgateway documentation on CORS (2.1, 2.3) and https://gateway-api.sigs.k8s.io/reference/spec/.
"""

from typing import TYPE_CHECKING, Final

from crossgate.dialects.dialect import Dialect
from crossgate.dialects.kgateway.names import (
    CORE,
    DIRECT_RESPONSE,
    DOCUMENTS,
    GATEWAY_API,
    LISTENER_SETS,
    NAME,
    POLICY_GROUPS,
    POLICY_KINDS,
    RELEASES,
    SLICES,
)

if TYPE_CHECKING:
    from crossgate.diagnostics import Diagnostics
    from crossgate.dialects.documents import Documents
    from crossgate.dialects.options import ReadOptions
    from crossgate.dialects.reading import Reading

__all__ = ["DIALECT"]


def _read(documents: "Documents", options: "ReadOptions", report: "Diagnostics") -> "Reading":
    from crossgate.dialects.kgateway.reader import read

    return read(documents, options, report)


DIALECT: Final = Dialect(
    name=NAME,
    documents=DOCUMENTS,
    releases=RELEASES,
    read=_read,
    kinds=frozenset(
        {
            *((GATEWAY_API, kind) for kind in ("Gateway", "HTTPRoute", "ReferenceGrant")),
            *LISTENER_SETS,
            *((group, kind) for group in POLICY_GROUPS for kind in (*POLICY_KINDS, DIRECT_RESPONSE)),
        }
    ),
    common=frozenset({(CORE, "Namespace"), (CORE, "Secret"), (CORE, "Service"), SLICES}),
    protecting=frozenset({(GATEWAY_API, "BackendTLSPolicy"), ("gateway.kgateway.dev", "BackendConfigPolicy")}),
)
