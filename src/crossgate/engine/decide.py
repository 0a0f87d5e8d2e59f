"""Which row of which table decides a request."""

from http import HTTPStatus
from typing import Final

from msgspec import Struct

from crossgate.engine.conditions import Conditions, Predicate
from crossgate.engine.request import Request
from crossgate.engine.routing import Routed, listeners_for, route
from crossgate.model.conditions import Condition
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Forward, Redirect
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.source import Span

_NO_BACKEND: Final = Respond(status=HTTPStatus.INTERNAL_SERVER_ERROR)
_NO_ENDPOINT: Final = Respond(status=HTTPStatus.SERVICE_UNAVAILABLE, body="no healthy upstream")


def _local_answer(forward: Forward) -> Respond | None:
    """Return the gateway's own answer where there is nothing to forward to; of several backends, to the usual one."""
    backend = forward.usual.backend
    if backend is None:
        return _NO_BACKEND
    return None if backend.endpoints else _NO_ENDPOINT


class Decision(Struct, frozen=True, kw_only=True):
    """The row that decided, or none where no policy applies, and what is done with the request.

    `answer` None means that the request goes to the upstream; otherwise the gateway answers it, be it the row,
    the route or the lack of one.
    """

    request: Request
    routed: Routed
    table: Table | None
    row: Row | None

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        if self.row is not None:
            return self.row.outcome
        return Outcome.NO_ROUTE if self.routed.route is None else Outcome.NO_POLICY

    @property
    def policy(self) -> str | None:
        """The name of the policy that decided, None where none applies."""
        return None if self.table is None or self.row is None else self.table.policy_of(self.row)

    @property
    def policy_span(self) -> Span | None:
        """Where the policy that decided stands."""
        return None if self.table is None or self.row is None else self.table.span_of(self.row)

    @property
    def answer(self) -> Redirect | Respond | None:
        """The gateway's own answer, or None where the upstream's counts."""
        if self.row is not None and isinstance(self.row.action, Respond):
            return self.row.action
        if self.routed.route is None:
            return self.routed.unmatched.answer
        target = self.routed.route.target
        return _local_answer(target) if isinstance(target, Forward) else target


_Rows = tuple[tuple[Row, tuple[Predicate, ...]], ...]


class Tried(Struct, frozen=True, kw_only=True):
    """A row that was tried: each condition up to the first that does not hold, with its truth."""

    row: Row
    conditions: tuple[tuple[Condition, bool], ...]

    @property
    def failed(self) -> Condition | None:
        """The condition for which the row was passed over, or None where the row decided."""
        return next((condition for condition, held in self.conditions if not held), None)


class Engine:
    """Decides requests against one configuration. It is pure; what it keeps are indexes of the configuration."""

    def __init__(self, config: GatewayConfig) -> None:
        self.config = config
        self.conditions = Conditions()
        self._tables: dict[int, tuple[Table, _Rows]] = {}

    def decide(self, request: Request, *, port: int, listener: str | None = None) -> Decision:
        """Return the decision for a request that arrives at a port, or at the named listener.

        Raises `ListenerUnknown` where the configuration has no such place.
        """
        routed = route(self.config, listeners_for(self.config, request.socket_scheme, port, listener), request)
        table = routed.unmatched.table if routed.route is None else routed.route.table
        row = None if table is None else self._first(table, request)
        return Decision(request=request, routed=routed, table=table, row=row)

    def _first(self, table: Table, request: Request) -> Row:
        for row, predicates in self._rows(table):
            for holds in predicates:
                if not holds(request):
                    break
            else:
                return row
        raise AssertionError(table)  # its last row has no condition

    def _rows(self, table: Table) -> _Rows:
        """Return the rows of a table with their conditions as functions, made once; kept by the table's identity."""
        kept = self._tables.get(id(table))
        if kept is None:
            predicate = self.conditions.predicate
            rows = tuple((row, tuple(predicate(condition) for condition in row.when)) for row in table.rows)
            kept = self._tables[id(table)] = (table, rows)
        return kept[1]

    def explain(self, decision: Decision) -> tuple[Tried, ...]:
        """Return the rows that were tried for a decision, the deciding one last."""
        if decision.table is None or decision.row is None:
            return ()
        tried = []
        for row in decision.table.rows:
            tried.append(self._try(row, decision.request))
            if row is decision.row:
                break
        return tuple(tried)

    def _try(self, row: Row, request: Request) -> Tried:
        seen = []
        for condition in row.when:
            held = self.conditions.hold(condition, request)
            seen.append((condition, held))
            if not held:
                break
        return Tried(row=row, conditions=tuple(seen))
