"""One planned fetch explained for programs: what was asked and answered, which row of which table decided, and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from crossgate.browser.exchanges import Exchange, Verdict
from crossgate.browser.gateway import Answered
from crossgate.cli.batch import shown_response
from crossgate.cli.checked import Checked
from crossgate.cli.reasons import Reason, failed, held, reason_of
from crossgate.cli.words import condition_text
from crossgate.engine.decide import Decision, Engine
from crossgate.fetch.origin import as_browsers_send
from crossgate.model.conditions import Condition
from crossgate.source import Span

if TYPE_CHECKING:
    from crossgate.advice.search import Advice
    from crossgate.cli.live import Live
    from crossgate.cli.served import Deviation

SCHEMA: Final = "crossgate.check/1"


def to_json(checked: Checked) -> dict[str, Any]:
    """Return the explanation in the form of the contract, to which only additions are made."""
    fetch, verdict = checked.fetch, checked.verdict
    return {
        "schema": SCHEMA,
        "verdict": _word(verdict),
        "reason": _reason(verdict),
        "fetch": {
            "origin": fetch.origin,
            "browsers_send": as_browsers_send(fetch.origin),
            "url": fetch.url,
            "written": fetch.written,
            "method": fetch.method,
            "headers": [name for name, _ in fetch.sent_headers],
            "credentials": fetch.credentials,
            "mode": fetch.mode.value,
        },
        "exchanges": [_exchange(exchange, checked.engine) for exchange in verdict.exchanges],
        "page": {"type": verdict.type.value, "status": verdict.status, "readable": list(verdict.readable)},
        "browser": checked.profile.name,
        "browsers": {profile.name: _browser(found) for profile, found in checked.browsers},
        "advice": None if checked.advice is None else [_advice(advice) for advice in checked.advice],
        **({} if checked.curl is None else {"curl": list(checked.curl)}),
        **({} if checked.live is None else {"live": _live(checked.live)}),
        **({} if checked.recorded is None else {"recorded": _recorded(checked)}),
    }


def _word(verdict: Verdict[Any]) -> str:
    return "allowed" if verdict.is_allowed else "blocked"


def _reason(verdict: Verdict[Any]) -> dict[str, Any] | None:
    failure = verdict.failure
    if failure is None:
        return None
    console = failure.console
    return {
        "step": failure.step,
        "message": failure.reason,
        "code": failure.code.value,
        "standard": {"step": failure.standard.name, "url": failure.standard.url},
        "console": {"chromium": console.chromium, "firefox": console.firefox},
    }


def _browser(verdict: Verdict[Answered]) -> dict[str, Any]:
    age = verdict.remembered
    return {"verdict": _word(verdict), "reason": _reason(verdict), "remembered": None if age is None else int(age)}


def _advice(advice: "Advice") -> dict[str, Any]:
    lines = [
        {"file": changed.file, "line": changed.line, "old": list(changed.old), "new": list(changed.new)}
        for changed in advice.lines
    ]
    return {"changes": list(advice.changes), "lines": lines, "risks": list(advice.risks)}


def _recorded(checked: Checked) -> dict[str, Any]:
    recorded = checked.recorded
    served = {} if recorded is None else {"preflight": recorded.preflight, "actual": recorded.actual}
    return {
        "failed": None if recorded is None else recorded.failed,
        "status": {kind: answer.status for kind, answer in served.items() if answer is not None},
        "differences": _differences(checked.recorded_differences, "recorded"),
    }


def _live(live: "Live") -> dict[str, Any]:
    return {
        "verdict": _word(live.verdict),
        "reason": _reason(live.verdict),
        "exchanges": [
            {
                "kind": exchange.kind,
                "request": {"method": exchange.method, "url": exchange.url},
                "status": exchange.answer.status,
                "headers": [list(pair) for pair in exchange.answer.headers],
            }
            for exchange in live.verdict.exchanges
        ],
        "differences": _differences(live.differences, "live"),
    }


def _differences(found: "Sequence[Deviation]", server: str) -> list[dict[str, Any]]:
    """Return where a server is not as the files say; `server` is the key of what that one answers."""
    return [{"exchange": item.exchange, "name": item.name, "files": item.files, server: item.served} for item in found]


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
