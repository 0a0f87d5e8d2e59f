"""Gateways: their listeners, and which routes may attach to them.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#gateway. A listener that cannot be served is told, and the
others are served.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.kgateway.admission import Admission, read_admission, read_allowed_sets
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.hostnames import read_hostname
from crossgate.dialects.kgateway.places import ListenerPlace
from crossgate.dialects.kgateway.schema import mappings, word
from crossgate.dialects.kgateway.terminations import certificates, read_termination
from crossgate.model.gateway import Certificate, Scheme
from crossgate.model.hosts import Hostname
from crossgate.source import Span

MAX_PORT: Final = 65535
MAX_LISTENERS: Final = 64
NOT_SERVED: Final = "listener-not-served"

_PROTOCOLS: Final = ("HTTP", "HTTPS", "TLS", "TCP", "UDP")
_SCHEMES: Final = {"HTTP": Scheme.HTTP, "HTTPS": Scheme.HTTPS}


class GatewayListener(Struct, frozen=True, kw_only=True, eq=False):
    """A listener of a Gateway, as routes see it; one that is not served takes routes all the same."""

    gateway: KubernetesObject
    name: str
    port: int
    scheme: Scheme
    hostname: Hostname
    admission: Admission
    certificates: tuple[Certificate, ...]
    place: ListenerPlace
    span: Span
    is_served: bool = True

    @property
    def label(self) -> str:
        """The listener as the command line calls it: `NAMESPACE/GATEWAY/LISTENER`."""
        return self.place.label


class _Written(Struct, frozen=True, kw_only=True):
    """A listener as it stands in the file."""

    name: Text
    port: Value[int]
    protocol: Text
    hostname: Hostname
    item: Fields


class ReadGateway(Struct, frozen=True, kw_only=True):
    """A Gateway, read: its own listeners, and which ListenerSets may add others."""

    source: KubernetesObject
    listeners: tuple[GatewayListener, ...] = ()
    allowed_sets: Admission | None = None


def read_gateway(gateway: KubernetesObject, cluster: Cluster, report: Diagnostics) -> ReadGateway:
    """Read a Gateway's listeners for HTTP and HTTPS; of the others it is said that they are not served."""
    spec = gateway.body.mapping("spec", required=True)
    gateway.body.finish()
    if spec is None:
        return ReadGateway(source=gateway)
    word(spec, "gatewayClassName", report, like="name", required=True)
    spec.ignore("addresses", "infrastructure", "defaultScope")
    allowed_sets = read_allowed_sets(spec, gateway.namespace, report)
    for key in ("backendTLS", "tls"):
        if spec.has(key):
            message = f"`{key}` of `{gateway.label}` is not enforced"
            report_unenforced(report, key, message, spec.key_span(key), is_harmless=False)
    listeners = read_listeners(spec, gateway, None, cluster, report)
    spec.finish()
    return ReadGateway(source=gateway, listeners=listeners, allowed_sets=allowed_sets)


def read_listeners(
    spec: Fields, gateway: KubernetesObject, added_by: KubernetesObject | None, cluster: Cluster, report: Diagnostics
) -> tuple[GatewayListener, ...]:
    """Read the listeners of a Gateway, or those that a ListenerSet adds to it."""
    items = mappings(spec, "listeners", MAX_LISTENERS, report, required=True)
    if spec.has("listeners") and not spec.items("listeners"):
        report.error("missing-field", "`listeners` needs at least one item", spec.value_span("listeners"))
    written = [found for item in items if (found := _written(item, report)) is not None]
    _check_distinct(written, report)
    protocols: dict[int, _Written] = {}
    by_name = {found.name.value: found for found in reversed(written)}
    return tuple(
        read
        for found in reversed(by_name.values())
        for read in _read(gateway, added_by, found, protocols, cluster, report)
    )


