"""The search: one need after the other is met in the text, until the fetch, played again, is allowed."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final

from msgspec import Struct, field

from crossgate.advice.edits import applied, edits_for
from crossgate.advice.losses import risks_of_losses
from crossgate.advice.missed import missed_condition
from crossgate.advice.needs import Need, PolicyNeed, needs_of
from crossgate.advice.page import page_changes
from crossgate.advice.risks import change_text, risks_of
from crossgate.browser.exchanges import Verdict
from crossgate.browser.gateway import Answered, answering
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.engine.decide import Engine
from crossgate.engine.routing import ListenerUnknown
from crossgate.fetch.origin import is_sent_by_browsers
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

Read = Callable[[Sequence[Source]], GatewayConfig | None]
"""Reads files that are in memory; None where they are not usable."""

_DEEPEST: Final = 6
_MOST_READ: Final = 24
_FEWER_READ: Final = 5
_LARGE: Final = 500_000
"""Characters of a configuration that takes long to read."""
_MOST_SHOWN: Final = 2


class Changed(Struct, frozen=True, kw_only=True):
    """Lines of a file: `line` is where the old ones begin."""

    file: str
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


class Advice(Struct, frozen=True, kw_only=True):
    """A change that was tried and lets the fetch through; one of the page alone has no lines."""

    changes: tuple[str, ...]
    lines: tuple[Changed, ...]
    risks: tuple[str, ...]


class _Search(Struct, kw_only=True):
    """A search; `reads` counts how often the files were read."""

    fetch: PlannedFetch
    read: Read
    profile: Profile
    listener: str | None
    most: int
    reads: int = field(default=0)

    def play(self, sources: Sequence[Source]) -> tuple[Engine, Verdict[Answered]] | None:
        """Read the files and play the fetch; None where that cannot be done."""
        self.reads += 1
        config = self.read(sources)
        if config is None:
            return None
        engine = Engine(config)
        try:
            return engine, play(self.fetch, answering(engine, self.listener), self.profile)
        except ListenerUnknown:
            return None

    def allows(self, engine: Engine, fetch: PlannedFetch) -> bool:
        """Say whether any fetch is allowed, as the one that is searched for would be played."""
        return play(fetch, answering(engine, self.listener), self.profile).is_allowed

    def solutions(
        self, sources: tuple[Source, ...], engine: Engine, verdict: Verdict[Answered], made: tuple[Need, ...]
    ) -> Iterator[tuple[tuple[Source, ...], Engine, Verdict[Answered], tuple[Need, ...]]]:
        """Yield files that let the fetch through, with the needs that were met on the way."""
        if verdict.is_allowed:
            yield sources, engine, verdict, made
            return
        if len(made) == _DEEPEST:
            return
        for need in needs_of(verdict, self.fetch, engine):
            for edit in edits_for(need):
                if self.reads >= self.most:
                    return
                edited = applied(edit, sources)
                played = self.play(edited)
                if played is not None and _signature(engine, verdict) != _signature(*played):
                    yield from self.solutions(edited, *played, (*made, need))
                    break


def _signature(engine: Engine, verdict: Verdict[Answered]) -> tuple[object, ...]:
    """Return what an edit has to change to be of use: the reason, and what the gateway missed."""
    if not verdict.exchanges:
        return (verdict.failure,)
    last = verdict.exchanges[-1].answer
    return (verdict.failure, last.outcome, len(verdict.exchanges), type(missed_condition(last, engine)))


def advise(
    fetch: PlannedFetch,
    sources: Sequence[Source],
    read: Read,
    profile: Profile = STANDARD,
    listener: str | None = None,
) -> tuple[Advice, ...]:
    """Return the changes that let a blocked fetch through, the smallest first; none where none was found.

    They are changes of the files alone, else of the page, and of the files with it where that is not enough. No file is
    changed for an origin that no browser sends: what to ask instead is told, and what that takes.
    """
    found = _of_files(fetch, sources, read, profile, listener) if is_sent_by_browsers(fetch.origin) else ()
    if found is None:
        return ()
    return found or tuple(_of_page(fetch, sources, read, profile, listener))


def _of_page(
    fetch: PlannedFetch, sources: Sequence[Source], read: Read, profile: Profile, listener: str | None
) -> Iterator[Advice]:
    for text, other in page_changes(fetch):
        found = _of_files(other, sources, read, profile, listener)
        if found is None:
            yield Advice(changes=(text,), lines=(), risks=())
        for advice in found or ():
            yield Advice(changes=(text, *advice.changes), lines=advice.lines, risks=advice.risks)


def _of_files(
    fetch: PlannedFetch, sources: Sequence[Source], read: Read, profile: Profile, listener: str | None
) -> tuple[Advice, ...] | None:
    """Return the changes of files; None where none is needed."""
    start = tuple(sources)
    is_large = sum(len(source.text) for source in start) > _LARGE
    most = _FEWER_READ if is_large else _MOST_READ
    search = _Search(fetch=fetch, read=read, profile=profile, listener=listener, most=most)
    played = search.play(start)
    if played is None or played[1].is_allowed:
        return () if played is None else None
    found = islice(search.solutions(start, *played, ()), _MOST_SHOWN)
    return tuple(
        Advice(
            changes=tuple(change_text(need) for need in made),
            lines=tuple(changed_lines(start, edited)),
            risks=tuple(dict.fromkeys(_risks(search, made, verdict, played[0], engine))),
        )
        for edited, engine, verdict, made in found
    )


def _risks(
    search: _Search, made: Sequence[Need], verdict: Verdict[Answered], before: Engine, after: Engine
) -> Iterator[str]:
    # Of the needs of one policy the first knows it as it was before any change.
    concerned = {need.policy.name: need.policy for need in reversed(made) if isinstance(need, PolicyNeed)}
    was_allowed, is_allowed = (partial(search.allows, each) for each in (before, after))
    yield from risks_of_losses(search.fetch, tuple(concerned.values()), was_allowed, is_allowed)
    policy = verdict.exchanges[-1].answer.policy
    for need in made:
        yield from risks_of(need, policy, after.config)


def changed_lines(before: Sequence[Source], after: Sequence[Source]) -> Iterator[Changed]:
    """Yield the lines in which files differ."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - slow to import, and only advice needs it

    for old, new in zip(before, after, strict=True):
        if old.text == new.text:
            continue
        old_lines, new_lines = old.text.splitlines(), new.text.splitlines()
        same = _common(old_lines, new_lines)
        ending = _common(old_lines[same:][::-1], new_lines[same:][::-1])
        old_part, new_part = old_lines[same : len(old_lines) - ending], new_lines[same : len(new_lines) - ending]
        for tag, first, last, new_first, new_last in SequenceMatcher(None, old_part, new_part).get_opcodes():
            if tag != "equal":
                yield Changed(
                    file=old.name,
                    line=same + first + old.first_line,
                    old=tuple(old_part[first:last]),
                    new=tuple(new_part[new_first:new_last]),
                )


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    """Count the lines with which both begin."""
    return next(
        (place for place, (a, b) in enumerate(zip(some, others, strict=False)) if a != b), min(len(some), len(others))
    )
