"""Cases played against an engine: what was expected and did not come, and which rows of which tables were reached."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.browser.answers import ALWAYS_READ, reader_of
from crossgate.browser.exchanges import PREFLIGHT, Verdict
from crossgate.browser.gateway import Answered, answering
from crossgate.browser.play import play
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.engine.decide import Engine
from crossgate.engine.routing import ListenerUnknown
from crossgate.policy_tests.cases import Case, Expected
from crossgate.policy_tests.coverage import Coverage, coverage_of
from crossgate.source import Span

VERDICT: Final = "verdict"
READABLE: Final = "readable"
HEADER: Final = "header"


class Observation(Struct, frozen=True, kw_only=True):
    """Something that was expected, and what came.

    `kind` is what it is about, `name` a header's. `at` is its place for people, `value_at` that of the words that say
    it, None where nothing does.
    """

    kind: str
    expected: str
    observed: str
    at: Span
    value_at: Span | None
    name: str = ""
    reason: str = ""

    @property
    def what(self) -> str:
        """What it is about: the verdict, the status, a header by its name."""
        return self.name or self.kind

    @property
    def is_as_expected(self) -> bool:
        """Whether what was expected came."""
        return self.expected == self.observed


class Result(Struct, frozen=True, kw_only=True):
    """A case with what came of it; `verdict` None: no listener takes its URL."""

    case: Case
    verdict: Verdict[Answered] | None
    observations: tuple[Observation, ...]

    @property
    def mismatches(self) -> tuple[Observation, ...]:
        """What was expected and did not come."""
        return tuple(item for item in self.observations if not item.is_as_expected)


class Run(Struct, frozen=True, kw_only=True):
    """All results, and the rows that the cases reached."""

    results: tuple[Result, ...]
    coverage: Coverage

    @property
    def failed(self) -> tuple[Result, ...]:
        """The results that are not as expected."""
        return tuple(result for result in self.results if result.mismatches)


def run(cases: Iterable[Case], engine: Engine, profile: Profile = STANDARD) -> Run:
    """Play every case."""
    results = tuple(play_case(case, engine, profile) for case in cases)
    verdicts = (result.verdict for result in results if result.verdict is not None)
    decisions = (exchange.answer.decision for verdict in verdicts for exchange in verdict.exchanges)
    return Run(results=results, coverage=coverage_of(engine.config, filter(None, decisions)))


def play_case(case: Case, engine: Engine, profile: Profile = STANDARD) -> Result:
    """Play a case, and hold what comes of it against what is expected."""
    expected = case.expected
    try:
        verdict = play(case.fetch, answering(engine, upstream=case.upstream), profile)
    except ListenerUnknown:
        unheard = Observation(
            kind=VERDICT,
            expected=_word(is_allowed=expected.is_allowed),
            observed="no listener takes the URL",
            at=expected.at,
            value_at=None,
        )
        return Result(case=case, verdict=None, observations=(unheard,))
    return Result(case=case, verdict=verdict, observations=tuple(_observations(expected, verdict)))


def _word(*, is_allowed: bool) -> str:
    return "allowed" if is_allowed else "blocked"


def _observations(expected: Expected, verdict: Verdict[Answered]) -> Iterator[Observation]:
    yield Observation(
        kind=VERDICT,
        expected=_word(is_allowed=expected.is_allowed),
        observed=_word(is_allowed=verdict.is_allowed),
        reason="" if verdict.failure is None else verdict.failure.reason,
        at=expected.at,
        value_at=expected.verdict_at,
    )
    if expected.preflight is not None:
        sent = any(item.kind == PREFLIGHT for item in verdict.exchanges)
        yield _scalar("preflight", str(expected.preflight.value).lower(), str(sent).lower(), expected.preflight.span)
    if verdict.exchanges:
        yield from _of_the_last(expected, verdict.exchanges[-1].answer)
    if expected.readable is not None and expected.readable_at is not None:
        yield Observation(
            kind=READABLE,
            expected=", ".join(expected.readable),
            observed=", ".join(sorted(set(verdict.readable) - ALWAYS_READ)),
            at=expected.readable_at,
            value_at=expected.readable_at,
        )


def _of_the_last(expected: Expected, last: Answered) -> Iterator[Observation]:
    """Yield what came of the expectations of the last answer."""
    if expected.status is not None:
        yield _scalar("status", str(expected.status.value), str(last.status), expected.status.span)
    if expected.outcome is not None:
        yield _scalar("outcome", expected.outcome.value, last.outcome.value, expected.outcome.span)
    header = reader_of(last.headers)
    for line in expected.headers:
        yield Observation(
            kind=HEADER,
            name=line.name,
            expected=_header(line.value),
            observed=_header(header(line.name)),
            at=line.at,
            value_at=line.value_at,
        )


def _scalar(kind: str, expected: str, observed: str, at: Span) -> Observation:
    return Observation(kind=kind, expected=expected, observed=observed, at=at, value_at=at)


def _header(value: str | None) -> str:
    return "absent" if value is None else f"`{value}`"
