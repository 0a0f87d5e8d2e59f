"""A failed case of a policy test for people: what was expected, what came, and which line decided."""

from collections.abc import Iterator

from crossgate.cli.reasons import reason_of
from crossgate.cli.snippet import snippet
from crossgate.engine.decide import Engine
from crossgate.policy_tests.report import sentence
from crossgate.policy_tests.run import Result
from crossgate.source import escape


def why(result: Result, engine: Engine) -> Iterator[str]:
    """Yield lines that no terminal obeys."""
    lines = [f"{result.case.fetch.method} {result.case.fetch.url}"]
    lines += [f"{sentence(item)} ({item.at})" for item in result.mismatches]
    verdict = result.verdict
    if verdict is not None and verdict.exchanges:
        last = verdict.exchanges[-1].answer
        decision, reason = last.decision, reason_of(last, engine)
        if decision is not None and decision.policy is not None:
            lines.append(f"decided by {decision.policy}: {last.outcome.value}")
        if reason is not None:
            lines.append(f"because {reason.text}" + ("" if reason.span is None else f" ({reason.span})"))
    yield from (f"  {escape(line)}" for line in lines)
    yield from (f"  {line}" for line in snippet(result.mismatches[0].at))
