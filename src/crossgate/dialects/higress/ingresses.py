"""Ingresses: hosts, paths and backends, with the annotations that say what happens to a request."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.higress.annotated_behaviour import annotated_table
from crossgate.dialects.higress.annotated_cors import read_annotated_cors
from crossgate.dialects.higress.annotations import OWN, Annotations
from crossgate.dialects.higress.backends import BackendReader, Upstreams
from crossgate.dialects.higress.canaries import Canary, read_canary
from crossgate.dialects.higress.chain import SYSTEM_NAMESPACE
from crossgate.dialects.higress.classes import Classes, is_ours
from crossgate.dialects.higress.header_control import HeaderControl, read_header_control
from crossgate.dialects.higress.hosts import Draft
from crossgate.dialects.higress.matches import read_match
from crossgate.dialects.higress.paths import Rewriting, read_path, read_rewriting, rewrite_of
from crossgate.dialects.higress.places import Decided
from crossgate.dialects.higress.redirects import read_app_root, read_redirect
from crossgate.dialects.higress.registries import Registered
from crossgate.dialects.higress.tls import TlsHost, read_tls
from crossgate.dialects.services import Services
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    ExactPath,
    Forward,
    PathMatch,
    PathPrefix,
    PathRewrite,
    Redirect,
    Route,
    RouteMatch,
    Target,
)
from crossgate.model.table import Respond
from crossgate.records import replace

_LONGEST: Final = 31_536_000
"""A year, in seconds."""


class Surroundings(Struct, frozen=True, kw_only=True):
    """What Ingresses refer to: classes, the services of registries, and the Services of the cluster.

    `is_emulated`: CORS annotations decide as the gateway has them, bugs included.
    """

    classes: Classes
    registered: Mapping[str, Registered]
    cluster: Services
    is_emulated: bool


class _Directions(Struct, frozen=True, kw_only=True):
    """What the annotations of an Ingress say of every one of its paths."""

    backends: BackendReader
    match: RouteMatch
    rewriting: Rewriting
    redirects: tuple[Redirect | None, Redirect | None]
    root: Redirect | None
    headers: HeaderControl
    host: str | None
    timeout: float | None
    annotated: Decided | None


class ReadIngress(Struct, frozen=True, kw_only=True):
    """The routes of an Ingress or of a canary, and the hosts with certificates; `is_ours`: this gateway serves it."""

    is_ours: bool = True
    drafts: tuple[Draft, ...] = ()
    canaries: tuple[tuple[Canary, Draft], ...] = ()
    tls: tuple[TlsHost, ...] = ()


def read_ingress(ingress: KubernetesObject, surroundings: Surroundings, report: Diagnostics) -> ReadIngress:
    """Read an Ingress; nothing of one that is another gateway's."""
    spec = ingress.body.mapping("spec", required=True)
    ingress.body.finish()
    if spec is None or not is_ours(ingress, spec, surroundings.classes, report):
        return ReadIngress(is_ours=False)
    annotations = Annotations(ingress, report)
    canary = read_canary(annotations, report)
    reader = _Reader(ingress, annotations, surroundings, report)
    drafts = tuple(reader.read(spec))
    tls = tuple(read_tls(ingress, spec, list(dict.fromkeys(draft.hostname for draft in drafts)), report))
    spec.finish()
    annotations.finish()
    if canary is not None:
        return ReadIngress(canaries=tuple((canary, draft) for draft in drafts if not draft.is_default))
    return ReadIngress(drafts=drafts, tls=tls)


def known_as(ingress: KubernetesObject) -> str:
    """Return the name by which rules know an Ingress."""
    return ingress.name if ingress.namespace == SYSTEM_NAMESPACE else f"{ingress.namespace}/{ingress.name}"


def _seconds(timeout: Value[int] | None, report: Diagnostics) -> float | None:
    """Return a timeout; zero, and what is longer than anybody waits, are none."""
    if timeout is None or timeout.value == 0:
        return None
    if not 0 < timeout.value <= _LONGEST:
        message = f"`timeout` is passed over: it is between 0 and {_LONGEST} seconds"
        report.warning("invalid-annotation", message, timeout.span)
        return None
    return float(timeout.value)


