"""One planned fetch explained: what was asked, what was answered, which row of which table decided, and why."""

from dataclasses import dataclass
from typing import Any

import click

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import Exchange, Verdict
from crossgate.cli.batch import port_of, shown_response
from crossgate.cli.words import condition_text
from crossgate.engine.decide import Decision, Engine, Tried
from crossgate.engine.request import BadRequest, admit
from crossgate.engine.respond import Response, respond
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import Condition, Not, OriginIn
from crossgate.model.table import Outcome
from crossgate.source import Span

SCHEMA = "crossgate.check/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as the browser sees it, with the decision behind it; None where the request was no request."""

    response: Response
    decision: Decision | None

    @property
    def status(self) -> int:
        """The status."""
        return self.response.status

    @property
    def outcome(self) -> Outcome:
        """What was decided."""
        return Outcome.BAD_REQUEST if self.decision is None else self.decision.outcome

    @property
    def is_forwarded(self) -> bool:
        """Whether the upstream answered."""
        return self.decision is not None and self.decision.answer is None

    def header(self, name: str) -> str | None:
        """Return the value of a response header."""
        return self.response.header(name)


def ask(engine: Engine, url: str, method: str, headers: tuple[tuple[str, str], ...], listener: str | None) -> Answered:
    """Answer a request as the gateway would, in front of an upstream that answers 200 and says nothing of CORS."""
    request = admit(method, url, headers)
    if isinstance(request, BadRequest):
        refused = Response(status=request.status, headers=request.headers, body=request.body)
        return Answered(response=refused, decision=None)
    decision = engine.decide(request, port=port_of(url), listener=listener)
    return Answered(response=respond(engine.conditions, decision, Response()), decision=decision)


def to_json(fetch: PlannedFetch, verdict: Verdict[Answered], engine: Engine) -> dict[str, Any]:
    """Return the explanation for programs."""
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
        "exchanges": [_exchange_json(fetch, exchange, engine) for exchange in verdict.exchanges],
    }


def _exchange_json(fetch: PlannedFetch, exchange: Exchange[Answered], engine: Engine) -> dict[str, Any]:
    answer = exchange.answer
    decision = answer.decision
    route = None if decision is None else decision.routed.route
    table = None if decision is None else decision.table
    return {
        "kind": exchange.kind,
        "request": {"method": exchange.method, "url": fetch.url, "headers": [list(pair) for pair in exchange.headers]},
        "listener": None if decision is None else decision.routed.listener.name,
        "route": None if route is None else {"name": route.name, **_place(route.span)},
        "policy": None if table is None else {"name": table.policy, **_place(table.span)},
        "outcome": answer.outcome.value,
        "action": "forward" if answer.is_forwarded else "respond",
        "response": shown_response(answer.response),
        "passed": exchange.failure is None,
        "rows": [] if decision is None else [_row_json(tried, decision, engine) for tried in engine.explain(decision)],
    }


def _row_json(tried: Tried, decision: Decision, engine: Engine) -> dict[str, Any]:
    return {
        "row": tried.row.name,
        "decided": tried.row is decision.row,
        "conditions": [
            {"condition": condition_text(condition), "holds": holds, **_place(_span(condition, decision, engine))}
            for condition, holds in tried.conditions
        ],
    }


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None}
    return {"file": span.source.name, "line": span.line, "column": span.column}


def _span(condition: Condition, decision: Decision, engine: Engine) -> Span | None:
    """Return where the entry of an origin set stands that admitted the origin."""
    inner = condition.condition if isinstance(condition, Not) else condition
    if not isinstance(inner, OriginIn):
        return None
    entry = engine.conditions.matcher(inner.origins).find(decision.request.header(ORIGIN) or "")
    return None if entry is None else entry.span


def to_text(fetch: PlannedFetch, verdict: Verdict[Answered], engine: Engine, *, colour: bool) -> str:
    """Return the explanation for people."""
    word = "allowed" if verdict.is_allowed else "blocked"
    if colour:
        word = click.style(word, fg="green" if verdict.is_allowed else "red", bold=True)
    lines = [f"{word}: {fetch.method} {fetch.url} from {fetch.origin}"]
    if verdict.failure is not None:
        lines.append(f"  {verdict.failure.reason}")
    elif not verdict.exchanges[-1].answer.header("access-control-allow-origin"):
        lines.append("  the page and the URL have one origin, so CORS has no say")
    for exchange in verdict.exchanges:
        lines += ["", *_exchange_lines(exchange, engine)]
    return "\n".join(lines)


def _exchange_lines(exchange: Exchange[Answered], engine: Engine) -> list[str]:
    answer, decision = exchange.answer, exchange.answer.decision
    sent = [f"  > {name}: {value}" for name, value in exchange.headers]
    got = [f"  < {name}: {value}" for name, value in answer.response.headers]
    by = "the upstream, supposed to answer 200 without CORS headers" if answer.is_forwarded else "the gateway"
    lines = [f"{exchange.kind}: {exchange.method}", *sent, f"  < {answer.status}, from {by}", *got]
    if decision is None:
        return [*lines, f"  outcome {answer.outcome.value}"]
    route, table = decision.routed.route, decision.table
    lines.append(f"  listener {decision.routed.listener.name}")
    lines.append(f"  route    {'none matched' if route is None else f'{route.name}{_at(route.span)}'}")
    lines.append(f"  policy   {'none' if table is None else f'{table.policy}{_at(table.span)}'}")
    lines.append(f"  outcome  {answer.outcome.value}")
    for tried in engine.explain(decision):
        lines += _row_lines(tried, decision, engine)
    return lines


def _row_lines(tried: Tried, decision: Decision, engine: Engine) -> list[str]:
    decided = tried.row is decision.row
    if not decided and tried.failed is not None:
        return [f"    passed over {tried.row.name}: it does not hold that {condition_text(tried.failed)}"]
    because = [
        f"      {condition_text(condition)}{_at(_span(condition, decision, engine))}"
        for condition, _ in tried.conditions
    ]
    return [f"    decided by  {tried.row.name}" + ("" if because else ", which is left"), *because]


def _at(span: Span | None) -> str:
    return "" if span is None else f" ({span})"
