"""HTTPRoutes: rules, their matches, filters and backends, and the listeners that they attach to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.attachment import Attachments
from crossgate.dialects.kgateway.gateways import GatewayListener, intersection, parse_hostname
from crossgate.dialects.kgateway.matches import DEFAULT_MATCH, read_match
from crossgate.dialects.kgateway.names import GATEWAY_API
from crossgate.dialects.kgateway.places import FilterPlace, RulePlace
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import Backend, Endpoint, Forward, Route, RouteMatch, Target, WeightedBackend
from crossgate.model.table import Respond
from crossgate.source import Span

MAX_WEIGHT: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule, read: each of its matches is a route under a name, and all of them do the same."""

    place: RulePlace
    matches: tuple[tuple[str, RouteMatch, Span], ...]
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRoute:
    """An HTTPRoute, read: its rules in the order of the file, and what it attaches to."""

    source: KubernetesObject
    hostnames: tuple[Hostname, ...]
    parents: tuple[Fields, ...]
    rules: tuple[Rule, ...]


class RouteReader:
    """Reads HTTPRoutes; it holds what every rule needs and changes nothing."""

    def __init__(self, attachments: Attachments, report: Diagnostics) -> None:
        self._attachments = attachments
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
            rules=tuple(self._rule(source, number, rule) for number, rule in enumerate(rules)),
        )

    def _rule(self, source: KubernetesObject, number: int, rule: Fields) -> Rule:
        name = rule.string("name")
        label = f"{source.label}#{name.value if name is not None else f'rule-{number}'}"
        matches = rule.mappings("matches")
        read = [(read_match(item, self._report), item.span) for item in matches] or [(DEFAULT_MATCH, rule.span)]
        filters = tuple(self._filters(label, rule))
        target = self._target(source, rule)
        rule.ignore("retry", "sessionPersistence")
        rule.finish()
        place = RulePlace(
            route=source,
            label=label,
            section=name,
            span=rule.span,
            filters=filters,
            is_forwarding=isinstance(target, Forward),
        )
        self._attachments.check(place)
        for found in filters:
            found.fields.finish()
        return Rule(
            place=place,
            matches=tuple(
                (f"{label}/match-{position}", match, span)
                for position, (match, span) in enumerate(read)
                if match is not None
            ),
            target=target,
        )

    def _filters(self, label: str, rule: Fields) -> Iterator[FilterPlace]:
        """Yield the filters of a rule that carry a policy."""
        for position, item in enumerate(rule.mappings("filters")):
            kind = item.string("type", required=True)
            if kind is None:
                continue
            if kind.value in {"CORS", "ExtensionRef"}:
                yield FilterPlace(name=f"{label}/filter-{position}", type=kind, fields=item)
            else:
                self._unsupported(kind)

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


def served(rule: Rule, attachments: Attachments, listener: GatewayListener) -> Iterator[Route]:
    """Yield the routes of a rule as they are on a listener, with the policy that they have there."""
    found = attachments.on(rule.place, listener.place)
    for name, match, span in rule.matches:
        yield Route(
            name=name,
            match=match,
            target=Respond(status=500) if found.fails else rule.target,
            policy=found.policy,
            table=found.table,
            span=span,
        )


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
