"""Which rows of the policies some case reached, of those that a request can reach at all.

Routes that share a policy share its rows: a row counts once, wherever its policy is attached. It knows no cases.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence

from msgspec import Struct

from crossgate.engine.decide import Decision
from crossgate.model.conditions import Condition, MethodIn, Not, OriginIn, RequestedMethodIn
from crossgate.model.gateway import GatewayConfig
from crossgate.model.implications import truth
from crossgate.model.table import Row, Table


class Coverage(Struct, frozen=True, kw_only=True):
    """How many rows there are that a request can reach, those that no case reached, and how many none ever can."""

    rows: int
    unreached: tuple[tuple[Table, Row], ...]
    unreachable: int = 0


def coverage_of(config: GatewayConfig, decisions: Iterable[Decision]) -> Coverage:
    """Return which rows of a configuration's tables are among those that decided."""
    reached = {
        _key(table, row)
        for table, row in {
            (id(decision.table), id(decision.row)): (decision.table, decision.row) for decision in decisions
        }.values()
        if table is not None and row is not None
    }
    rows: dict[Hashable, tuple[Table, Row]] = {}
    can_be_reached = set(reached)
    for table, known in _tables(config):
        for place, row in enumerate(table.rows):
            key = _key(table, row)
            rows.setdefault(key, (table, row))
            if key not in can_be_reached and _is_reachable(table.rows, place, known):
                can_be_reached.add(key)
    unreached = tuple(pair for key, pair in rows.items() if key in can_be_reached and key not in reached)
    return Coverage(rows=len(can_be_reached), unreached=unreached, unreachable=len(rows.keys() - can_be_reached))


def _key(table: Table, row: Row) -> Hashable:
    return (table.policy, table.span, table.policy_of(row), table.span_of(row), row.name)


def _tables(config: GatewayConfig) -> Iterator[tuple[Table, tuple[Condition, ...]]]:
    """Yield each table with what is known of the requests that meet it, once for each."""
    found: dict[Hashable, tuple[Table, tuple[Condition, ...]]] = {}
    for listener in config.listeners:
        for unmatched in (listener.unmatched, *(host.unmatched for host in listener.hosts)):
            if unmatched.table is not None:
                found[id(unmatched.table), None] = (unmatched.table, ())
    for route in config.routes():
        if route.table is not None:
            methods = route.match.methods
            found[id(route.table), methods] = (route.table, (MethodIn(methods=methods),) if methods else ())
    yield from found.values()


def _is_reachable(rows: Sequence[Row], place: int, known: Sequence[Condition]) -> bool:
    """Say whether a request may come to a row; where nothing is certain, it may.

    A row before it that surely holds takes all; one of which a single condition is open says that this one fails.
    """
    when = rows[place].when
    if any(_never_holds(condition) for condition in when):
        return False
    if any(truth(condition, (*known, *when[:at], *when[at + 1 :])) is False for at, condition in enumerate(when)):
        return False
    facts = [*known, *when]
    for _ in range(2):  # what a later row says may decide about an earlier one
        for earlier in rows[:place]:
            truths = [False if _never_holds(condition) else truth(condition, facts) for condition in earlier.when]
            if all(truths):
                return False
            undecided = [one for one, held in zip(earlier.when, truths, strict=True) if held is None]
            if False not in truths and len(undecided) == 1:
                (one,) = undecided
                facts.append(one.condition if isinstance(one, Not) else Not(condition=one))
    return True


def _never_holds(condition: Condition) -> bool:
    match condition:
        case OriginIn(origins=origins):
            return not origins.entries
        case MethodIn(methods=methods) | RequestedMethodIn(methods=methods):
            return not methods
        case _:
            return False
