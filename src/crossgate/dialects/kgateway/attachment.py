"""Which policy a rule has on a listener, and the table that comes of it.

The reader of routes calls `check` once for each rule, attached or not, then `on` and `record` for each listener that
the rule is served on, and `failure` for each listener, then `finish` and `account`.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents, KubernetesObject
from crossgate.dialects.kgateway.account import account
from crossgate.dialects.kgateway.backend_policies import report_shares
from crossgate.dialects.kgateway.candidates import Candidate, Candidates, Level, delegated, first
from crossgate.dialects.kgateway.cors_filters import FilterReader
from crossgate.dialects.kgateway.delegation import Strategies
from crossgate.dialects.kgateway.inheritance import Merged, levels, merge
from crossgate.dialects.kgateway.leaks import Leaks
from crossgate.dialects.kgateway.loose import Loose
from crossgate.dialects.kgateway.names import POLICY_GROUPS, POLICY_KINDS
from crossgate.dialects.kgateway.places import ListenerPlace, RulePlace
from crossgate.dialects.kgateway.policies import read_policy
from crossgate.dialects.kgateway.target_index import TargetIndex
from crossgate.dialects.kgateway.versions import Behaviour
from crossgate.dialects.options import ReadOptions
from crossgate.model.attachments import Attachment, RouteAttachments
from crossgate.model.attachments import Attachments as Account
from crossgate.model.policy import Policy
from crossgate.model.table import Table
from crossgate.source import Span

__all__ = ["NOTHING", "Attached", "Attachments", "Failure"]

_NO_EFFECT: Final = "the gateway answers itself here, and leaves CORS out of it"


class Attached(Struct, frozen=True, kw_only=True):
    """What hangs on a rule on a listener; `fails`: its policy cannot be used, and the rule is answered 500.

    `account` says which policies there are, and what became of them.
    """

    policy: Policy | None = None
    table: Table | None = None
    fails: bool = False
    account: tuple[Attachment, ...] = ()


NOTHING: Final = Attached()


class Failure(Enum):
    """What of a listener is answered 500 since a policy on it, or on its Gateway, cannot be used."""

    NOTHING = "nothing"
    HOSTS = "the hosts that it has routes for"
    EVERYTHING = "every host"


class Attachments:
    """The policies of all files, and the places that they are attached to."""

    def __init__(self, documents: Documents, options: ReadOptions, report: Diagnostics) -> None:
        self._behaviour = Behaviour(options)
        policies = [
            read_policy(source, options, report)
            for group in POLICY_GROUPS
            for source in documents.of(group, *POLICY_KINDS)
        ]
        self._index = TargetIndex(policies, options.policy_namespace)
        by_name = {(item.source.kind, item.source.namespace, item.source.name): item for item in policies}
        self._filters = FilterReader(by_name, options, report)
        self._strategies = Strategies(self._behaviour, report)
        self._loose = Loose(policies, documents)
        self._leaks = Leaks()
        self._report = report
        self._targeting: dict[tuple[KubernetesObject, str | None], tuple[Candidate, ...]] = {}
        self._attached: dict[tuple[RulePlace, ListenerPlace], Attached] = {}
        self._listeners: dict[ListenerPlace, None] = {}
        self._recorded: dict[tuple[RulePlace, ListenerPlace], dict[str, None]] = {}

    def check(self, rule: RulePlace) -> None:
        """Read the filters of a rule and of its backends that carry a policy, and report what is wrong with them."""
        self._loose.place(rule.route, None if rule.section is None else rule.section.value)
        for candidate in (*self._own_filters(rule, None), *self._own_policies(rule, None)):
            self._loose.attach(candidate.said)
        for backend in rule.backends:
            self._filters.share(backend)

    def on(self, rule: RulePlace, listener: ListenerPlace) -> Attached:
        """Return what hangs on a rule on a listener."""
        key = rule, listener
        if key not in self._attached:
            self._attached[key] = self._decided(rule, listener)
        return self._attached[key]

    def record(self, rule: RulePlace, listener: ListenerPlace, route: str) -> None:
        """Learn the name of a route that a rule became on a listener, for the account."""
        self._recorded.setdefault((rule, listener), {})[route] = None

    def failure(self, listener: ListenerPlace) -> Failure:
        """Say what of a listener is answered 500."""
        self._listeners[listener] = None
        self._loose.place(listener.owner, listener.section)
        own, gateway = self._on_listener(listener), self._on_gateway(listener)
        for candidate in (*own, *gateway):
            self._loose.attach(candidate.said)
        if any(candidate.said.fails for candidate in (*gateway, *(own if listener.ends_tls else ()))):
            return Failure.EVERYTHING
        return Failure.HOSTS if any(candidate.said.fails for candidate in own) else Failure.NOTHING

    def finish(self) -> None:
        """Report the policies that are attached to nothing, and those that the gateway itself would merge."""
        if self._report.has_errors:
            return
        self._loose.report(self._report)
        self._leaks.report(self._report)

    def account(self) -> Account:
        """Return which policies are at which of the routes that were recorded, in the order of the files."""
        listeners = {listener: number for number, listener in enumerate(self._listeners)}
        recorded = sorted(
            self._recorded.items(), key=lambda item: (listeners.get(item[0][1], 0), _place(item[0][0].span))
        )
        routes = tuple(
            RouteAttachments(
                listener=listener.label,
                routes=tuple(names),
                policies=self.on(rule, listener).account,
                span=rule.span,
            )
            for (rule, listener), names in recorded
        )
        return Account(routes=routes, unattached=self._loose.unattached(routes))

    def _decided(self, rule: RulePlace, listener: ListenerPlace) -> Attached:
        found = self._candidates(rule, listener)
        ordered = found.in_order()
        report_shares(found, self._behaviour, self._report)
        deciding = levels(found, ends_tls=listener.ends_tls)
        documented = () if (chosen := first(ordered)) is None else (chosen,)
        if not self._behaviour.merges:
            self._leaks.note(documented, deciding)
            deciding = documented
        merged = merge(deciding)
        is_idle = not rule.is_forwarding and self._behaviour.merges
        gifts = {} if merged is None else {giver.said.name: given for giver, given in merged.givers}
        said = account(ordered, deciding[0] if deciding else None, gifts, _NO_EFFECT if is_idle else None)
        if any(candidate.said.fails for candidate in ordered):
            return Attached(fails=True, account=said)
        return self._made(None if is_idle else merged, said)

    def _made(self, merged: Merged | None, said: tuple[Attachment, ...]) -> Attached:
        if merged is None:
            return Attached(account=said) if said else NOTHING
        return Attached(policy=merged.policy, table=self._behaviour.table(merged), account=said)

    def _candidates(self, rule: RulePlace, listener: ListenerPlace) -> Candidates:
        lineage = tuple(rule.lineage())
        shares = tuple(self._filters.share(backend) for backend in rule.backends if backend.weight)
        return Candidates(
            shares=shares,
            is_split=len(rule.backends) > 1,
            backends=tuple(Candidate(said=one.said, level=Level.BACKEND) for one in shares if one.said is not None),
            filters=self._delegated(lineage, of_filters=True),
            policies=self._delegated(lineage, of_filters=False),
            listener=self._on_listener(listener),
            gateway=self._on_gateway(listener),
        )

    def _delegated(self, lineage: Sequence[RulePlace], *, of_filters: bool) -> tuple[Candidate, ...]:
        read = self._own_filters if of_filters else self._own_policies
        groups = (
            (
                tuple(read(place, None if place is lineage[0] else place.label)),
                place is not lineage[0] and self._strategies.prefers(place.route, of_filters=of_filters),
            )
            for place in lineage
        )
        return tuple(delegated(groups))

    def _own_filters(self, rule: RulePlace, via: str | None) -> Iterator[Candidate]:
        said = self._filters.inline(rule.filters)
        if said is not None:
            yield Candidate(said=said, level=Level.FILTER, via=via)

    def _own_policies(self, rule: RulePlace, via: str | None) -> Iterator[Candidate]:
        section = None if rule.section is None else rule.section.value
        found = [
            *self._filters.extensions(rule),
            *(self._at(rule.route, section, Level.RULE) if section is not None else ()),
            *self._at(rule.route, None, Level.ROUTE),
        ]
        return (candidate if via is None else candidate.through(via) for candidate in found)

    def _on_listener(self, listener: ListenerPlace) -> tuple[Candidate, ...]:
        owner = listener.owner
        whole = () if listener.added_by is None else self._at(owner, None, Level.LISTENER)
        return (*self._at(owner, listener.section, Level.LISTENER), *whole)

    def _on_gateway(self, listener: ListenerPlace) -> tuple[Candidate, ...]:
        return self._at(listener.gateway, None, Level.GATEWAY)

    def _at(self, found: KubernetesObject, section: str | None, level: Level) -> tuple[Candidate, ...]:
        key = found, section
        if key not in self._targeting:
            self._targeting[key] = tuple(
                Candidate(said=policy.said, level=level, order=policy.order, by=span)
                for policy, span in self._index.at(found, section)
            )
        return self._targeting[key]


def _place(span: Span) -> tuple[int, str, int, int]:
    """Return the key to sort places by as they stand in the files."""
    return span.source.index, span.source.name, span.line, span.column
