"""Where the requests of a path go: to a Service, or to the services of registries that an annotation names."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.higress.annotations import OWN, Annotations
from crossgate.dialects.higress.destinations import Destination, read_destinations
from crossgate.dialects.higress.places import Service
from crossgate.dialects.higress.registries import TYPES, Registered
from crossgate.dialects.services import Missing, Services
from crossgate.model.routes import Backend, Protocol, WeightedBackend
from crossgate.records import replace
from crossgate.source import Span

_PROTOCOLS: Final = ("HTTP", "HTTP2", "HTTPS", "GRPC", "GRPCS")
_SERVER_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_HTTP_PORT: Final = 80
_CLUSTER_DOMAIN: Final = ".svc.cluster.local"


class Upstreams(Struct, frozen=True, kw_only=True):
    """What a path's requests are shared among, and the services that rules know these by."""

    shares: tuple[WeightedBackend, ...]
    services: tuple[Service, ...]


class BackendReader:
    """Reads the backends of one Ingress, whose annotations say how they are spoken to."""

    def __init__(
        self,
        ingress: KubernetesObject,
        annotations: Annotations,
        registered: Mapping[str, Registered],
        cluster: Services,
        report: Diagnostics,
    ) -> None:
        self._ingress = ingress
        self._registered = registered
        self._cluster = cluster
        self._report = report
        self._destination = annotations.text("destination", (OWN,))
        self._protocol = _read_protocol(annotations, report)
        self._server_name = _read_server_name(annotations, report)

    def read(self, backend: Fields) -> Upstreams | None:
        """Read a backend; None where there is none, and the gateway drops the path."""
        service, resource = backend.mapping("service"), backend.mapping("resource")
        backend.finish()
        if service is not None:
            return self._service(service)
        if resource is None:
            self._report.error("missing-field", "a backend needs `service` or `resource`", backend.span)
            return None
        resource.ignore("apiGroup", "kind", "name")
        resource.finish()
        return self._resource(resource)

    def _service(self, service: Fields) -> Upstreams | None:
        name, port = service.string("name", required=True), service.mapping("port", required=True)
        service.finish()
        if name is None or port is None:
            return None
        namespace = self._ingress.namespace
        number, named = port.integer("number", minimum=1, maximum=65535), port.string("name")
        port.finish()
        value = None if number is None else number.value
        if value is None and named is not None:
            value = self._cluster.number_of(namespace, name.value, named.value)
        if value is None:
            wanted = "" if named is None else f" `{named.value}`"
            message = f"the port{wanted} of the Service `{name.value}` is not known: the path is dropped"
            self._report.warning("service-missing", message, port.span, "write its `number`, or add the Service")
            return None
        backend = self._spoken(self._in_cluster(namespace, name.value, value, name.span), is_secure=None)
        host = f"{name.value}.{namespace}{_CLUSTER_DOMAIN}"
        return Upstreams(shares=(WeightedBackend(backend=backend),), services=(Service(host=host, port=value),))

    def _resource(self, resource: Fields) -> Upstreams | None:
        if self._destination is None:
            message = "the path is dropped: its backend is where `higress.io/destination` says, which is not there"
            self._report.warning("missing-destination", message, resource.span)
            return None
        destinations = read_destinations(self._destination, self._report)
        found = [(destination, *self._found(destination, self._destination)) for destination in destinations]
        if not found:
            return None
        shares = tuple(
            share
            for destination, _, backends in found
            for share in _shared(destination, [self._spoken(one, destination.is_secure) for one in backends])
        )
        services = dict.fromkeys(Service(host=destination.host, port=port) for destination, port, _ in found)
        return Upstreams(shares=shares, services=tuple(services))

    def _found(self, destination: Destination, text: Text) -> tuple[int, tuple[Backend, ...]]:
        """Return the port and the backends of a destination: a registry's service, or a Service by its DNS name."""
        host, port = destination.host, destination.port
        registered = self._registered.get(host)
        if registered is not None and port in {None, registered.port}:
            return registered.port, registered.backends
        name, dot, namespace = host.removesuffix(_CLUSTER_DOMAIN).partition(".")
        if registered is None and host.endswith(_CLUSTER_DOMAIN) and dot:
            number = port if port is not None else self._cluster.only_port_of(namespace, name) or _HTTP_PORT
            return number, (self._in_cluster(namespace, name, number, text.span),)
        self._warn_of_missing(destination, registered, text)
        number = port if port is not None else _HTTP_PORT
        return number, (Backend(name=f"{host}:{number}", endpoints=(), span=text.span),)

    def _in_cluster(self, namespace: str, name: str, port: int, span: Span) -> Backend:
        """Return the backend of a Service; of one that the files show to be missing, one without endpoints."""
        found = self._cluster.backend(namespace, name, port, span)
        if isinstance(found, Backend):
            return found
        what = f"no Service `{name}` in `{namespace}`" if found is Missing.SERVICE else f"no port {port} in `{name}`"
        self._report.warning("service-missing", f"there is {what}: its requests are answered 503", span)
        return Backend(name=f"{name}.{namespace}:{port}", endpoints=(), span=span)

    def _warn_of_missing(self, destination: Destination, registered: Registered | None, text: Text) -> None:
        host, port = destination.host, destination.port
        if registered is not None:
            reason, hint = f"`{host}` has no port {port}", f"its port is {registered.port}"
        else:
            reason = f"no registry of the files has a service `{host}`"
            known = ", ".join(f"`{name}`" for name in sorted(self._registered)) or "none"
            hint = f"services of the registries: {known}"
        if host.rpartition(".")[2] in TYPES and registered is None:
            hint = f"say where it is with `--resolve {host}:{port or _HTTP_PORT}=HOST:PORT`, or " + hint
        self._report.warning("service-missing", f"{reason}: its requests are answered 503", text.span, hint)

    def _spoken(self, backend: Backend, is_secure: bool | None) -> Backend:  # noqa: FBT001 - None says nothing
        """Return a backend as the annotation `backend-protocol` wants it spoken to."""
        if self._protocol in {"HTTP2", "GRPC", "GRPCS"}:
            backend = replace(backend, protocol=Protocol.HTTP2)
        secure = self._protocol in {"HTTPS", "GRPCS"} if is_secure is None else is_secure
        if not secure or backend.server_name is not None:
            return backend
        host = backend.endpoints[0].host if backend.endpoints else backend.name.rpartition(":")[0]
        return replace(backend, server_name=self._server_name or host)


