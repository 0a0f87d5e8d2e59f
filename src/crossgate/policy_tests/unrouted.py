"""Tests that pass only because nothing is routed: their URL leads to no route, whatever the method.

It must not know how findings are shown.
"""

from collections.abc import Iterable
from typing import Final

from crossgate.browser.gateway import port_of
from crossgate.diagnostics import Diagnostics
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.model.table import Outcome
from crossgate.policy_tests.run import Result
from crossgate.source import Span

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_NOWHERE: Final = frozenset({Outcome.NO_ROUTE, Outcome.BAD_REQUEST})


def report_unrouted(results: Iterable[Result], engine: Engine, report: Diagnostics) -> None:
    """Warn of each test whose cases are all blocked since no route means its URL, unless it says that it expects so."""
    tests: dict[Span, list[Result]] = {}
    for result in results:
        tests.setdefault(result.case.test, []).append(result)
    for at, found in tests.items():
        if all(map(_is_nowhere, found)) and not _has_route(found[0], engine):
            message = f"no route means `{found[0].case.fetch.url}`, so that this test says nothing of any policy"
            hint = "mend the URL; where nothing is to be there, say `outcome: no-route`"
            report.warning("no-route", message, at, hint)


def _is_nowhere(result: Result) -> bool:
    """Say whether a case is as expected and came to no route, which nobody expected."""
    if result.mismatches or result.verdict is None or result.case.expected.outcome is not None:
        return False
    answers = [exchange.answer for exchange in result.verdict.exchanges]
    return bool(answers) and all(answer.outcome in _NOWHERE for answer in answers)


def _has_route(result: Result, engine: Engine) -> bool:
    """Say whether a request for the URL with the headers of a case finds a route with some method."""
    fetch = result.case.fetch
    headers = [(name, value or "") for name, value in fetch.sent_headers]
    for method in (fetch.method, *_METHODS):
        request = admit(method, fetch.url, headers, trusted_hops=engine.config.trusted_hops)
        if isinstance(request, Request):
            decision = engine.decide(request, port=port_of(fetch.url))
            if decision.routed.route is not None:
                return True
    return False
