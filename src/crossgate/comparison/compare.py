"""Two configurations, compared by what browsers make of their answers: cell by cell, with witnesses.

A cell is a place, an origin, a method, a request header or none, and credentials or none. It is played against both
engines; nothing is proven, and how much was played is said.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from msgspec import Struct

from crossgate import collection
from crossgate.browser.planned import PlannedFetch
from crossgate.comparison.atoms import atoms_of, methods_of
from crossgate.comparison.cells import Cell, cells_of
from crossgate.comparison.kinds import Kind, Side, kinds_of
from crossgate.comparison.origins import Named, members
from crossgate.comparison.pairs import (
    BothRouted,
    Expressions,
    Pair,
    are_equal,
    changed_expressions,
    likeness,
    meets,
    tables_of,
)
from crossgate.comparison.places import Place, places_of
from crossgate.comparison.products import products
from crossgate.engine.decide import Engine
from crossgate.engine.origins import OriginMatcher
from crossgate.fetch.url import parse_url
from crossgate.model.origins import OriginSet, RegexOrigin
from crossgate.model.routes import Route
from crossgate.records import replace

_PROBES: Final = ("OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")


_Combination = tuple[str, str | None, bool]


class Difference(Struct, frozen=True, kw_only=True):
    """Cells of one origin that differ alike, at some places; `witness` is the first, with what both make of it.

    The cells are all combinations of `methods`, `headers` and `credentials`. `named` are the entries whose origins both
    sides treat like this one, each with one of them.
    `names` are the response headers that became readable or ceased to be, or the requests that the upstream sees or no
    longer sees: preflight, actual.
    """

    kind: Kind
    places: tuple[Place, ...]
    origin: str
    named: tuple[Named, ...]
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

    `alike` are the places at which all is as at another one, which was played. `missed` are routes for which no URL was
    found, `unsettled` expressions of origins that only one side has at a place and that no difference there names.
    """

    places: int
    equal: int
    alike: int
    cells: int
    missed: tuple[Route, ...]
    unsettled: tuple[RegexOrigin, ...]
    differences: tuple[Difference, ...]


class _Compared(Struct, frozen=True, kw_only=True):
    """What came of a place; `origins` are the pages' that were asked for."""

    origins: frozenset[str]
    cells: int
    differences: tuple[Difference, ...]
    unsettled: dict[str, RegexOrigin]