def _read_protocol(annotations: Annotations, report: Diagnostics) -> str:
    text = annotations.text("backend-protocol")
    value = "HTTP" if text is None else text.value.strip().upper()
    if text is None or value in _PROTOCOLS:
        return value
    known = ", ".join(f"`{one}`" for one in _PROTOCOLS)
    report.warning(
        "invalid-annotation", f"`{text.value}` is passed over: HTTP is spoken", text.span, f"it can be {known}"
    )
    return "HTTP"


def _read_server_name(annotations: Annotations, report: Diagnostics) -> str | None:
    """Return the server name to ask for where TLS is spoken: the one set, else the host that upstreams see."""
    switch, name = annotations.text("proxy-ssl-server-name"), annotations.text("proxy-ssl-name")
    vhost = annotations.text("upstream-vhost")
    if switch is not None and switch.value == "on" and name is not None:
        if _SERVER_NAME.fullmatch(name.value):
            return name.value
        report.warning("invalid-annotation", f"`{name.value[:60]}` is passed over: it is no server name", name.span)
    asked = None if vhost is None else vhost.value.partition(":")[0]
    return asked if asked is not None and _SERVER_NAME.fullmatch(asked) else None


def _shared(destination: Destination, backends: Sequence[Backend]) -> list[WeightedBackend]:
    """Share a destination's weight among the addresses of its service."""
    return [WeightedBackend(backend=backend, weight=destination.weight * 100 // len(backends)) for backend in backends]
