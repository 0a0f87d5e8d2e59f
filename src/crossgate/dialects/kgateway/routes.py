"""HTTPRoutes: rules, their matches, filters and backends, and the listeners that they attach to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.behaviour import table
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.kgateway.gateways import GatewayListener, intersection, parse_hostname
from crossgate.dialects.kgateway.matches import DEFAULT_MATCH, read_match
from crossgate.dialects.options import ReadOptions
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.policy import Policy
from crossgate.model.routes import Backend, Endpoint, Forward, Route, Target, WeightedBackend
from crossgate.model.table import Respond

GATEWAY_API: Final = "gateway.networking.k8s.io"
POLICY_GROUPS: Final = ("gateway.kgateway.dev",)
POLICY_KINDS: Final = ("TrafficPolicy", "GlooTrafficPolicy")
MAX_WEIGHT: Final = 1_000_000

Policies = Mapping[tuple[str, str], Policy | None]
"""The CORS policy of each TrafficPolicy, by namespace and name; None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRoute:
    """An HTTPRoute, read: its routes in the order of the file, and what it attaches to."""

    source: KubernetesObject
    hostnames: tuple[Hostname, ...]
    parents: tuple[Fields, ...]
    routes: tuple[Route, ...]


class RouteReader:
    """Reads HTTPRoutes; it holds what every rule needs and changes nothing."""

    def __init__(self, policies: Policies, options: ReadOptions, documents: str, report: Diagnostics) -> None:
        self._policies = policies
        self._options = options
        self._documents = documents
        self._report = report

    def read(self, source: KubernetesObject) -> HttpRoute | None:
        """Read an HTTPRoute, or return None where it has no spec."""
        spec = source.body.mapping("spec", required=True)
        source.body.finish()
        if spec is None:
            return None
        parents = spec.mappings("parentRefs")
        parsed = [parse_hostname(text.value, text.span, self._report) for text in spec.strings("hostnames")]
        rules = spec.mappings("rules")
        spec.ignore("useDefaultGateways")
        spec.finish()
        return HttpRoute(
            source=source,
            hostnames=tuple(hostname for hostname in parsed if hostname is not None) or (ANY_HOST,),
            parents=tuple(parents),
            routes=tuple(route for number, rule in enumerate(rules) for route in self._rule(source, number, rule)),
        )

    def _rule(self, source: KubernetesObject, number: int, rule: Fields) -> Iterator[Route]:
        name = rule.string("name")
        label = f"{source.label}#{name.value if name is not None else f'rule-{number}'}"
        matches = rule.mappings("matches")
        read = [read_match(item, self._report) for item in matches] if matches else [DEFAULT_MATCH]
        policy = self._filters(source, label, rule)
        target = self._target(source, rule)
        rule.ignore("retry", "sessionPersistence")
        rule.finish()
        decisions = None if policy is None else table(policy, self._documents)
        for position, match in enumerate(read):
            if match is not None:
                yield Route(
                    name=f"{label}/match-{position}",
                    match=match,
                    target=target,
                    policy=policy,
                    table=decisions,
                    span=matches[position].span if matches else rule.span,
                )

    def _filters(self, source: KubernetesObject, label: str, rule: Fields) -> Policy | None:
        """Return the policy of a rule: its CORS filter's, else that of the first `extensionRef`."""
        inline: Policy | None = None
        referenced: Policy | None = None
        for position, item in enumerate(rule.mappings("filters")):
            kind = item.string("type", required=True)
            if kind is None:
                continue
            if kind.value == "CORS":
                inline = self._cors(f"{label}/filter-{position}", item, kind, inline)
            elif kind.value == "ExtensionRef":
                referenced = referenced or self._extension(source, item)
            else:
                self._unsupported(kind)
                continue
            item.finish()
        return inline or referenced

    def _cors(self, name: str, item: Fields, kind: Text, earlier: Policy | None) -> Policy | None:
        cors = item.mapping("cors")
        if cors is None:
            self._report.error("missing-field", "filter.cors must be specified for CORS filter.type", kind.span)
            return earlier
        if earlier is not None:
            self._report.error("filter-repeated", "CORS filter cannot be repeated", kind.span)
        return earlier or read_cors(cors, name, item.span, self._options, self._report)

    def _extension(self, source: KubernetesObject, item: Fields) -> Policy | None:
        reference = item.mapping("extensionRef", required=True)
        if reference is None:
            return None
        group, kind = reference.string("group", required=True), reference.string("kind", required=True)
        name = reference.string("name", required=True)
        reference.finish()
        if group is None or kind is None or name is None:
            return None
        if group.value not in POLICY_GROUPS or kind.value not in POLICY_KINDS:
            message = f"`{kind.value}` of `{group.value}` is not an extension that is enforced"
            self._report.error("not-supported", message, kind.span, f"only {' and '.join(POLICY_KINDS)} are")
            return None
        key = (source.namespace, name.value)
        if key not in self._policies:
            self._report.error(
                "reference-missing",
                f"`{kind.value}/{source.namespace}/{name.value}` is not among the files",
                name.span,
                "an `extensionRef` names a policy in the route's own namespace",
            )
        return self._policies.get(key)

    def _unsupported(self, kind: Text) -> None:
        known = ("RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite")
        if kind.value in known:
            message = f"filters of type `{kind.value}` are not enforced yet"
            self._report.error("not-supported", message, kind.span)
        else:
            message = f"`{kind.value}` is not a type of filter"
            self._report.error("invalid-value", message, kind.span, "`CORS` is, and `ExtensionRef`")

    def _target(self, source: KubernetesObject, rule: Fields) -> Target:
        """Return what a rule does: forward by weight, or 500 where there is nothing to forward to."""
        backends = [found for item in rule.mappings("backendRefs") if (found := self._backend(source, item))]
        timeouts = rule.mapping("timeouts")
        if timeouts is not None:
            self._report.error("not-supported", "timeouts of rules are not enforced yet", timeouts.span)
            timeouts.ignore("request", "backendRequest")
        if not sum(weight for _, weight in backends):
            return Respond(status=500)
        return Forward(backends=tuple(WeightedBackend(backend=backend, weight=weight) for backend, weight in backends))

    def _backend(self, source: KubernetesObject, item: Fields) -> tuple[Backend, int] | None:
        group, kind = item.string("group"), item.string("kind")
        name, namespace = item.string("name", required=True), item.string("namespace")
        port = item.integer("port", minimum=1, maximum=65535, required=True)
        weight = item.integer("weight", minimum=0, maximum=MAX_WEIGHT)
        for unsupported in item.mappings("filters"):
            self._report.error("not-supported", "filters of a backendRef are not enforced yet", unsupported.span)
        item.finish()
        if name is None or port is None:
            return None
        if (group is not None and group.value) or (kind is not None and kind.value != "Service"):
            self._report.error("not-supported", "only backends of kind `Service` are reached", item.span)
            return None
        if namespace is not None and namespace.value != source.namespace:
            message = "backends in another namespace than the route's are not reached yet"
            self._report.error("not-supported", message, namespace.span)
            return None
        host = f"{name.value}.{source.namespace}"
        backend = Backend(
            name=f"{host}:{port.value}",
            endpoints=(Endpoint(host=f"{host}.svc.cluster.local", port=port.value),),
            span=name.span,
        )
        return backend, 1 if weight is None else weight.value


