"""One checked fetch for people: the verdict and its reason first, then what to change, then all that led to it.

Whatever stands in the user's files, no line of it is obeyed by a terminal.
"""

from collections.abc import Iterator, Sequence
from math import inf
from typing import TYPE_CHECKING, Final

import click

from crossgate.advice.missed import route_of_request
from crossgate.browser.answers import reader_of
from crossgate.browser.exchanges import PREFLIGHT, Exchange, ResponseType, Verdict
from crossgate.browser.gateway import Answered
from crossgate.browser.play import is_same_origin
from crossgate.cli.checked import Checked
from crossgate.cli.reasons import Reason, failed, held, place_of_failure, reason_of
from crossgate.cli.snippet import snippet
from crossgate.engine.decide import Engine, Tried
from crossgate.fetch.headers import EXPOSE_HEADERS, split_tokens
from crossgate.fetch.origin import as_browsers_send, is_sent_by_browsers
from crossgate.source import Span, escape

if TYPE_CHECKING:
    from crossgate.cli.served import Deviation

_SHARED: Final = "status, body, and of the headers those that CORS always shares"


def heading(checked: Checked, *, colour: bool) -> str:
    """Return the verdict on one line."""
    verdict, fetch = checked.verdict, checked.fetch
    word = "allowed" if verdict.is_allowed else "blocked"
    shown = click.style(word, fg="green" if verdict.is_allowed else "red", bold=True) if colour else word
    return f"{shown}: {escape(f'{fetch.method} {fetch.url} from {fetch.origin}')}"


def to_text(checked: Checked, *, colour: bool) -> str:
    """Return the explanation."""
    parts = (_summary, _recorded, _place, _advice, _live, _curl, _details)
    lines = [line for part in parts for line in part(checked)]
    return "\n".join([heading(checked, colour=colour), *(escape(line).rstrip() for line in lines)])


def _summary(checked: Checked) -> Iterator[str]:
    """Yield what the browser makes of the last answer, and why the gateway gave it."""
    verdict, fetch, engine = checked.verdict, checked.fetch, checked.engine
    last = verdict.exchanges[-1] if verdict.exchanges else None
    if fetch.url not in {fetch.written, f"{fetch.written}/"}:
        yield f"  URL: `{fetch.written}`, as browsers read it"
    if not is_sent_by_browsers(fetch.origin):
        sent = as_browsers_send(fetch.origin)
        instead = "" if sent is None else f"; they send `{sent}`"
        yield f"  origin: no browser sends `{fetch.origin}`{instead}"
    yield from _browser(checked)
    if last is None:
        return
    reason = reason_of(last.answer, engine)
    because = "" if reason is None else f", because {_with_place(reason)}"
    if last.answer.is_elsewhere:
        yield "  gateway: the redirect leads to a server that the files do not know"
    else:
        yield f"  gateway: {last.answer.outcome.value}{because}"
    if last.answer.is_forwarded:
        who = "that server" if last.answer.is_elsewhere else "upstream"
        yield f"  {who}: supposed to answer 200 without CORS headers"
    missed = route_of_request(last.answer, engine, fetch) if last.kind == PREFLIGHT else None
    if missed is not None:
        yield f"  note: the {fetch.method} itself matches `{missed.name}`{_at(missed.span)}, which its preflight misses"
    yield from _page(verdict)
    yield from _remembered(checked)


def _browser(checked: Checked) -> Iterator[str]:
    """Yield what the browser does, and what the standard and the consoles call it."""
    verdict, fetch = checked.verdict, checked.fetch
    failure = verdict.failure
    if failure is not None:
        last = verdict.exchanges[-1] if verdict.exchanges else None
        span = None if last is None else place_of_failure(failure, last.answer)
        unsent = f"; the {fetch.method} is never sent" if last is not None and last.kind == PREFLIGHT else ""
        yield f"  browser: {failure.reason}{_at(span)}{unsent}"
        yield f"  standard: {failure.standard.name}, {failure.standard.url}"
        names = (("Chromium", failure.console.chromium), ("Firefox", failure.console.firefox))
        called = ", ".join(f"{browser} `{name}`" for browser, name in names if name is not None)
        if called:
            yield f"  console: {called}"
    elif is_same_origin(fetch):
        yield "  browser: page and URL have one origin, so it makes no CORS check"
    others = checked.differing
    if others:
        does = "allow" if failure is not None else "block"
        listed = ", ".join(profile.title for profile in others)
        yield f"  differs: {listed} {does}{'s' if len(others) == 1 else ''} it"


