"""The Higress dialect: Ingresses, registries and the CORS plugin become one listener."""

from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect, Reading
from crossgate.dialects.documents import Documents
from crossgate.dialects.higress.behaviour import DOCUMENTS
from crossgate.dialects.higress.ingresses import IngressReader
from crossgate.dialects.higress.plugins import Decided, Plugin, read_plugin
from crossgate.dialects.higress.registries import Service, read_bridge
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener, arrange
from crossgate.model.hosts import Hostname
from crossgate.model.routes import ExactPath, PathPrefix, PathRegex, Route

_NAME: Final = "higress"
_PORT: Final = 80
"""Where the documents have the gateway listen."""


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read Ingresses, McpBridges and WasmPlugins into the gateway's listener; none where no Ingress is its own."""
    services = _services(documents, report)
    version = options.documents.get(_NAME)
    sources = documents.of("extensions.higress.io", "WasmPlugin")
    plugins = [read for source in sources if (read := read_plugin(source, version, report)) is not None]
    if len(plugins) > 1:
        message = "several CORS plugins at once are not followed yet"
        report.error("not-supported", message, sources[-1].name_span, "write their rules into one")
    reader = IngressReader(services, lambda ingress: _in_force(plugins, ingress), report)
    ingresses = sorted(
        documents.of("networking.k8s.io", "Ingress"), key=lambda item: (item.created, item.namespace, item.name)
    )
    routes = [pair for ingress in ingresses for pair in reader.read(ingress)]
    if not routes:
        return Reading()
    order = {route.name: number for number, (_, route) in enumerate(routes)}
    hosts = arrange(
        routes, precedence=lambda hostname, route: (*_precedence(hostname, route), order[route.name]), falls_back=True
    )
    return Reading(listeners=(Listener(name=_NAME, port=_PORT, hosts=hosts, span=ingresses[0].span),))


def _services(documents: Documents, report: Diagnostics) -> dict[str, Service]:
    bridges = documents.of("networking.higress.io", "McpBridge")
    return {service.host: service for bridge in bridges for service in read_bridge(bridge, report)}


def _in_force(plugins: list[Plugin], ingress: str) -> Decided | None:
    """Return the configuration for an Ingress: its rule's, which replaces the default whole."""
    return next((found for plugin in plugins if (found := plugin.by_ingress.get(ingress, plugin.default))), None)


def _precedence(hostname: Hostname, route: Route) -> tuple[Any, ...]:
    """Return the key to sort by: the narrower host first, exact paths before prefixes, the longer one first."""
    match route.match.path:
        case ExactPath(path=path):
            kind, length = 0, len(path)
        case PathPrefix(prefix=prefix):
            kind, length = 1, len(prefix)
        case PathRegex(pattern=pattern):
            kind, length = 2, len(pattern)
    return (*hostname.precedence, kind, -length)


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
    read=read,
    protecting=frozenset(
        {("security.istio.io", "AuthorizationPolicy"), ("security.istio.io", "RequestAuthentication")}
    ),
)
