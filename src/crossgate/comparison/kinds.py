"""What one fetch comes to on either side, and in which ways that can differ for a page."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from crossgate.browser.exchanges import Verdict
from crossgate.browser.gateway import Answered


class Kind(StrEnum):
    """What can differ for a page, the most dangerous first."""

    NEWLY_ALLOWED = "newly-allowed"
    NEWLY_READABLE = "newly-readable"
    NEWLY_PRIVATE = "newly-let-into-private-network"
    NEWLY_UPSTREAM = "newly-left-to-upstream"
    NEWLY_FORWARDED = "newly-forwarded"
    NO_LONGER_ALLOWED = "no-longer-allowed"
    NO_LONGER_READABLE = "no-longer-readable"
    NO_LONGER_PRIVATE = "no-longer-let-into-private-network"
    NO_LONGER_UPSTREAM = "no-longer-left-to-upstream"
    NO_LONGER_FORWARDED = "no-longer-forwarded"
    STATUS = "status"
    REMEMBERED = "remembered"


OPENING: Final = frozenset({Kind.NEWLY_ALLOWED, Kind.NEWLY_READABLE, Kind.NEWLY_PRIVATE})
"""What lets pages do more than before, whatever the upstream says."""

PRIVATE: Final = frozenset({Kind.NEWLY_PRIVATE, Kind.NO_LONGER_PRIVATE})
"""What a preflight shows that no planned fetch sends."""


class Side(Struct, frozen=True, kw_only=True):
    """A fetch and what one configuration made of it; `verdict` None: it has no listener for the URL.

    `is_private`: the preflight for a private network is granted; None where none was sent. `is_left`: the fetch is
    blocked unless the upstream itself grants it, whose headers the gateway leaves.
    """

    verdict: Verdict[Answered] | None
    is_private: bool | None = None
    is_left: bool = False

    @property
    def is_allowed(self) -> bool:
        """Whether the page gets the answer."""
        return self.verdict is not None and self.verdict.is_allowed

    @property
    def forwarded(self) -> frozenset[str]:
        """Which requests, preflight or actual, reached the upstream."""
        exchanges = () if self.verdict is None else self.verdict.exchanges
        return frozenset(item.kind for item in exchanges if item.answer.is_forwarded)

    @property
    def last(self) -> Answered | None:
        """The last answer."""
        exchanges = () if self.verdict is None else self.verdict.exchanges
        return exchanges[-1].answer if exchanges else None


def kinds_of(old: Side, new: Side) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    """Yield how two sides differ, with the names of headers or requests that it is about."""
    if old.is_private is not new.is_private:
        yield (Kind.NEWLY_PRIVATE if new.is_private else Kind.NO_LONGER_PRIVATE), ()
    elif old.is_private is None:
        yield from _of_a_fetch(old, new)


def _of_a_fetch(old: Side, new: Side) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    if old.is_allowed is not new.is_allowed:
        yield (Kind.NEWLY_ALLOWED if new.is_allowed else Kind.NO_LONGER_ALLOWED), ()
    elif not old.is_allowed:
        yield from _gained(old.forwarded, new.forwarded, Kind.NEWLY_FORWARDED, Kind.NO_LONGER_FORWARDED)
        if old.is_left is not new.is_left:
            yield (Kind.NEWLY_UPSTREAM if new.is_left else Kind.NO_LONGER_UPSTREAM), ()
    elif old.verdict is not None and new.verdict is not None:
        before, after = old.verdict, new.verdict
        yield from _gained(before.readable, after.readable, Kind.NEWLY_READABLE, Kind.NO_LONGER_READABLE)
        if before.status != after.status:
            yield Kind.STATUS, ()
        if before.remembered != after.remembered:
            yield Kind.REMEMBERED, ()


def _gained(old: Iterable[str], new: Iterable[str], more: Kind, less: Kind) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    before, after = set(old), set(new)
    if added := tuple(sorted(after - before)):
        yield more, added
    if dropped := tuple(sorted(before - after)):
        yield less, dropped
