"""Services and EndpointSlices: where a backend is, as far as the files show it.

Source: https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/. Without slices a Service is found by
its DNS name in the cluster, which is right inside of one and harmless elsewhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields
from crossgate.model.routes import Backend, Endpoint, Protocol
from crossgate.source import Span

_HTTP2: Final = frozenset({"kubernetes.io/h2c", "http2", "grpc", "grpc-web"})
"""The values of `appProtocol` that mean HTTP/2 without TLS."""
_OF_SERVICE: Final = "kubernetes.io/service-name"


class Missing(Enum):
    """Why the files show that a backend is not there."""

    SERVICE = "service"
    PORT = "port"


class _Port(Struct, frozen=True, kw_only=True):
    number: int
    name: str
    protocol: Protocol


class _Service(Struct, frozen=True, kw_only=True):
    source: KubernetesObject
    ports: tuple[_Port, ...]
    is_external: bool


class _Slice(Struct, frozen=True, kw_only=True):
    """The ready addresses of a slice, and its ports by name."""

    addresses: tuple[str, ...]
    ports: tuple[tuple[str, int], ...]


class Services:
    """The Services of all files, with their endpoints where slices show them."""

    def __init__(
        self, services: Iterable[KubernetesObject], slices: Iterable[KubernetesObject], report: Diagnostics
    ) -> None:
        self._services = {(source.namespace, source.name): _service(source) for source in services}
        self._shown = {namespace for namespace, _ in self._services}
        self._slices: defaultdict[tuple[str, str], list[_Slice]] = defaultdict(list)
        self._sliced: set[str] = set()
        for source in slices:
            self._sliced.add(source.namespace)
            owner = source.labels.get(_OF_SERVICE)
            if owner is None:
                message = f"`{source.label}` belongs to no Service: it has no label `{_OF_SERVICE}`"
                report.warning("endpoints-without-service", message, source.name_span)
            else:
                self._slices[source.namespace, owner.value].append(_slice(source))

    def backend(self, namespace: str, name: str, port: int, span: Span) -> Backend | Missing:
        """Return a backend, without endpoints where the files show that it has none."""
        host = f"{name}.{namespace}"
        elsewhere = (Endpoint(host=f"{host}.svc.cluster.local", port=port),)
        service = self._services.get((namespace, name))
        if service is None:
            if namespace in self._shown:
                return Missing.SERVICE
            return Backend(name=f"{host}:{port}", endpoints=elsewhere, span=span)
        found = next((candidate for candidate in service.ports if candidate.number == port), None)
        if found is None:
            return Missing.PORT
        is_known = namespace in self._sliced or service.is_external
        return Backend(
            name=f"{host}:{port}",
            endpoints=tuple(self._endpoints(namespace, name, found)) if is_known else elsewhere,
            protocol=found.protocol,
            span=span,
        )

    def number_of(self, namespace: str, name: str, port: str) -> int | None:
        """Return the number of a port that has a name, None where the files do not show it."""
        service = self._services.get((namespace, name))
        ports = () if service is None else service.ports
        return next((found.number for found in ports if found.name == port), None)

    def only_port_of(self, namespace: str, name: str) -> int | None:
        """Return the port of a Service that has one alone, None where the files do not show it."""
        service = self._services.get((namespace, name))
        return service.ports[0].number if service is not None and len(service.ports) == 1 else None

    def ports_of(self, namespace: str, name: str) -> tuple[int, ...]:
        """Return the ports of a Service that the files show."""
        return tuple(port.number for port in self._services[namespace, name].ports)

    def place_of(self, namespace: str, name: str) -> Span | None:
        """Return where a Service stands, None where no file shows it."""
        found = self._services.get((namespace, name))
        return None if found is None else found.source.name_span

    def _endpoints(self, namespace: str, name: str, port: _Port) -> Iterator[Endpoint]:
        seen: set[Endpoint] = set()
        for found in self._slices.get((namespace, name), ()):
            target = dict(found.ports).get(port.name)
            for address in found.addresses if target is not None else ():
                endpoint = Endpoint(host=address, port=target or 0)
                if endpoint not in seen:
                    seen.add(endpoint)
                    yield endpoint


def _service(source: KubernetesObject) -> _Service:
    """Read of a Service what says where it is; the API server has checked the rest."""
    spec = source.body.mapping("spec")
    ports = [] if spec is None else [read for item in spec.mappings("ports") if (read := _port(item)) is not None]
    kind = None if spec is None else spec.string("type")
    return _Service(source=source, ports=tuple(ports), is_external=kind is not None and kind.value == "ExternalName")


def _port(item: Fields) -> _Port | None:
    number = item.integer("port", minimum=1, maximum=65535)
    name, protocol = item.string("name"), item.string("appProtocol")
    if number is None:
        return None
    is_http2 = protocol is not None and protocol.value in _HTTP2
    return _Port(
        number=number.value,
        name="" if name is None else name.value,
        protocol=Protocol.HTTP2 if is_http2 else Protocol.HTTP1,
    )


def _slice(source: KubernetesObject) -> _Slice:
    addresses = [
        address.value
        for endpoint in source.body.mappings("endpoints")
        if _is_ready(endpoint)
        for address in endpoint.strings("addresses")
    ]
    ports = []
    for item in source.body.mappings("ports"):
        name, number = item.string("name"), item.integer("port", minimum=1, maximum=65535)
        if number is not None:
            ports.append(("" if name is None else name.value, number.value))
    return _Slice(addresses=tuple(addresses), ports=tuple(ports))


def _is_ready(endpoint: Fields) -> bool:
    """Say whether an endpoint takes requests: one of which nobody says otherwise does."""
    conditions = endpoint.mapping("conditions")
    ready = None if conditions is None else conditions.boolean("ready")
    return ready is None or ready.value
