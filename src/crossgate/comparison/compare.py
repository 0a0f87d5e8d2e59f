"""Two configurations, compared by what browsers make of their answers: cell by cell, with witnesses.

A cell is a place, an origin, a method, a request header or none, and credentials or none. It is played against both
engines; nothing is proven, and how much was played is said.
"""

from collections.abc import Callable, Hashable, Iterator
from enum import StrEnum
from functools import partial
from typing import Final

from msgspec import Struct

from crossgate.browser.exchanges import Verdict
from crossgate.browser.gateway import Answered, answering, port_of
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.comparison.atoms import Atoms, atoms_of, methods_of
from crossgate.comparison.places import Place, places_of
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.engine.respond import Response
from crossgate.engine.routing import ListenerUnknown, Routed
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import Not, OriginIn
from crossgate.model.origins import RegexOrigin
from crossgate.model.routes import Route
from crossgate.model.table import Table
from crossgate.records import replace


class Kind(StrEnum):
    """What can differ for a page, the most dangerous first."""

    NEWLY_ALLOWED = "newly-allowed"
    NEWLY_READABLE = "newly-readable"
    NEWLY_FORWARDED = "newly-forwarded"
    NO_LONGER_ALLOWED = "no-longer-allowed"
    NO_LONGER_READABLE = "no-longer-readable"
    NO_LONGER_FORWARDED = "no-longer-forwarded"
    STATUS = "status"
    REMEMBERED = "remembered"


OPENING: Final = frozenset({Kind.NEWLY_ALLOWED, Kind.NEWLY_READABLE})
"""What lets pages do more than before."""


class Side(Struct, frozen=True, kw_only=True):
    """A fetch and what one configuration made of it; `verdict` None: it has no listener for the URL."""

    verdict: Verdict[Answered] | None

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


class Difference(Struct, frozen=True, kw_only=True):
    """Cells of one origin that differ alike, at some places; `witness` is the first, with what both make of it.

    `names` are the response headers that became readable or ceased to be, or the requests that the upstream sees or no
    longer sees: preflight, actual.
    """

    kind: Kind
    places: tuple[Place, ...]
    origin: str
    methods: tuple[str, ...]
    headers: tuple[str | None, ...]
    credentials: tuple[bool, ...]
    names: tuple[str, ...]
    cells: int
    witness: PlannedFetch
    old: Side
    new: Side


class Comparison(Struct, frozen=True, kw_only=True):
    """What was compared: places of both, cells that were played, places whose tables are equal, and what was not.

    `missed` are routes for which no URL was found, `unsettled` expressions of origins that only one side has at a place
    where no origin that was tried is newly allowed or no longer.
    """

    places: int
    equal: int
    cells: int
    missed: tuple[Route, ...]
    unsettled: tuple[RegexOrigin, ...]
    differences: tuple[Difference, ...]


class _Pair(Struct, frozen=True, kw_only=True):
    """The two engines."""

    old: Engine
    new: Engine

    def routed(self, place: Place, method: str, origin: str | None = None) -> tuple[Routed | None, Routed | None]:
        return _routed(self.old, place, method, origin), _routed(self.new, place, method, origin)


class _Cell(Struct, frozen=True, kw_only=True):
    origin: str
    method: str
    header: str | None
    credentials: bool
    fetch: PlannedFetch
    old: Side
    new: Side


