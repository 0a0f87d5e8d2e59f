"""What a gateway's answer lacked: the condition that stood between a request and the row that would have granted it."""

from typing import Final

from crossgate.browser.gateway import Answered
from crossgate.browser.planned import PlannedFetch
from crossgate.engine.decide import Engine
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import Condition
from crossgate.model.routes import Route
from crossgate.model.table import Outcome
from crossgate.records import replace

GRANTED: Final = {
    Outcome.PREFLIGHT_REFUSED: Outcome.PREFLIGHT_ALLOWED,
    Outcome.PREFLIGHT_FORWARDED: Outcome.PREFLIGHT_ALLOWED,
    Outcome.ACTUAL_REFUSED: Outcome.ACTUAL_ALLOWED,
}
"""What a request of each of these outcomes was refused."""


def missed_condition(answered: Answered, engine: Engine) -> Condition | None:
    """Return the first condition that failed of the row that came nearest to a grant, or None where none was tried."""
    decision = answered.decision
    if decision is None or decision.row is None:
        return None
    wanted = GRANTED.get(decision.row.outcome)
    missed = [row for row in engine.explain(decision)[:-1] if row.row.outcome is wanted]
    if wanted is None or not missed:
        return None
    return max(missed, key=lambda row: len(row.conditions)).conditions[-1][0]


def route_of_request(preflight: Answered, engine: Engine, fetch: PlannedFetch) -> Route | None:
    """Return the route that a fetch itself would take, where its preflight matched none."""
    decision = preflight.decision
    if decision is None or decision.routed.route is not None:
        return None
    own = tuple((name.lower(), value or "") for name, value in fetch.sent_headers)
    request = replace(decision.request, method=fetch.method, headers=((ORIGIN, fetch.origin), *own))
    listener = decision.routed.listener
    return engine.decide(request, port=listener.port, listener=listener.name).routed.route
