"""Cases played against an engine: what was expected and did not come, and which rows of which tables were reached."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from crossgate.browser.answers import ALWAYS_READ, reader_of
from crossgate.browser.exchanges import PREFLIGHT, Verdict
from crossgate.browser.gateway import Answered, answering
from crossgate.browser.play import play
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.engine.decide import Engine
from crossgate.engine.routing import ListenerUnknown
from crossgate.model.table import Row, Table
from crossgate.policy_tests.cases import Case, Expected
from crossgate.source import Span


class Mismatch(Struct, frozen=True, kw_only=True):
    """An expectation that did not come: what it was about, what was wanted and what came, and where it stands."""

    what: str
    expected: str
    observed: str
    at: Span


class Result(Struct, frozen=True, kw_only=True):
    """A case with what came of it; `verdict` None: no listener takes its URL."""

    case: Case
    verdict: Verdict[Answered] | None
    mismatches: tuple[Mismatch, ...]


class Run(Struct, frozen=True, kw_only=True):
    """All results, and the rows that no case reached, each with its table."""

    results: tuple[Result, ...]
    rows: int
    unreached: tuple[tuple[Table, Row], ...] = field(default=())

    @property
    def failed(self) -> tuple[Result, ...]:
        """The results that are not as expected."""
        return tuple(result for result in self.results if result.mismatches)


def run(cases: Iterable[Case], engine: Engine, profile: Profile = STANDARD) -> Run:
    """Play every case."""
    results = tuple(_result(case, engine, profile) for case in cases)
    reached = {
        (id(decision.table), id(decision.row))
        for result in results
        if result.verdict is not None
        for exchange in result.verdict.exchanges
        if (decision := exchange.answer.decision) is not None
    }
    rows = [(table, row) for table in _tables(engine) for row in table.rows]
    unreached = tuple((table, row) for table, row in rows if (id(table), id(row)) not in reached)
    return Run(results=results, rows=len(rows), unreached=unreached)


def _tables(engine: Engine) -> list[Table]:
    found: dict[int, Table] = {}
    for listener in engine.config.listeners:
        for unmatched in (listener.unmatched, *(host.unmatched for host in listener.hosts)):
            if unmatched.table is not None:
                found[id(unmatched.table)] = unmatched.table
    for route in engine.config.routes():
        if route.table is not None:
            found[id(route.table)] = route.table
    return list(found.values())


def _result(case: Case, engine: Engine, profile: Profile) -> Result:
    try:
        verdict = play(case.fetch, answering(engine, upstream=case.upstream), profile)
    except ListenerUnknown:
        mismatch = Mismatch(
            what="verdict", expected=_word(case.expected), observed="no listener takes the URL", at=case.expected.at
        )
        return Result(case=case, verdict=None, mismatches=(mismatch,))
    return Result(case=case, verdict=verdict, mismatches=tuple(_mismatches(case.expected, verdict)))


def _word(expected: Expected) -> str:
    return "allowed" if expected.is_allowed else "blocked"


def _mismatches(expected: Expected, verdict: Verdict[Answered]) -> Iterator[Mismatch]:
    if verdict.is_allowed is not expected.is_allowed:
        observed = "allowed" if verdict.failure is None else f"blocked: {verdict.failure.reason}"
        yield Mismatch(what="verdict", expected=_word(expected), observed=observed, at=expected.at)
    preflights = any(item.kind == PREFLIGHT for item in verdict.exchanges)
    if expected.preflight is not None and expected.preflight.value is not preflights:
        yield Mismatch(
            what="preflight",
            expected=str(expected.preflight.value).lower(),
            observed=str(preflights).lower(),
            at=expected.preflight.span,
        )
    if not verdict.exchanges:
        return
    last = verdict.exchanges[-1].answer
    if expected.status is not None and expected.status.value != last.status:
        yield Mismatch(
            what="status", expected=str(expected.status.value), observed=str(last.status), at=expected.status.span
        )
    if expected.outcome is not None and expected.outcome.value != last.outcome:
        yield Mismatch(
            what="outcome", expected=expected.outcome.value, observed=last.outcome.value, at=expected.outcome.span
        )
    header = reader_of(last.headers)
    for name, wanted, at in expected.headers:
        observed_value = header(name)
        if observed_value != wanted:
            yield Mismatch(what=name, expected=_header(wanted), observed=_header(observed_value), at=at)
    readable = tuple(sorted(set(verdict.readable) - ALWAYS_READ))
    if expected.readable is not None and expected.readable != readable:
        yield Mismatch(
            what="readable",
            expected=", ".join(expected.readable) or "nothing more",
            observed=", ".join(readable) or "nothing more",
            at=expected.readable_at or expected.at,
        )


def _header(value: str | None) -> str:
    return "absent" if value is None else f"`{value}`"
