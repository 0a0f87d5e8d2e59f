"""Ingresses: hosts, paths and backends, with the annotations that say where a request goes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.higress.chain import SYSTEM_NAMESPACE
from crossgate.dialects.higress.hosts import Draft
from crossgate.dialects.higress.registries import Registered
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    Backend,
    Endpoint,
    ExactPath,
    Forward,
    PathMatch,
    PathPrefix,
    Protocol,
    Route,
    RouteMatch,
    Target,
    WeightedBackend,
)
from crossgate.model.table import Respond

CLASS: Final = "higress"
PREFIXES: Final = ("nginx.ingress.kubernetes.io/", "higress.io/")
"""Of an annotation under both, the first one counts."""

_READ: Final = frozenset({"destination", "upstream-vhost", "backend-protocol"})
_SHAPING: Final = re.compile(r"enable-cors|canary.*|rewrite-.*|use-regex|full-path-regex|.*match-.*|.*ssl-redirect")
_HARMLESS: Final = re.compile(
    r"affinity.*|cors-.*|load-balance|proxy-(?!body-size).*|service-upstream|session-cookie-.*|timeout|upstream-hash-by"
)
"""What balances, retries and waits, and the details of a CORS policy that `enable-cors` would have to switch on."""
_DESTINATION: Final = re.compile(
    r"(?:(?P<weight>[0-9]+)%\s+)?(?:https?://)?(?P<host>[^\s:]+)(?::(?P<port>[0-9]+))?(?:\s+(?P<subset>\S+))?"
)


class IngressReader:
    """Reads Ingresses; it holds the services of the registries."""

    def __init__(self, services: Mapping[str, Registered], report: Diagnostics) -> None:
        self._services = services
        self._report = report

    def read(self, ingress: KubernetesObject) -> Iterator[Draft]:
        """Yield the routes of an Ingress of our class."""
        spec = ingress.body.mapping("spec", required=True)
        ingress.body.finish()
        if spec is None or not self._is_ours(ingress, spec):
            return
        for key in ("defaultBackend", "tls"):
            if spec.has(key):
                self._report.error("not-supported", f"`{key}` of an Ingress is not served yet", spec.key_span(key))
        annotations = self._annotations(ingress)
        for number, rule in enumerate(spec.mappings("rules")):
            yield from self._rule(ingress, f"{ingress.label}#rule-{number}", rule, annotations)
        spec.finish()

    def _is_ours(self, ingress: KubernetesObject, spec: Fields) -> bool:
        legacy = ingress.annotations.get("kubernetes.io/ingress.class")
        written = spec.string("ingressClassName")
        name = legacy or written
        if name is not None and name.value == CLASS:
            return True
        spoken = "no class" if name is None else f"the class `{name.value}`"
        message = f"`{ingress.label}` is skipped: it has {spoken}, not `{CLASS}`"
        self._report.warning("ingress-skipped", message, ingress.name_span if name is None else name.span)
        return False

    def _annotations(self, ingress: KubernetesObject) -> dict[str, Text]:
        """Return the annotations that are read, without prefix; say of the others that they are not."""
        found: dict[str, Text] = {}
        for prefix in PREFIXES:
            for key, text in ingress.annotations.items():
                name = key.removeprefix(prefix)
                if name == key:
                    continue
                if name in _READ:
                    found.setdefault(name, text)
                elif _SHAPING.fullmatch(name):
                    self._report.error("not-supported", f"the annotation `{key}` is not followed yet", text.span)
                else:
                    is_harmless = _HARMLESS.fullmatch(name) is not None
                    message = f"the annotation `{key}` is not enforced"
                    report_unenforced(self._report, name, message, text.span, is_harmless=is_harmless)
        return found

    def _rule(
        self, ingress: KubernetesObject, label: str, rule: Fields, annotations: dict[str, Text]
    ) -> Iterator[Draft]:
        host = rule.string("host")
        http = rule.mapping("http", required=True)
        rule.finish()
        hostname = ANY_HOST if host is None or not host.value else self._hostname(host)
        if http is None or hostname is None:
            return
        for number, item in enumerate(http.mappings("paths", required=True)):
            path = self._path(item)
            target = self._target(ingress, item, annotations)
            item.finish()
            if path is not None and target is not None:
                name = f"{label}/path-{number}"
                yield Draft(
                    hostname=hostname,
                    route=Route(name=name, match=RouteMatch(path=path), target=target, span=item.span),
                    known_as=_known_as(ingress),
                )
        http.finish()

    def _hostname(self, host: Text) -> Hostname | None:
        try:
            return Hostname(pattern=host.value.lower())
        except ValueError:
            self._report.error("invalid-hostname", f"`{host.value}` is not a hostname", host.span)
            return None

    def _path(self, item: Fields) -> PathMatch | None:
        """Return what a path means; `Prefix`, which is also the default, ends at an element's end."""
        path, kind = item.string("path"), item.string("pathType", one_of=("Exact", "Prefix", "ImplementationSpecific"))
        text = "/" if path is None or not path.value else path.value
        if not text.startswith("/"):
            self._report.error(
                "invalid-path", f"the path `{text}` does not begin with a slash", item.value_span("path")
            )
            return None
        if kind is not None and kind.value == "Exact":
            return ExactPath(path=text)
        return PathPrefix(prefix=text.rstrip("/") or "/", by_element=True)

    def _target(self, ingress: KubernetesObject, item: Fields, annotations: dict[str, Text]) -> Target | None:
        backend = item.mapping("backend", required=True)
        if backend is None:
            return None
        service, resource = backend.mapping("service"), backend.mapping("resource")
        backend.finish()
        vhost = annotations.get("upstream-vhost")
        if service is not None:
            backends = self._service(ingress, service)
        elif resource is not None:
            resource.ignore("apiGroup", "kind", "name")
            resource.finish()
            backends = self._destinations(annotations.get("destination"), resource)
        else:
            self._report.error("missing-field", "a backend needs `service` or `resource`", backend.span)
            return None
        spoken = self._spoken(annotations.get("backend-protocol"), backends)
        if not sum(weight for _, weight in spoken):
            return Respond(status=503)
        shares = tuple(WeightedBackend(backend=backend, weight=weight) for backend, weight in spoken)
        return Forward(backends=shares, host_rewrite=None if vhost is None else vhost.value)

    def _service(self, ingress: KubernetesObject, service: Fields) -> tuple[tuple[Backend, int], ...]:
        name, port = service.string("name", required=True), service.mapping("port", required=True)
        service.finish()
        number = None if port is None else port.integer("number", minimum=1, maximum=65535)
        if port is not None and number is None:
            self._report.error("not-supported", "a Service's port is read by its number only", port.span)
            port.ignore("name")
        if name is None or number is None:
            return ()
        host = f"{name.value}.{ingress.namespace}"
        endpoint = Endpoint(host=f"{host}.svc.cluster.local", port=number.value)
        return ((Backend(name=f"{host}:{number.value}", endpoints=(endpoint,), span=name.span), 1),)

    def _destinations(self, destination: Text | None, resource: Fields) -> tuple[tuple[Backend, int], ...]:
        """Return the backends that the annotation `destination` names, with their weights."""
        if destination is None:
            message = "a `resource` backend goes where the annotation `higress.io/destination` says, and there is none"
            self._report.error("missing-destination", message, resource.span)
            return ()
        lines = [line.strip() for line in destination.value.splitlines() if line.strip()]
        found = [_DESTINATION.fullmatch(line) for line in lines]
        backends: list[tuple[Backend, int]] = []
        for line, match in zip(lines, found, strict=True):
            if match is None or (match["port"] is not None and not 0 < int(match["port"]) <= 65535):  # noqa: PLR2004
                message = f"`{line}` is not a destination"
                self._report.error("invalid-destination", message, destination.span, "`[WEIGHT%] HOST[:PORT] [SUBSET]`")
                continue
            weight = 100 if match["weight"] is None or len(lines) == 1 else int(match["weight"])
            made = self._registered(match["host"], match["port"], destination)
            backends += [(backend, weight * 100 // len(made)) for backend in made]
        return tuple(backends)

    def _registered(self, host: str, port: str | None, destination: Text) -> tuple[Backend, ...]:
        """Return the backends of a registry's service, or of a Service by its cluster name."""
        service = self._services.get(host)
        if service is not None and (port is None or int(port) == service.port):
            return service.backends
        if service is None and host.endswith(".svc.cluster.local") and port is not None:
            name = host.removesuffix(".svc.cluster.local")
            endpoint = Endpoint(host=host, port=int(port))
            return (Backend(name=f"{name}:{port}", endpoints=(endpoint,), span=destination.span),)
        known = ", ".join(f"`{name}`" for name in sorted(self._services)) or "none"
        reason = f"no registry has a service `{host}`" if service is None else f"`{host}` has no port {port}"
        self._report.error("service-missing", reason, destination.span, f"services of the registries: {known}")
        return ()

    def _spoken(
        self, protocol: Text | None, backends: tuple[tuple[Backend, int], ...]
    ) -> tuple[tuple[Backend, int], ...]:
        """Return the backends as the annotation `backend-protocol` wants them spoken to."""
        value = "HTTP" if protocol is None else protocol.value.upper()
        if protocol is not None and value in ("HTTPS", "GRPCS"):
            message = f"the backend protocol `{value}` is not spoken yet"
            self._report.error("not-supported", message, protocol.span, "declare the registry with `protocol: https`")
        if value not in ("HTTP2", "GRPC"):
            return backends
        return tuple((replace(backend, protocol=Protocol.HTTP2), weight) for backend, weight in backends)


def _known_as(ingress: KubernetesObject) -> str:
    """Return the name by which rules know an Ingress."""
    return ingress.name if ingress.namespace == SYSTEM_NAMESPACE else f"{ingress.namespace}/{ingress.name}"