def compare(old: Engine, new: Engine, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Comparison:
    """Compare two configurations; `progress` is told how many places of how many are done."""
    pair = _Pair(old=old, new=new)
    old_places, old_missed = places_of(old.config)
    new_places, new_missed = places_of(new.config)
    places = tuple(dict.fromkeys((*old_places, *new_places)))
    cells = equal = 0
    differences: list[Difference] = []
    unsettled: dict[str, RegexOrigin] = {}
    for number, place in enumerate(places):
        progress(number, len(places))
        tables = {id(table): table for method in _PROBES for table in _tables(pair.routed(place, method))}
        routed = partial(_meets, pair, place)
        methods = methods_of(tables.values(), routed)
        if all(_are_equal(*pair.routed(place, method)) for method in (*methods, *_PROBES)):
            equal += 1
            continue
        atoms = atoms_of(tables.values(), routed)
        played = list(_cells(pair, place, atoms))
        cells += len(played)
        found = list(_grouped(place, played))
        differences += found
        if not any(item.kind in {Kind.NEWLY_ALLOWED, Kind.NO_LONGER_ALLOWED} for item in found):
            unsettled |= _expressions(pair, place, atoms.methods)
    progress(len(places), len(places))
    missed = tuple({(route.name, route.match): route for route in (*old_missed, *new_missed)}.values())
    order = {kind: number for number, kind in enumerate(Kind)}
    gathered = sorted(_gathered(differences), key=lambda item: order[item.kind])
    return Comparison(
        places=len(places),
        equal=equal,
        cells=cells,
        missed=missed,
        unsettled=tuple(unsettled.values()),
        differences=tuple(gathered),
    )


def _expressions(pair: _Pair, place: Place, methods: tuple[str, ...]) -> dict[str, RegexOrigin]:
    """Return the expressions of origins that only one side has at a place."""
    sides: tuple[dict[str, RegexOrigin], dict[str, RegexOrigin]] = {}, {}
    for method in methods:
        for side, routed in zip(sides, pair.routed(place, method), strict=True):
            table = _table(routed)
            conditions = () if table is None else table.conditions()
            for condition in conditions:
                inner = condition.condition if isinstance(condition, Not) else condition
                entries = inner.origins.entries if isinstance(inner, OriginIn) else ()
                side.update({entry.pattern: entry for entry in entries if isinstance(entry, RegexOrigin)})
    old, new = sides
    return {pattern: entry for pattern, entry in (old | new).items() if (pattern in old) is not (pattern in new)}


def _gathered(differences: list[Difference]) -> Iterator[Difference]:
    """Yield one difference for those that are the same at several places, and come of the same policies."""
    groups: dict[Hashable, list[Difference]] = {}
    for item in differences:
        policies = tuple(None if side.last is None else side.last.policy for side in (item.old, item.new))
        same = (item.kind, item.origin, item.names, item.methods, item.headers, item.credentials)
        groups.setdefault((*same, *(policy and policy.name for policy in policies)), []).append(item)
    for first, *others in groups.values():
        every = (first, *others)
        places = tuple(place for item in every for place in item.places)
        yield replace(first, places=places, cells=sum(item.cells for item in every))


_PROBES: Final = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


def _routed(engine: Engine, place: Place, method: str, origin: str | None) -> Routed | None:
    lines = [*place.headers, *([] if origin is None else [(ORIGIN, origin)])]
    request = admit(method, place.url, lines, trusted_hops=engine.config.trusted_hops)
    if not isinstance(request, Request):
        return None
    try:
        return engine.decide(request, port=port_of(place.url)).routed
    except ListenerUnknown:
        return None


def _table(routed: Routed | None) -> Table | None:
    if routed is None:
        return None
    return routed.unmatched.table if routed.route is None else routed.route.table


def _tables(both: tuple[Routed | None, Routed | None]) -> Iterator[Table]:
    yield from filter(None, map(_table, both))


def _meets(pair: _Pair, place: Place, method: str) -> Hashable:
    """Return a key that two methods share which meet the same routes and tables."""
    found = pair.routed(place, method)
    return tuple(None if one is None else (id(_table(one)), id(one.route)) for one in found)


def _are_equal(old: Routed | None, new: Routed | None) -> bool:
    """Say whether the same is done with a request, so that no cell can differ."""
    if old is None or new is None:
        return old is new
    if old.route is None or new.route is None:
        return old.route is new.route and old.unmatched == new.unmatched
    same = (old.route.match, old.route.target, old.route.response_edits) == (
        new.route.match,
        new.route.target,
        new.route.response_edits,
    )
    return same and old.route.table == new.route.table


def _cells(pair: _Pair, place: Place, atoms: Atoms) -> Iterator[_Cell]:
    """Play every combination of what the place's tables tell apart."""
    upstream = Response(headers=tuple((name, "1") for name in atoms.exposed))
    own = tuple((name, value) for name, value in place.headers)
    for origin in atoms.origins:
        for method in atoms.methods:
            for header in atoms.headers:
                for credentials in (False, True):
                    asked = own if header is None else (*own, (header, None))
                    fetch = PlannedFetch(
                        origin=origin, url=place.url, method=method, headers=asked, credentials=credentials
                    )
                    yield _Cell(
                        origin=origin,
                        method=method,
                        header=header,
                        credentials=credentials,
                        fetch=fetch,
                        old=_side(pair.old, fetch, upstream),
                        new=_side(pair.new, fetch, upstream),
                    )


def _side(engine: Engine, fetch: PlannedFetch, upstream: Response) -> Side:
    try:
        return Side(verdict=play(fetch, answering(engine, upstream=upstream)))
    except ListenerUnknown:
        return Side(verdict=None)


def _grouped(place: Place, cells: list[_Cell]) -> Iterator[Difference]:
    """Yield one difference for the cells of an origin that differ alike."""
    groups: dict[tuple[Kind, str, tuple[str, ...]], list[_Cell]] = {}
    for cell in cells:
        for kind, names in _kinds(cell.old, cell.new):
            groups.setdefault((kind, cell.origin, names), []).append(cell)
    for (kind, origin, names), found in groups.items():
        witness = found[0]
        yield Difference(
            kind=kind,
            places=(place,),
            origin=origin,
            methods=tuple(dict.fromkeys(cell.method for cell in found)),
            headers=tuple(dict.fromkeys(cell.header for cell in found)),
            credentials=tuple(dict.fromkeys(cell.credentials for cell in found)),
            names=names,
            cells=len(found),
            witness=witness.fetch,
            old=witness.old,
            new=witness.new,
        )


def _kinds(old: Side, new: Side) -> Iterator[tuple[Kind, tuple[str, ...]]]:
    if old.is_allowed is not new.is_allowed:
        yield (Kind.NEWLY_ALLOWED if new.is_allowed else Kind.NO_LONGER_ALLOWED), ()
        return
    if not old.is_allowed:
        if added := tuple(sorted(new.forwarded - old.forwarded)):
            yield Kind.NEWLY_FORWARDED, added
        if dropped := tuple(sorted(old.forwarded - new.forwarded)):
            yield Kind.NO_LONGER_FORWARDED, dropped
        return
    before, after = old.verdict, new.verdict
    if before is None or after is None:
        return
    if more := tuple(sorted(set(after.readable) - set(before.readable))):
        yield Kind.NEWLY_READABLE, more
    if less := tuple(sorted(set(before.readable) - set(after.readable))):
        yield Kind.NO_LONGER_READABLE, less
    if before.status != after.status:
        yield Kind.STATUS, ()
    if before.remembered != after.remembered:
        yield Kind.REMEMBERED, ()
