"""The Higress dialect: Ingresses, registries and the CORS plugin become one listener."""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect, Reading
from crossgate.dialects.documents import Documents
from crossgate.dialects.higress.behaviour import DOCUMENTS
from crossgate.dialects.higress.chain import read_plugins
from crossgate.dialects.higress.hosts import arrange_hosts, unmatched
from crossgate.dialects.higress.ingresses import IngressReader
from crossgate.dialects.higress.registries import Registered, read_bridge
from crossgate.dialects.higress.releases import RELEASES
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener
from crossgate.model.hosts import ANY_HOST

_NAME: Final = "higress"
_PORT: Final = 80
"""Where the documents have the gateway listen."""


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read Ingresses, McpBridges and WasmPlugins into the gateway's listener; none where no Ingress is its own."""
    services = _services(documents, report)
    sources = documents.of("extensions.higress.io", "WasmPlugin")
    policies = read_plugins(sources, options, _NAME, report)
    reader = IngressReader(services, report)
    ingresses = sorted(
        documents.of("networking.k8s.io", "Ingress"), key=lambda item: (item.created, item.namespace, item.name)
    )
    drafts = [draft for ingress in ingresses for draft in reader.read(ingress)]
    if not drafts:
        return Reading()
    hosts = arrange_hosts(drafts, policies, report)
    otherwise = unmatched(ANY_HOST, policies)
    listener = Listener(name=_NAME, port=_PORT, hosts=hosts, unmatched=otherwise, span=ingresses[0].span)
    return Reading(listeners=(listener,))


def _services(documents: Documents, report: Diagnostics) -> dict[str, Registered]:
    bridges = documents.of("networking.higress.io", "McpBridge")
    return {service.host: service for bridge in bridges for service in read_bridge(bridge, report)}


DIALECT: Final = Dialect(
    name=_NAME,
    kinds=frozenset(
        {
            ("networking.higress.io", "McpBridge"),
            ("networking.k8s.io", "Ingress"),
            ("extensions.higress.io", "WasmPlugin"),
        }
    ),
    documents=DOCUMENTS,
    releases=RELEASES,
    read=read,
    protecting=frozenset(
        {("security.istio.io", "AuthorizationPolicy"), ("security.istio.io", "RequestAuthentication")}
    ),
)
