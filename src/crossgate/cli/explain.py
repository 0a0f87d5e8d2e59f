"""One planned fetch explained for programs: what was asked and answered, which row of which table decided, and why."""

from typing import Any, Final

from crossgate.browser.exchanges import Exchange, Verdict
from crossgate.browser.planned import PlannedFetch
from crossgate.cli.answered import Answered
from crossgate.cli.batch import shown_response
from crossgate.cli.reasons import Reason, failed, held, reason_of
from crossgate.cli.words import condition_text
from crossgate.engine.decide import Decision, Engine
from crossgate.model.conditions import Condition
from crossgate.source import Span

SCHEMA: Final = "crossgate.check/1"


def to_json(fetch: PlannedFetch, verdict: Verdict[Answered], engine: Engine) -> dict[str, Any]:
    """Return the explanation in the form of the contract, to which only additions are made."""
    failure = verdict.failure
    return {
        "schema": SCHEMA,
        "verdict": "allowed" if verdict.is_allowed else "blocked",
        "reason": None if failure is None else {"step": failure.step, "message": failure.reason},
        "fetch": {
            "origin": fetch.origin,
            "url": fetch.url,
            "method": fetch.method,
            "headers": [name for name, _ in fetch.sent_headers],
            "credentials": fetch.credentials,
        },
        "exchanges": [_exchange(exchange, engine) for exchange in verdict.exchanges],
    }


def _exchange(exchange: Exchange[Answered], engine: Engine) -> dict[str, Any]:
    answer = exchange.answer
    decision = answer.decision
    route = None if decision is None else decision.routed.route
    return {
        "kind": exchange.kind,
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": [list(pair) for pair in exchange.headers],
        },
        "listener": None if decision is None else decision.routed.listener.name,
        "route": None if route is None else {"name": route.name, **_place(route.span)},
        "policy": _policy(decision),
        "outcome": answer.outcome.value,
        "because": _because(reason_of(answer, engine)),
        "action": "forward" if answer.is_forwarded else "respond",
        "response": shown_response(answer.response),
        "passed": exchange.failure is None,
        "rows": _rows(answer, engine),
    }


def _policy(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None or decision.policy is None:
        return None
    return {"name": decision.policy, **_place(decision.policy_span)}


def _because(reason: Reason | None) -> dict[str, Any] | None:
    return None if reason is None else {"message": reason.text, **_place(reason.span)}


def _rows(answer: Answered, engine: Engine) -> list[dict[str, Any]]:
    if answer.decision is None:
        return []
    return [
        {
            "row": tried.row.name,
            "decided": tried.row is answer.decision.row,
            "conditions": [_condition(condition, answer, engine, holds=holds) for condition, holds in tried.conditions],
        }
        for tried in engine.explain(answer.decision)
    ]


def _condition(condition: Condition, answer: Answered, engine: Engine, *, holds: bool) -> dict[str, Any]:
    reason = held(condition, answer, engine) if holds else failed(condition, answer)
    return {"condition": condition_text(condition), "holds": holds, **_place(reason.span)}


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": span.source.name, "line": span.line, "column": span.column}
