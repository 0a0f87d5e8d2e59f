"""One planned fetch explained for people: the verdict and its reason first, then each request with all that led to it.

Whatever stands in the user's files, no line of it is obeyed by a terminal.
"""

from collections.abc import Iterator

import click

from crossgate.browser.exchanges import Exchange, Verdict
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import is_same_origin
from crossgate.cli.answered import Answered
from crossgate.cli.reasons import Reason, failed, held, place_of_step, reason_of, route_of_request
from crossgate.engine.decide import Engine, Tried
from crossgate.source import Span, escape


def to_text(fetch: PlannedFetch, verdict: Verdict[Answered], engine: Engine, *, colour: bool) -> str:
    """Return the explanation."""
    word = "allowed" if verdict.is_allowed else "blocked"
    shown = click.style(word, fg="green" if verdict.is_allowed else "red", bold=True) if colour else word
    summary = [f": {fetch.method} {fetch.url} from {fetch.origin}", *_summary(fetch, verdict, engine)]
    details = [line for exchange in verdict.exchanges for line in ("", *_exchange(exchange, engine))]
    return shown + "\n".join(escape(line).rstrip() for line in (*summary, *details))


def _summary(fetch: PlannedFetch, verdict: Verdict[Answered], engine: Engine) -> Iterator[str]:
    """Yield what the browser makes of the last answer, and why the gateway gave it."""
    last = verdict.exchanges[-1] if verdict.exchanges else None
    if verdict.failure is not None:
        span = None if last is None else place_of_step(verdict.failure.step, last.answer)
        yield f"  browser: {verdict.failure.reason}{_at(span)}"
    elif is_same_origin(fetch):
        yield "  browser: page and URL have one origin, so it makes no CORS check"
    if last is None:
        return
    reason = reason_of(last.answer, engine)
    because = "" if reason is None else f", because {_with_place(reason)}"
    yield f"  gateway: {last.answer.outcome.value}{because}"
    if last.answer.is_forwarded:
        yield "  upstream: supposed to answer 200 without CORS headers"
    missed = route_of_request(last.answer, engine, fetch) if last.kind == "preflight" else None
    if missed is not None:
        yield f"  note: the {fetch.method} itself matches `{missed.name}`{_at(missed.span)}, which its preflight misses"


def _exchange(exchange: Exchange[Answered], engine: Engine) -> Iterator[str]:
    answer, decision = exchange.answer, exchange.answer.decision
    yield f"{exchange.kind} request: {exchange.method} {exchange.url}"
    yield from (f"  > {name}: {value}" for name, value in exchange.headers)
    yield f"  < {answer.status} from the {'upstream' if answer.is_forwarded else 'gateway'}"
    yield from (f"  < {name}: {value}" for name, value in answer.response.headers)
    yield from (f"  < {line}" for line in answer.response.body.splitlines())
    if decision is None:
        yield f"  outcome   {answer.outcome.value}"
        return
    route, policy = decision.routed.route, decision.policy
    yield f"  listener  {decision.routed.listener.name}"
    yield f"  route     {'none' if route is None else f'{route.name}{_at(route.span)}'}"
    yield f"  policy    {'none' if policy is None else f'{policy}{_at(decision.policy_span)}'}"
    yield f"  outcome   {answer.outcome.value}"
    tried = engine.explain(decision)
    if tried:
        yield "  rows of the policy, the first that holds decides:"
    for row in tried:
        yield from _row(row, answer, engine, is_deciding=row.row is decision.row)


def _row(tried: Tried, answer: Answered, engine: Engine, *, is_deciding: bool) -> Iterator[str]:
    if not is_deciding:
        condition, _ = tried.conditions[-1]
        yield f"    no   {tried.row.name}: {_with_place(failed(condition, answer))}"
        return
    yield f"    yes  {tried.row.name}{'' if tried.conditions else ': what is left'}"
    yield from (f"           {_with_place(held(condition, answer, engine))}" for condition, _ in tried.conditions)


def _with_place(reason: Reason) -> str:
    return f"{reason.text}{_at(reason.span)}"


def _at(span: Span | None) -> str:
    return "" if span is None else f" ({span})"