def attached(
    route: HttpRoute, listeners: Sequence[GatewayListener], report: Diagnostics
) -> Iterator[tuple[GatewayListener, Hostname]]:
    """Yield the listeners that a route attaches to, with the hostname under which it does; say why where none."""
    for parent in route.parents:
        yield from _attached(route, parent, listeners, report)


def _attached(
    route: HttpRoute, parent: Fields, listeners: Sequence[GatewayListener], report: Diagnostics
) -> Iterator[tuple[GatewayListener, Hostname]]:
    group, kind, name = parent.string("group"), parent.string("kind"), parent.string("name", required=True)
    namespace, section, port = parent.string("namespace"), parent.string("sectionName"), parent.integer("port")
    parent.finish()
    if name is None or (kind is not None and kind.value != "Gateway") or (group and group.value != GATEWAY_API):
        return
    wanted = (namespace.value if namespace is not None else route.source.namespace, name.value)
    named = [
        listener
        for listener in listeners
        if (listener.gateway.namespace, listener.gateway.name) == wanted
        and (section is None or listener.name == section.value)
        and (port is None or listener.port == port.value)
    ]
    admitting = [listener for listener in named if listener.admits(route.source.namespace)]
    pairs = [
        (listener, hostname)
        for listener in admitting
        for wish in route.hostnames
        if (hostname := intersection(listener.hostname, wish)) is not None
    ]
    if not pairs:
        _report_unattached(route, name, wanted, (named, admitting), report)
    yield from dict.fromkeys(pairs)


def _report_unattached(
    route: HttpRoute,
    name: Text,
    wanted: tuple[str, str],
    found: tuple[list[GatewayListener], list[GatewayListener]],
    report: Diagnostics,
) -> None:
    named, admitting = found
    gateway = "/".join(wanted)
    if not named:
        reason, hint = f"the files hold no such listener of `Gateway/{gateway}`", "add the Gateway's manifest"
    elif not admitting:
        reason = f"`Gateway/{gateway}` does not admit routes of namespace `{route.source.namespace}`"
        hint = "set `allowedRoutes: {namespaces: {from: All}}` at its listener"
    else:
        reason, hint = f"no hostname is both the route's and a listener's of `Gateway/{gateway}`", None
    related = tuple(("this listener", listener.span) for listener in named)
    report.warning("route-not-attached", f"`{route.source.label}` is not attached: {reason}", name.span, hint, related)
