"""Delegation between HTTPRoutes: the rules of a route, with those of its children in place of each that delegates.

Source: https://kgateway.dev/docs/traffic-management/route-delegation/. A child has no hostnames of its own; it may name
the parents that it wants, and needs no Gateway. What a parent delegates to nobody, or back to itself, is answered 500;
what it delegates to a child that does not match it is no route at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.actions import Action
from crossgate.dialects.kgateway.backends import Delegate
from crossgate.dialects.kgateway.narrowing import inherits_match, narrowed, text_of
from crossgate.dialects.kgateway.places import RulePlace
from crossgate.dialects.kgateway.routes import HttpRoute
from crossgate.dialects.kgateway.rules import Match, Rule
from crossgate.model.routes import RouteMatch
from crossgate.model.table import Respond
from crossgate.records import replace

MOST_STEPS: Final = 10_000
"""How often a route's rules may delegate, all ways counted, before it is a mistake."""

_LABEL: Final = "delegation.kgateway.dev/label"
_ALL: Final = "*"
_FAILED: Final = Action(answer=Respond(status=500))


class Flat(Struct, frozen=True, kw_only=True, eq=False):
    """One match of a rule, delegated or not, and what it does. `source` is the HTTPRoute that has the rule."""

    place: RulePlace
    match: Match
    action: Action
    source: KubernetesObject


class _Above(Struct, frozen=True, kw_only=True):
    """What a child is under: the rule, its match and action, and the routes on the way, by their keys."""

    place: RulePlace
    match: RouteMatch
    action: Action
    visited: tuple[HttpRoute, ...]


class Delegation:
    """All HTTPRoutes, found by what delegates to them."""

    def __init__(self, routes: Iterable[HttpRoute], report: Diagnostics) -> None:
        self._report = Contained(report)
        self._routes = {route.key: route for route in routes}
        self._in: defaultdict[str, list[HttpRoute]] = defaultdict(list)
        self._labelled: defaultdict[str, list[HttpRoute]] = defaultdict(list)
        self._reached: set[tuple[str, str]] = set()
        self._steps = 0
        for route in self._routes.values():
            self._in[route.source.namespace].append(route)
            label = route.source.labels.get(_LABEL)
            if label is not None:
                self._labelled[label.value].append(route)

    def is_reached(self, route: HttpRoute) -> bool:
        """Say whether some rule delegated to a route in what was flattened so far."""
        return route.key in self._reached

    def flatten(self, route: HttpRoute) -> list[Flat]:
        """Return the rules of a route, one match after the other, with delegated ones in their place."""
        self._steps = 0
        return list(self._flatten(route, None))

    def _flatten(self, route: HttpRoute, above: _Above | None) -> Iterator[Flat]:
        inherits = inherits_match(route.source)
        for rule in route.rules:
            place = rule.place if above is None else replace(rule.place, parent=above.place)
            action = rule.action if above is None else rule.action.under(above.action)
            for match in rule.matches:
                found = match.match if above is None else narrowed(match.match, above.match, inherits=inherits)
                if found is not None:
                    length = len(text_of(found.path)) if found is not match.match else match.length
                    here = replace(match, match=found, length=length)
                    flat = Flat(place=place, match=here, action=action, source=route.source)
                    yield from self._delegated(route, rule, flat, above) if rule.delegates else (flat,)

    def _delegated(self, route: HttpRoute, rule: Rule, flat: Flat, above: _Above | None) -> Iterator[Flat]:
        visited = (*(() if above is None else above.visited), route)
        below = _Above(place=flat.place, match=flat.match.match, action=flat.action, visited=visited)
        self._steps += 1
        if self._steps > MOST_STEPS:
            message = f"`{route.source.label}` is delegated to in more than {MOST_STEPS} ways: the rest is answered 500"
            self._report.error("delegation-too-wide", message, rule.delegates[0].name.span)
            yield replace(flat, action=_FAILED)
            return
        fails = False
        for delegate in rule.delegates:
            found = self._named(delegate)
            if not found:
                whom = _described(delegate)
                message = f"no HTTPRoute {whom} is among the files: what is delegated to it is answered 500"
                self._report.error("reference-missing", message, delegate.name.span)
            willing = [child for child in found if self._is_willing(child, delegate, route)]
            onward = [child for child in willing if not self._goes_round(child, delegate, below)]
            fails = fails or not found or (bool(willing) and not onward)
            for child in onward:
                if self._has_no_hosts(child, delegate):
                    self._reached.add(child.key)
                    yield from self._flatten(child, below)
        if fails:
            yield replace(flat, action=_FAILED)

    def _named(self, delegate: Delegate) -> list[HttpRoute]:
        name, namespace = delegate.name.value, delegate.namespace
        if delegate.is_label:
            labelled = self._labelled.get(name, [])
            return [route for route in labelled if namespace is None or route.source.namespace == namespace]
        if name == _ALL:
            return self._in.get(namespace or "", [])
        found = self._routes.get((namespace or "", name))
        return [] if found is None else [found]

    def _goes_round(self, child: HttpRoute, delegate: Delegate, above: _Above) -> bool:
        """Say whether a route is its own ancestor, and report it."""
        if child not in above.visited:
            return False
        way = (*above.visited[above.visited.index(child) :], child)
        shown = " → ".join(f"`{route.source.label}`" for route in way)
        message = f"delegation goes round in a circle: {shown}"
        self._report.error("delegation-cycle", message, delegate.name.span, "what it is asked for is answered 500")
        return True

    def _is_willing(self, child: HttpRoute, delegate: Delegate, parent: HttpRoute) -> bool:
        """Say whether a route lets a parent delegate to it, and report one that is named and does not."""
        named = [(ref.namespace, ref.name.value) for ref in child.parents if ref.is_route]
        if not child.parents or parent.key in named:
            return True
        if not delegate.is_label and delegate.name.value != _ALL:
            message = (
                f"`{child.source.label}` is not delegated to: its `parentRefs` do not name `{parent.source.label}`"
            )
            hint = "name it there with its `group` and `kind: HTTPRoute`, or remove `parentRefs`"
            related = (("delegated here", delegate.name.span),)
            self._report.error("delegation-unwanted", message, child.parents[0].name.span, hint, related)
        return False

    def _has_no_hosts(self, child: HttpRoute, delegate: Delegate) -> bool:
        """Say whether a child leaves the hostnames to its parent, and report one that does not."""
        if child.names_hosts is None:
            return True
        message = f"`{child.source.label}` is not delegated to: a child has the hostnames of its parent"
        related = (("delegated here", delegate.name.span),)
        self._report.error("delegation-with-hostnames", message, child.names_hosts, "remove `hostnames`", related)
        return False


def _described(delegate: Delegate) -> str:
    where = "of any namespace" if delegate.namespace is None else f"of namespace `{delegate.namespace}`"
    if delegate.is_label:
        return f"{where} with the label `{_LABEL}: {delegate.name.value}`"
    return where if delegate.name.value == _ALL else f"`{delegate.namespace}/{delegate.name.value}`"