def compare(old: Engine, new: Engine, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Comparison:
    """Compare two configurations; `progress` is told how many places of how many are done."""
    with collection.paused():
        return _compare(Pair(old=old, new=new), progress)


def _compare(pair: Pair, progress: Callable[[int, int], None]) -> Comparison:
    places, missed = places_of(pair.old.config, pair.new.config)
    routes = chain(pair.old.config.routes(), pair.new.config.routes())
    probes = tuple(dict.fromkeys((*_PROBES, *sorted({name for route in routes for name in route.match.methods}))))
    known: dict[Hashable, _Compared] = {}
    found: list[_Compared] = []
    equal = alike = 0
    for number, place in enumerate(places):
        progress(number, len(places))
        routed = _routed(pair, place, probes)
        if all(map(are_equal, routed.values())):
            equal += 1
            continue
        key = likeness(routed.items())
        compared = None if key is None else known.get(key)
        if compared is None or _own_origin(place) in compared.origins:
            compared = _compared(pair, place, routed)
            if key is not None and _own_origin(place) not in compared.origins:
                known[key] = compared
        else:
            alike += 1
            there = tuple(replace(item, places=(place,), cells=0) for item in compared.differences)
            compared = replace(compared, cells=0, differences=there)
        found.append(compared)
    progress(len(places), len(places))
    order = {kind: number for number, kind in enumerate(Kind)}
    gathered = _gathered([item for compared in found for item in compared.differences])
    return Comparison(
        places=len(places),
        equal=equal,
        alike=alike,
        cells=sum(compared.cells for compared in found),
        missed=missed,
        unsettled=tuple({text: entry for compared in found for text, entry in compared.unsettled.items()}.values()),
        differences=tuple(sorted(gathered, key=lambda item: order[item.kind])),
    )


def _own_origin(place: Place) -> str | None:
    """Return the origin of a place's own pages, whom no policy stops there: they tell nothing about other places."""
    url = parse_url(place.url)
    return None if url is None else url.origin


def _routed(pair: Pair, place: Place, probes: Sequence[str]) -> dict[str, BothRouted]:
    """Return where requests of each method that can make a difference go."""
    routed = {method: pair.routed(place, method) for method in probes}

    def met(method: str) -> Hashable:
        if method not in routed:
            routed[method] = pair.routed(place, method)
        return meets(routed[method])

    for method in methods_of(tables_of(routed.values()), met):
        met(method)
    return routed


def _compared(pair: Pair, place: Place, routed: dict[str, BothRouted]) -> _Compared:
    """Play all that the tables of a place tell apart."""
    tables = tables_of(routed.values())
    atoms = atoms_of(tables, lambda method: meets(routed.get(method) or pair.routed(place, method)))
    played = list(cells_of(pair, place, atoms, tables))
    differences = tuple(_grouped(place, played, atoms.named))
    unsettled = _unsettled(differences, *changed_expressions(routed.values()))
    return _Compared(origins=frozenset(atoms.origins), cells=len(played), differences=differences, unsettled=unsettled)


def _unsettled(differences: Sequence[Difference], old: Expressions, new: Expressions) -> dict[str, RegexOrigin]:
    """Return the expressions that only one side has, and that nothing shows to let in more or fewer than the other.

    One that no difference names is settled by one of the other side that is named, and admits what it admits: the two
    were told apart, and this is the narrower.
    """
    found: dict[str, RegexOrigin] = {}
    for mine, kind, theirs, other in (
        (old, Kind.NO_LONGER_ALLOWED, new, Kind.NEWLY_ALLOWED),
        (new, Kind.NEWLY_ALLOWED, old, Kind.NO_LONGER_ALLOWED),
    ):
        own = _named(differences, kind)
        wider = tuple(entry for text, entry in theirs.items() if text in _named(differences, other))
        matcher = OriginMatcher(OriginSet(entries=wider))
        found |= {
            text: entry
            for text, entry in mine.items()
            if text not in own and not any(map(matcher.admits, members(entry)))
        }
    return found


def _named(differences: Iterable[Difference], kind: Kind) -> set[str | None]:
    return {item.entry for found in differences if found.kind is kind for item in found.named}


def _gathered(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Yield one difference for those that are the same at several places, and come of the same policies."""
    groups: dict[Hashable, list[Difference]] = {}
    for item in differences:
        policies = tuple(None if side.last is None else side.last.policy for side in (item.old, item.new))
        same = (item.kind, item.origin, item.named, item.names, item.methods, item.headers, item.credentials)
        groups.setdefault((*same, *(policy and policy.name for policy in policies)), []).append(item)
    for first, *others in groups.values():
        every = (first, *others)
        places = tuple(place for item in every for place in item.places)
        yield replace(first, places=places, cells=sum(item.cells for item in every))


def _grouped(place: Place, cells: list[Cell], named: Mapping[str, tuple[Named, ...]]) -> Iterator[Difference]:
    """Yield one difference for the cells of an origin that differ alike, as far as they are all combinations."""
    groups: dict[tuple[Kind, str, tuple[str, ...]], dict[_Combination, Cell]] = {}
    for cell in cells:
        for kind, names in kinds_of(cell.old, cell.new):
            group = groups.setdefault((kind, cell.origin, names), {})
            group[cell.method, cell.header, cell.credentials] = cell
    for (kind, origin, names), found in groups.items():
        for methods, headers, credentials in products(found):
            witness = found[methods[0], headers[0], credentials[0]]
            yield Difference(
                kind=kind,
                places=(place,),
                origin=origin,
                named=named.get(origin, ()),
                methods=methods,
                headers=headers,
                credentials=credentials,
                names=names,
                cells=len(methods) * len(headers) * len(credentials),
                witness=witness.fetch,
                old=witness.old,
                new=witness.new,
            )
