"""Gateways: their listeners, and which routes may attach to them."""

from dataclasses import dataclass

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields
from crossgate.dialects.kgateway.places import ListenerPlace
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.source import Span

MAX_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GatewayListener:
    """A listener of a Gateway, as routes see it. `namespaces` is `All`, `Same` or `None`."""

    gateway: KubernetesObject
    name: str
    port: int
    hostname: Hostname
    namespaces: str
    place: ListenerPlace
    span: Span

    @property
    def label(self) -> str:
        """The listener as the command line calls it: `NAMESPACE/GATEWAY/LISTENER`."""
        return f"{self.gateway.namespace}/{self.gateway.name}/{self.name}"

    def admits(self, namespace: str) -> bool:
        """Say whether routes of a namespace may attach."""
        return self.namespaces == "All" or (self.namespaces == "Same" and namespace == self.gateway.namespace)


def read_gateway(gateway: KubernetesObject, report: Diagnostics) -> list[GatewayListener]:
    """Read a Gateway's listeners; what cannot be served yet is an error at its line."""
    spec = gateway.body.mapping("spec", required=True)
    gateway.body.finish()
    if spec is None:
        return []
    spec.string("gatewayClassName")
    spec.ignore("addresses", "infrastructure", "backendTLS")
    listeners = [
        read for item in spec.mappings("listeners", required=True) if (read := _listener(gateway, item, report))
    ]
    spec.finish()
    return listeners


def _listener(gateway: KubernetesObject, item: Fields, report: Diagnostics) -> GatewayListener | None:
    name = item.string("name", required=True)
    port = item.integer("port", minimum=1, maximum=MAX_PORT, required=True)
    protocol = item.string("protocol", required=True, one_of=("HTTP", "HTTPS", "TLS", "TCP", "UDP"))
    hostname = read_hostname(item, report)
    namespaces = _namespaces(item, report)
    item.ignore("tls")
    item.finish()
    if name is None or port is None or protocol is None or hostname is None:
        return None
    if protocol.value != "HTTP":
        report.error(
            "not-supported",
            f"listeners of protocol `{protocol.value}` are not served yet",
            protocol.span,
            "only `HTTP` is; end TLS before Crossgate",
        )
        return None
    return GatewayListener(
        gateway=gateway,
        name=name.value,
        port=port.value,
        hostname=hostname,
        namespaces=namespaces,
        place=ListenerPlace(gateway=gateway, section=name.value, ends_tls=False, span=item.span),
        span=item.span,
    )


def read_hostname(item: Fields, report: Diagnostics, key: str = "hostname") -> Hostname | None:
    """Read a hostname, any host where there is none; None where it is not one."""
    text = item.string(key)
    return ANY_HOST if text is None else parse_hostname(text.value, text.span, report)


def parse_hostname(value: str, span: Span, report: Diagnostics) -> Hostname | None:
    """Return a hostname of the Gateway API: a name or `*.` and a name, in lower case."""
    is_valid = value == value.lower() and "*" not in value[1:] and value != "*" and not value.endswith(".")
    if is_valid and not any(character in value for character in ":/ @"):
        try:
            return Hostname(pattern=value)
        except ValueError:
            pass
    report.error("invalid-hostname", f"`{value}` is not a hostname", span, "a name in lower case, or `*.` and a name")
    return None


def _namespaces(item: Fields, report: Diagnostics) -> str:
    """Return whose routes a listener admits; by default those of its own namespace."""
    allowed = item.mapping("allowedRoutes")
    if allowed is None:
        return "Same"
    allowed.ignore("kinds")
    namespaces = allowed.mapping("namespaces")
    allowed.finish()
    if namespaces is None:
        return "Same"
    source = namespaces.string("from", one_of=("All", "Same", "Selector", "None"))
    namespaces.ignore("selector")
    namespaces.finish()
    if source is not None and source.value == "Selector":
        report.error("not-supported", "routes are not selected by namespace labels yet", source.span, "use `from: All`")
    return "Same" if source is None else source.value


def intersection(listener: Hostname, route: Hostname) -> Hostname | None:
    """Return the names that a listener and a route both mean, or None where there are none."""
    if listener.covers(route):
        return route
    return listener if route.covers(listener) else None