def _written(item: Fields, report: Diagnostics) -> _Written | None:
    name = word(item, "name", report, like="sectionName", required=True)
    port = item.integer("port", minimum=1, maximum=MAX_PORT, required=True)
    protocol = item.string("protocol", required=True)
    hostname = read_hostname(item, report)
    if name is None or port is None or protocol is None or hostname is None:
        item.ignore("tls", "allowedRoutes")
        item.finish()
        return None
    return _Written(name=name, port=port, protocol=protocol, hostname=hostname, item=item)


def _read(  # noqa: PLR0913, PLR0917 - whose the listener is, beside what it is
    gateway: KubernetesObject,
    added_by: KubernetesObject | None,
    found: _Written,
    protocols: dict[int, _Written],
    cluster: Cluster,
    report: Diagnostics,
) -> Iterator[GatewayListener]:
    """Yield a listener unless it is of a protocol that is not spoken here."""
    owner = gateway if added_by is None else added_by
    admission = read_admission(found.item, owner.namespace, report)
    pairs = read_termination(found.item, found.protocol, owner, cluster, report)
    found.item.finish()
    scheme = _SCHEMES.get(found.protocol.value)
    if scheme is None:
        _not_spoken(found, report)
        return
    earlier = protocols.setdefault(found.port.value, found)
    conflicts = earlier.protocol.value != found.protocol.value
    if conflicts:
        message = (
            f"listener `{found.name.value}` is not served: port {found.port.value} speaks {earlier.protocol.value}"
        )
        related = (("since this listener", earlier.protocol.span),)
        Contained(report).error(NOT_SERVED, message, found.protocol.span, "give it a port of its own", related)
    is_https = scheme is Scheme.HTTPS
    yield GatewayListener(
        gateway=gateway,
        name=found.name.value,
        port=found.port.value,
        scheme=scheme,
        hostname=found.hostname,
        admission=admission,
        certificates=tuple(certificates(found.hostname, pairs or ())),
        place=ListenerPlace(
            gateway=gateway, added_by=added_by, section=found.name.value, ends_tls=is_https, span=found.item.span
        ),
        span=found.item.span,
        is_served=not conflicts and admission.is_valid and (not is_https or bool(pairs)),
    )


def _not_spoken(found: _Written, report: Diagnostics) -> None:
    """Say that a listener is left to the gateway: what it would have served is not reached through Crossgate."""
    protocol = found.protocol.value
    message = f"listener `{found.name.value}` is not served: its protocol is `{protocol}`"
    hint = "Crossgate serves `HTTP` and `HTTPS`" if protocol in _PROTOCOLS else f"one of {', '.join(_PROTOCOLS)}"
    report.warning(NOT_SERVED, message, found.protocol.span, hint)


def _check_distinct(written: list[_Written], report: Diagnostics) -> None:
    """Report what the API server refuses: two listeners of one name, or for the same port, protocol and hostname."""
    names: dict[str, _Written] = {}
    meanings: dict[tuple[int, str, Hostname], _Written] = {}
    for found in written:
        other = names.setdefault(found.name.value, found)
        if other is not found:
            message = "Listener name must be unique within the Gateway"
            report.error("duplicate-item", message, found.name.span, None, (("first here", other.name.span),))
        other = meanings.setdefault((found.port.value, found.protocol.value, found.hostname), found)
        if other is not found:
            message = "Combination of port, protocol and hostname must be unique for each listener"
            report.error("duplicate-item", message, found.item.span, None, (("first here", other.item.span),))
        _check_protocol(found, report)


def _check_protocol(found: _Written, report: Diagnostics) -> None:
    protocol = found.protocol.value
    if protocol in {"HTTP", "TCP", "UDP"} and found.item.has("tls"):
        message = "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']"
        report.error("field-not-allowed", message, found.item.key_span("tls"))
    if protocol in {"TCP", "UDP"} and found.item.has("hostname"):
        message = "hostname must not be specified for protocols ['TCP', 'UDP']"
        report.error("field-not-allowed", message, found.item.key_span("hostname"))