def _page(verdict: Verdict[Answered]) -> Iterator[str]:
    """Yield what the page can read."""
    match verdict.type:
        case ResponseType.CORS:
            last = verdict.exchanges[-1]
            listed = split_tokens(reader_of(last.answer.headers)(EXPOSE_HEADERS) or "") or []
            if "*" in listed and not last.sent.credentials:
                yield "  page reads: status, body, and every header but cookies"
            else:
                names = [name for name in listed if name != "*"]  # with credentials it is a name like another
                more = f", and {', '.join(f'`{name}`' for name in names)}" if names else ""
                yield f"  page reads: {_SHARED}{more}"
        case ResponseType.BASIC:
            yield "  page reads: everything but cookies"
        case ResponseType.OPAQUE:
            yield "  page reads: nothing, not even the status, as the fetch is one without CORS"
        case _:
            pass


def _remembered(checked: Checked) -> Iterator[str]:
    """Yield for how long the answer to the preflight spares the next one, in each browser."""
    if not any(verdict.remembered is not None for _, verdict in checked.browsers):
        return
    told = [
        f"{profile.title} {_seconds(verdict.remembered or 0)}"
        for profile, verdict in checked.browsers[1:]
        if verdict.is_allowed
    ]
    if told:
        yield f"  preflight remembered: {', '.join(told)}"


def _seconds(age: float) -> str:
    return "not at all" if age <= 0 else f"{age:.0f} s" if age < inf else "for ever"


def _recorded(checked: Checked) -> Iterator[str]:
    """Yield what came of the fetch when it was recorded, where that is not as the files say."""
    recorded = checked.recorded
    if recorded is None:
        return
    if recorded.failed is not None:
        yield f"  recorded: the browser had no answer for the page, `{recorded.failed}`"
    yield from _deviations(checked.recorded_differences, "recorded")


def _place(checked: Checked) -> Iterator[str]:
    """Yield the line of the configuration that made the difference, underlined."""
    verdict = checked.verdict
    if not verdict.exchanges:
        return
    last = verdict.exchanges[-1]
    span = None if verdict.failure is None else place_of_failure(verdict.failure, last.answer)
    reason = reason_of(last.answer, checked.engine)
    span = span or (None if reason is None else reason.span)
    if span is not None:
        yield ""
        yield from (f"  {line}" for line in snippet(span))


def _advice(checked: Checked) -> Iterator[str]:
    if checked.advice is None:
        return
    yield ""
    if not checked.advice:
        yield "no small change of the files was found that would allow it"
        return
    for place, advice in enumerate(checked.advice):
        yield f"{'or' if place else 'to allow it'}: {'; '.join(advice.changes)}"
        for changed in advice.lines:
            yield f"  {changed.file}:{changed.line}"
            yield from (f"  - {line}" for line in changed.old)
            yield from (f"  + {line}" for line in changed.new)
        yield from (f"  risk: {risk}" for risk in advice.risks)


def _live(checked: Checked) -> Iterator[str]:
    if checked.live is None:
        return
    verdict = checked.live.verdict
    yield ""
    because = "" if verdict.failure is None else f", {verdict.failure.reason}"
    yield f"live: {'allowed' if verdict.is_allowed else 'blocked'}{because}"
    for exchange in verdict.exchanges:
        yield f"  {exchange.kind} request: {exchange.method} {exchange.url} < {exchange.answer.status}"
    yield from _deviations(checked.live.differences, "live")
    if not checked.live.differences:
        yield "  as the files say, header by header"


def _deviations(found: "Sequence[Deviation]", server: str) -> Iterator[str]:
    for item in found:
        files, served = (_or_none(value) for value in (item.files, item.served))
        yield f"  differs: {item.name} of the {item.exchange} answer: {files} by the files, {served} {server}"


def _or_none(value: str | None) -> str:
    return "none" if value is None else f"`{value}`"


def _curl(checked: Checked) -> Iterator[str]:
    if checked.curl is not None:
        yield ""
        yield from checked.curl


def _details(checked: Checked) -> Iterator[str]:
    for exchange in checked.verdict.exchanges:
        yield ""
        yield from _exchange(exchange, checked.engine)


def _exchange(exchange: Exchange[Answered], engine: Engine) -> Iterator[str]:
    answer, decision = exchange.answer, exchange.answer.decision
    yield f"{exchange.kind} request: {exchange.method} {exchange.url}"
    yield from (f"  > {name}: {value}" for name, value in exchange.headers)
    yield f"  < {answer.status} from the {'upstream' if answer.is_forwarded else 'gateway'}"
    yield from (f"  < {name}: {value}" for name, value in answer.response.headers)
    yield from (f"  < {line}" for line in answer.response.body.splitlines())
    if decision is None:
        if not answer.is_elsewhere:
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
