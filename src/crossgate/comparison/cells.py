"""The cells of a place: every combination of what its tables tell apart, played against both engines."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.browser.exchanges import Exchange, Verdict
from crossgate.browser.gateway import Answered, answering, ask
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.browser.private_network import is_let_in, private_preflight
from crossgate.comparison.atoms import Atoms
from crossgate.comparison.kinds import Side
from crossgate.comparison.pairs import Pair, listener_for
from crossgate.comparison.places import Place
from crossgate.engine.decide import Engine
from crossgate.engine.respond import Response
from crossgate.engine.routing import ListenerUnknown
from crossgate.fetch import headers as names
from crossgate.model.table import Table
from crossgate.records import replace

_CORS: Final = frozenset(names.RESPONSE_HEADERS)


class Cell(Struct, frozen=True, kw_only=True):
    """A combination, and what either side makes of it."""

    origin: str
    method: str
    header: str | None
    credentials: bool
    fetch: PlannedFetch
    old: Side
    new: Side


def cells_of(pair: Pair, place: Place, atoms: Atoms, tables: Iterable[Table]) -> Iterator[Cell]:
    """Play every combination; where some table grants private networks, ask for them too."""
    upstream = Response(headers=tuple((name, "1") for name in atoms.exposed))
    grants_private = any(_edits_private(table) for table in tables)
    for origin in atoms.origins:
        for method in atoms.methods:
            for header in atoms.headers:
                for credentials in (False, True):
                    asked = place.headers if header is None else (*place.headers, (header, None))
                    fetch = PlannedFetch(
                        origin=origin, url=place.url, method=method, headers=asked, credentials=credentials
                    )
                    old, new = _side(pair.old, fetch, upstream), _side(pair.new, fetch, upstream)
                    old, new = _with_left(pair, fetch, old, new)
                    cell = Cell(
                        origin=origin,
                        method=method,
                        header=header,
                        credentials=credentials,
                        fetch=fetch,
                        old=old,
                        new=new,
                    )
                    yield cell
                    if grants_private:
                        yield replace(cell, old=_private(pair.old, fetch), new=_private(pair.new, fetch))


def _edits_private(table: Table) -> bool:
    return any(edit.name == names.ALLOW_PRIVATE_NETWORK for row in table.rows for edit in table.edits_of(row))


def _side(engine: Engine, fetch: PlannedFetch, upstream: Response) -> Side:
    try:
        return Side(verdict=play(fetch, answering(engine, listener_for(engine, fetch.url), upstream)))
    except ListenerUnknown:
        return Side(verdict=None)


def _private(engine: Engine, fetch: PlannedFetch) -> Side:
    sent = private_preflight(fetch)
    try:
        answer = ask(engine, sent, listener_for(engine, fetch.url))
    except ListenerUnknown:
        return Side(verdict=None, is_private=False)
    exchange = Exchange(sent=sent, answer=answer, failure=None)
    return Side(verdict=Verdict(exchanges=(exchange,), failure=None), is_private=is_let_in(fetch, answer))


def _with_left(pair: Pair, fetch: PlannedFetch, old: Side, new: Side) -> tuple[Side, Side]:
    """Ask, of a fetch that both sides block, whether an upstream that grants it would be heard.

    Only where the gateways do otherwise with the upstream's headers can that differ.
    """
    if old.is_allowed or new.is_allowed or old.forwarded != new.forwarded or not old.forwarded:
        return old, new
    if _edited(old) == _edited(new):
        return old, new
    generous = granting(fetch)
    heard = (_side(engine, fetch, generous).is_allowed for engine in (pair.old, pair.new))
    before, after = heard
    return replace(old, is_left=before), replace(new, is_left=after)


def granting(fetch: PlannedFetch) -> Response:
    """Return what an upstream answers that grants a fetch all."""
    lines = {
        names.ALLOW_ORIGIN: fetch.origin,
        names.ALLOW_CREDENTIALS: "true",
        names.ALLOW_METHODS: fetch.method,
        names.ALLOW_HEADERS: ",".join(fetch.unsafe_names),
    }
    return Response(headers=tuple(lines.items()))


def _edited(side: Side) -> tuple[frozenset[str], ...]:
    """Return which headers of CORS the gateway edits in each answer."""
    exchanges = () if side.verdict is None else side.verdict.exchanges
    return tuple(_edited_in(exchange.answer) for exchange in exchanges)


def _edited_in(answer: Answered) -> frozenset[str]:
    decision = answer.decision
    if decision is None or decision.table is None or decision.row is None:
        return frozenset()
    return _CORS.intersection(edit.name for edit in decision.table.edits_of(decision.row))
