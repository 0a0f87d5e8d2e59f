"""The policies that could decide for a rule on a listener, and their order; which of them does, others say.

Source: kgateway's pages on CORS ("this route-level policy takes precedence over any TrafficPolicy") and on
TrafficPolicies (priority and merging, delegation).
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from crossgate.dialects.kgateway.said import Said
from crossgate.records import replace
from crossgate.source import Span


class Level(Enum):
    """Where a policy is attached; of the HTTPRoute's own filters first, then the narrower before the wider."""

    BACKEND = "filter of a backendRef"
    FILTER = "filter of the rule"
    EXTENSION = "extensionRef of the rule"
    RULE = "targets the rule"
    ROUTE = "targets the HTTPRoute"
    LISTENER = "targets the listener"
    GATEWAY = "targets the Gateway"

    @property
    def is_filter(self) -> bool:
        """Whether it is a CORS filter of the HTTPRoute and no TrafficPolicy."""
        return self in {Level.BACKEND, Level.FILTER}


Order = tuple[int, str, str]
"""The key by which the policies of one place are sorted: weight (the larger is smaller), age, name."""


class Candidate(Struct, frozen=True, kw_only=True, eq=False):
    """What is said at a level. `via` is the rule of a route that delegates, None where it is the route's own.

    `by` is the reference or selector that attaches it.
    """

    said: Said
    level: Level
    order: Order | None = None
    by: Span | None = None
    via: str | None = None

    @property
    def where(self) -> str:
        """Say at which level it is, for people."""
        return self.level.value if self.via is None else f"{self.level.value}, of `{self.via}`"

    def through(self, via: str) -> "Candidate":
        """Return it as it is for a route that a rule delegates to."""
        return replace(self, via=via)


class Share(Struct, frozen=True, kw_only=True, eq=False):
    """A backend that gets requests, and what its filters say, None for nothing."""

    name: str
    span: Span
    said: Said | None


class Candidates(Struct, frozen=True, kw_only=True, eq=False):
    """All that is said for a rule on a listener, each group in its order of precedence.

    `shares` are the backends that get requests, `backends` what they say, the first one's first. `is_split`: the rule
    has several, be it without any weight.
    """

    shares: tuple[Share, ...] = ()
    is_split: bool = False
    backends: tuple[Candidate, ...] = ()
    filters: tuple[Candidate, ...] = ()
    policies: tuple[Candidate, ...] = ()
    listener: tuple[Candidate, ...] = ()
    gateway: tuple[Candidate, ...] = ()

    def in_order(self) -> tuple[Candidate, ...]:
        """Return all of them as the documents order them."""
        return (*self.backends, *self.filters, *self.policies, *self.listener, *self.gateway)


def first(candidates: Iterable[Candidate]) -> Candidate | None:
    """Return the first that says anything of CORS."""
    return next((candidate for candidate in candidates if candidate.said.decides), None)


def delegated(groups: Iterable[tuple[tuple[Candidate, ...], bool]]) -> Iterator[Candidate]:
    """Order what a rule and the rules that delegate to it say, the rule's own group first.

    Each group comes with whether it is preferred to those of the rules below it.
    """
    ordered: list[tuple[Candidate, ...]] = []
    for group, is_preferred in groups:
        ordered.insert(0 if is_preferred else len(ordered), group)
    return (candidate for group in ordered for candidate in group)
