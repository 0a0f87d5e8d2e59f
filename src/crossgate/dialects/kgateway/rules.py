"""The rules of an HTTPRoute: what each matches, does, and hands on to policies.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.actions import Action
from crossgate.dialects.kgateway.attachment import Attachments
from crossgate.dialects.kgateway.backends import MOST_BACKENDS, BackendRef, Delegate, read_backend
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.durations import read_duration
from crossgate.dialects.kgateway.filters import Filters, finish, read_filters
from crossgate.dialects.kgateway.matches import DEFAULT_MATCH, read_match
from crossgate.dialects.kgateway.places import RulePlace
from crossgate.dialects.kgateway.schema import at_most, mappings, unique, word
from crossgate.model.routes import PathPrefix, RouteMatch, WeightedBackend
from crossgate.model.table import Respond
from crossgate.source import Span

MOST_RULES: Final = 16
MOST_MATCHES: Final = 64
MOST_MATCHES_IN_ALL: Final = 128


class Match(Struct, frozen=True, kw_only=True):
    """A match of a rule, `HTTPRoute/NAMESPACE/NAME#RULE/match-N`; `length` is that of its path as it is written."""

    name: str
    match: RouteMatch
    span: Span
    length: int = 1


class Rule(Struct, frozen=True, kw_only=True, eq=False):
    """A rule, read: each of its matches is a route, and all of them do the same, or delegate to the same."""

    place: RulePlace
    matches: tuple[Match, ...]
    action: Action
    delegates: tuple[Delegate, ...] = ()


class RuleReader:
    """Reads rules; it holds what every rule needs and changes nothing."""

    def __init__(self, cluster: Cluster, attachments: Attachments, report: Diagnostics) -> None:
        self._cluster = cluster
        self._attachments = attachments
        self._report = report

    def read(self, source: KubernetesObject, spec: Fields) -> tuple[Rule, ...]:
        """Read all rules of an HTTPRoute; without any it has one that matches every request."""
        if not spec.has("rules"):
            return (self._default(source),)
        items = mappings(spec, "rules", MOST_RULES, self._report)
        if not items:
            self._report.error("missing-field", "`rules` needs at least one item", spec.value_span("rules"))
        matches = [match for item in items for match in item.items("matches")]
        at_most(matches, "matches", MOST_MATCHES_IN_ALL, lambda node: node, self._report)
        rules = tuple(self._rule(source, number, item) for number, item in enumerate(items))
        names = [rule.place.section for rule in rules if rule.place.section is not None]
        unique(names, lambda name: name.value, "Rule name must be unique within the route: `{}` is not", self._report)
        return rules

    def _default(self, source: KubernetesObject) -> Rule:
        """Return what the API server puts in place of no rules: one that matches all and forwards nothing."""
        label = f"{source.label}#rule-0"
        message = f"`{source.label}` has no rules: every request that it matches is answered 500"
        self._report.warning("rule-without-backend", message, source.name_span)
        place = RulePlace(route=source, label=label, section=None, span=source.name_span, is_forwarding=False)
        self._attachments.check(place)
        match = Match(name=f"{label}/match-0", match=DEFAULT_MATCH, span=source.name_span)
        return Rule(place=place, matches=(match,), action=Action())

    def _rule(self, source: KubernetesObject, number: int, rule: Fields) -> Rule:
        section = word(rule, "name", self._report, like="sectionName")
        label = f"{source.label}#{section.value if section is not None else f'rule-{number}'}"
        matches = self._matches(label, rule)
        filters = read_filters(rule, label, self._report)
        response = self._cluster.responses.take(filters, source.namespace)
        backends = self._backends(source, label, rule)
        timeout = self._timeout(rule)
        for key in ("retry", "sessionPersistence"):
            if rule.has(key):
                message = f"`{key}` of a rule is not enforced"
                report_unenforced(self._report, key, message, rule.key_span(key), is_harmless=True)
        rule.finish()
        self._check_replaced_prefix(rule, filters, matches)
        for found in backends:
            self._check_replaced_prefix(rule, found.filters, matches, of_backend=True)
        self._check_redirect(filters, backends)
        action = _action(filters, backends, timeout, response)
        delegates = tuple(found.target for found in backends if isinstance(found.target, Delegate))
        self._say_what_is_ignored(delegates, backends)
        if not rule.has("backendRefs") and action.answer is None:
            message = f"`{label}` has nowhere to send requests: they are answered 500"
            self._report.warning("rule-without-backend", message, rule.span)
        place = self._place(source, label, section, rule, filters, backends, action)
        return Rule(place=place, matches=matches, action=action, delegates=delegates)

    def _place(  # noqa: PLR0913, PLR0917 - it puts together what the rule was read into
        self,
        source: KubernetesObject,
        label: str,
        section: Text | None,
        rule: Fields,
        filters: Filters,
        backends: list[BackendRef],
        action: Action,
    ) -> RulePlace:
        place = RulePlace(
            route=source,
            label=label,
            section=section,
            span=rule.span,
            filters=tuple(filters.policies),
            backends=tuple(found.place for found in backends),
            is_forwarding=action.is_forwarding,
        )
        self._attachments.check(place)
        finish(filters.policies)
        for found in backends:
            finish(found.filters.policies)
        return place

    def _matches(self, label: str, rule: Fields) -> tuple[Match, ...]:
        items = mappings(rule, "matches", MOST_MATCHES, self._report)
        if not items:
            return (Match(name=f"{label}/match-0", match=DEFAULT_MATCH, span=rule.span),)
        read = [(position, item, read_match(item, self._report)) for position, item in enumerate(items)]
        return tuple(
            Match(name=f"{label}/match-{position}", match=found[0], span=item.span, length=found[1])
            for position, item, found in read
            if found is not None
        )

    def _backends(self, source: KubernetesObject, label: str, rule: Fields) -> list[BackendRef]:
        items = mappings(rule, "backendRefs", MOST_BACKENDS, self._report)
        read = [
            read_backend(item, source, f"{label}/backend-{position}", self._cluster, self._report)
            for position, item in enumerate(items)
        ]
        return [found for found in read if found is not None]

    def _timeout(self, rule: Fields) -> tuple[float | None, bool]:
        """Return the seconds that a backend has, None for no limit, and whether the rule says so."""
        timeouts = rule.mapping("timeouts")
        if timeouts is None:
            return None, False
        request = read_duration(timeouts, "request", self._report)
        backend = read_duration(timeouts, "backendRequest", self._report)
        timeouts.finish()
        if request is not None and backend is not None and 0 < request.value < backend.value:
            message = "backendRequest timeout cannot be longer than request timeout"
            self._report.error("out-of-range", message, backend.span)
        seconds = [found.value for found in (request, backend) if found is not None]
        return min((value for value in seconds if value > 0), default=None), bool(seconds)

    def _check_replaced_prefix(
        self, rule: Fields, filters: Filters, matches: tuple[Match, ...], *, of_backend: bool = False
    ) -> None:
        """Report a prefix to replace where it is not clear which: that takes one match, of type PathPrefix."""
        if len(matches) == 1 and isinstance(matches[0].match.path, PathPrefix):
            return
        redirect = filters.redirect.path if filters.redirect is not None else None
        for kind, path, opening in (
            (filters.redirects, redirect, "Within backendRefs, when" if of_backend else "When"),
            (filters.rewrites, filters.path, "Within backendRefs, When" if of_backend else "When"),
        ):
            if kind is not None and path is not None and path.is_prefix:
                message = (
                    f"{opening} using {kind.value} filter with path.replacePrefixMatch, "
                    "exactly one PathPrefix match must be specified"
                )
                related = (("the matches", rule.value_span("matches")),) if rule.has("matches") else ()
                self._report.error("filter-without-prefix", message, kind.span, None, related)

    def _check_redirect(self, filters: Filters, backends: list[BackendRef]) -> None:
        if filters.redirects is not None and backends:
            message = "RequestRedirect filter must not be used together with backendRefs"
            related = (("this backendRef", backends[0].place.span),)
            self._report.error("filters-exclusive", message, filters.redirects.span, None, related)

    def _say_what_is_ignored(self, delegates: tuple[Delegate, ...], backends: list[BackendRef]) -> None:
        """Report backends beside HTTPRoutes: a rule that delegates does nothing else."""
        for found in backends if delegates else ():
            if isinstance(found.target, WeightedBackend):
                message = f"`{found.place.name}` is never reached: its rule delegates to an HTTPRoute"
                related = (("delegated here", delegates[0].name.span),)
                Contained(self._report).error("backend-beside-delegation", message, found.place.span, None, related)


def _action(
    filters: Filters, backends: list[BackendRef], timeout: tuple[float | None, bool], response: Respond | None
) -> Action:
    return Action(
        answer=filters.redirect or response,
        backends=tuple(found.target for found in backends if isinstance(found.target, WeightedBackend)),
        host=filters.host,
        path=filters.path,
        request_edits=filters.request_edits,
        response_edits=filters.response_edits,
        timeout=timeout[0],
        has_timeout=timeout[1],
    )