class _Reader:
    """Reads one Ingress."""

    def __init__(
        self, ingress: KubernetesObject, annotations: Annotations, surroundings: Surroundings, report: Diagnostics
    ) -> None:
        self._ingress = ingress
        self._annotations = annotations
        self._report = report
        self._directions = self._read_directions(surroundings)

    def read(self, spec: Fields) -> Iterator[Draft]:
        """Yield the routes: of the rules, then of the default backend, for each host of the rules and for any."""
        hostnames = {ANY_HOST: None}
        rooted: dict[Hostname, None] = {}
        for number, rule in enumerate(spec.mappings("rules")):
            hostname, http = self._hostname(rule.string("host")), rule.mapping("http")
            rule.finish()
            if hostname is not None:
                hostnames[hostname] = None
            if http is not None and hostname is not None:
                if hostname not in rooted:
                    yield from self._app_root(hostname, len(rooted))
                rooted[hostname] = None
                yield from self._rule(f"{self._ingress.label}#rule-{number}", hostname, http)
        default = spec.mapping("defaultBackend")
        if default is not None:
            yield from self._default(default, list(hostnames))

    def _rule(self, label: str, hostname: Hostname, http: Fields) -> Iterator[Draft]:
        for number, item in enumerate(http.mappings("paths", required=True)):
            path = read_path(item, self._directions.rewriting, self._report)
            backend = item.mapping("backend", required=True)
            item.finish()
            upstreams = None if backend is None else self._directions.backends.read(backend)
            if path is not None and upstreams is not None:
                route = Route(
                    name=f"{label}/path-{number}",
                    match=replace(self._directions.match, path=path),
                    target=Respond(status=503),
                    span=item.span,
                )
                yield self._draft(hostname, route, upstreams)
        http.finish()

    def _app_root(self, hostname: Hostname, number: int) -> Iterator[Draft]:
        """Yield the route that sends requests for `/` elsewhere."""
        root = self._directions.root
        if root is not None:
            name = f"{self._ingress.label}#annotations/app-root" + (f"-{number}" if number else "")
            route = Route(name=name, match=RouteMatch(path=ExactPath(path="/")), target=root)
            yield Draft(hostname=hostname, route=route, secure_target=root, known_as=known_as(self._ingress))

    def _default(self, default: Fields, hostnames: list[Hostname]) -> Iterator[Draft]:
        """Yield the default backend's routes, which come after all others of their hosts."""
        upstreams = self._directions.backends.read(default)
        match = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
        if upstreams is None:
            return
        for number, hostname in enumerate(hostnames):
            name = f"{self._ingress.label}#defaultBackend" + (f"/host-{number}" if number else "")
            route = Route(name=name, match=match, target=Respond(status=503), span=default.span)
            draft = self._draft(hostname, route, upstreams)
            yield replace(draft, known_as=f"{draft.known_as}-default", is_default=True)

    def _draft(self, hostname: Hostname, route: Route, upstreams: Upstreams) -> Draft:
        plain, secure = self._directions.redirects
        target = self._target(route.match.path, upstreams)
        return Draft(
            hostname=hostname,
            route=replace(
                route,
                target=plain if plain is not None else target,
                response_edits=self._directions.headers.response,
            ),
            secure_target=secure if secure is not None else target,
            known_as=known_as(self._ingress),
            services=upstreams.services,
            annotated=self._directions.annotated,
        )

    def _target(self, path: PathMatch, upstreams: Upstreams) -> Target:
        if not sum(share.weight for share in upstreams.shares):
            return Respond(status=503)
        rewrite: PathRewrite | None = rewrite_of(path, self._directions.rewriting, self._report)
        return Forward(
            backends=upstreams.shares,
            host_rewrite=self._directions.host,
            path_rewrite=rewrite,
            request_edits=self._directions.headers.request,
            timeout=self._directions.timeout,
        )

    def _hostname(self, host: Text | None) -> Hostname | None:
        if host is None or not host.value:
            return ANY_HOST
        try:
            return Hostname(pattern=host.value.lower())
        except ValueError:
            self._report.error("invalid-hostname", f"`{host.value}` is not a hostname", host.span)
            return None

    def _read_directions(self, surroundings: Surroundings) -> _Directions:
        annotations, report = self._annotations, self._report
        vhost, timeout = annotations.text("upstream-vhost"), annotations.integer("timeout", (OWN,))
        policy = read_annotated_cors(self._ingress, annotations, report)
        table = None if policy is None else annotated_table(policy, is_emulated=surroundings.is_emulated)
        return _Directions(
            backends=BackendReader(self._ingress, annotations, surroundings.registered, surroundings.cluster, report),
            match=read_match(annotations, report),
            rewriting=read_rewriting(annotations),
            redirects=read_redirect(annotations, report),
            root=read_app_root(annotations),
            headers=read_header_control(annotations, report),
            host=None if vhost is None else vhost.value,
            timeout=_seconds(timeout, report),
            annotated=None if policy is None or table is None else Decided(policy=policy, table=table),
        )
