"""Two engines, asked the same: where a request goes on either side, which tables it meets, and whether they are one."""

from collections.abc import Hashable, Iterable, Iterator

from msgspec import Struct

from crossgate.browser.gateway import admitted, port_of
from crossgate.comparison.places import Place
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request
from crossgate.engine.routing import ListenerUnknown, Routed
from crossgate.model.conditions import OriginIn, SameOrigin, positive
from crossgate.model.origins import RegexOrigin
from crossgate.model.routes import Forward
from crossgate.model.table import Table

BothRouted = tuple[Routed | None, Routed | None]
"""Where a request goes on the old side and on the new one; None: no listener takes it."""


Expressions = dict[str, RegexOrigin]
"""Expressions of origins by what is written."""


class Pair(Struct, frozen=True, kw_only=True):
    """The two engines."""

    old: Engine
    new: Engine

    def routed(self, place: Place, method: str) -> BothRouted:
        """Return where a request of a method goes on either side."""
        return _routed(self.old, place, method), _routed(self.new, place, method)


def _routed(engine: Engine, place: Place, method: str) -> Routed | None:
    request = admitted(method, place.url, place.headers, engine.config.trusted_hops)
    if not isinstance(request, Request):
        return None
    try:
        return engine.decide(request, port=port_of(place.url), listener=listener_for(engine, place.url)).routed
    except ListenerUnknown:
        return None


def listener_for(engine: Engine, url: str) -> str | None:
    """Return the listener to ask where a side has not the port of a URL: its only one for the scheme, if it has one.

    Gateways have ports of their own choice, and a page that moves to another gateway asks it at its own.
    """
    ports = engine.config.ports
    if len(ports) <= 1 or port_of(url) in ports:
        return None
    scheme = url.partition(":")[0]
    speaking = [listeners[0].name for listeners in ports.values() if listeners[0].scheme == scheme]
    return speaking[0] if len(speaking) == 1 else None


def table_of(routed: Routed | None) -> Table | None:
    """Return the table that a request meets where it goes."""
    if routed is None:
        return None
    return routed.unmatched.table if routed.route is None else routed.route.table


def tables_of(everywhere: Iterable[BothRouted]) -> tuple[Table, ...]:
    """Return the tables that requests meet, each once."""
    found = (table for both in everywhere for table in map(table_of, both) if table is not None)
    return tuple({id(table): table for table in found}.values())


def meets(both: BothRouted) -> Hashable:
    """Return a key that two methods share which meet the same routes and tables."""
    return tuple(None if one is None else (id(table_of(one)), id(one.route)) for one in both)


def are_equal(both: BothRouted) -> bool:
    """Say whether the same is done with a request, so that no cell can differ."""
    old, new = both
    if old is None or new is None:
        return old is new
    if old.route is None or new.route is None:
        return old.route is new.route and old.unmatched == new.unmatched
    same = (old.route.target, old.route.response_edits) == (new.route.target, new.route.response_edits)
    return same and old.route.table == new.route.table


def likeness(everywhere: Iterable[tuple[str, BothRouted]]) -> Hashable | None:
    """Return a key that places share at which all requests of other origins come to the same, as far as CORS goes.

    `everywhere` is where each method goes. None: the place is like no other, since a route answers by itself, or a
    table asks for the request's own origin.
    """
    found = []
    for method, both in everywhere:
        for one in both:
            own = _behaviour(one)
            if own is None:
                return None
            found.append((method, own))
    return tuple(found)


def _behaviour(routed: Routed | None) -> Hashable | None:
    if routed is None:
        return ("none",)
    table = table_of(routed)
    if table is not None and any(isinstance(positive(condition), SameOrigin) for condition in table.conditions()):
        return None
    if routed.route is None:
        return ("unmatched", id(routed.unmatched.answer), id(table))
    route, target = routed.route, routed.route.target
    if not isinstance(target, Forward) or target.usual.backend is None:
        return None
    edits = (route.response_edits, target.usual.response_edits)
    return ("forward", id(table), bool(target.usual.backend.endpoints), edits)


def changed_expressions(everywhere: Iterable[BothRouted]) -> tuple[Expressions, Expressions]:
    """Return the expressions of origins that only the old side has, and those that only the new one has."""
    sides: tuple[Expressions, Expressions] = {}, {}
    for both in everywhere:
        for side, routed in zip(sides, both, strict=True):
            side.update({entry.written: entry for entry in _expressions(table_of(routed))})
    old, new = sides
    return (
        {text: entry for text, entry in old.items() if new.get(text) != entry},
        {text: entry for text, entry in new.items() if old.get(text) != entry},
    )


def _expressions(table: Table | None) -> Iterator[RegexOrigin]:
    for condition in () if table is None else table.conditions():
        inner = positive(condition)
        entries = inner.origins.entries if isinstance(inner, OriginIn) else ()
        yield from (entry for entry in entries if isinstance(entry, RegexOrigin))
