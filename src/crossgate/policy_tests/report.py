"""Results of tests in words, and as data for programs."""

from typing import Any, Final

from crossgate.model.table import Row, Table
from crossgate.policy_tests.cases import Case
from crossgate.policy_tests.run import READABLE, Observation, Result, Run

SCHEMA: Final = "crossgate.test/1"


def title(case: Case) -> str:
    """Return what a case is called: its name and the fetch."""
    fetch = case.fetch
    credentials = " with credentials" if fetch.credentials else ""
    stranger = ", a stranger" if case.is_stranger else ""
    return f"{case.name}: {fetch.method} from {fetch.origin}{stranger}{credentials}"


def sentence(mismatch: Observation) -> str:
    """Return what is wrong."""
    about = "" if mismatch.what == "verdict" else f"{mismatch.what}: "
    return f"{about}expected {_said(mismatch, mismatch.expected)}, got {_observed(mismatch)}"


def _observed(item: Observation) -> str:
    return _said(item, item.observed) + (f": {item.reason}" if item.reason else "")


def _said(item: Observation, text: str) -> str:
    return text or "nothing more" if item.kind == READABLE else text


def unreached_row(table: Table, row: Row) -> str:
    """Return a row that no case reached."""
    span = table.span_of(row)
    return f"{row.name} of {table.policy_of(row)}" + ("" if span is None else f" ({span})")


def to_object(found: Run) -> dict[str, Any]:
    """Return the results as one JSON object."""
    return {
        "schema": SCHEMA,
        "cases": len(found.results),
        "failed": len(found.failed),
        "results": [_case(result) for result in found.results],
        "coverage": {
            "rows": found.coverage.rows,
            "unreached": [
                {
                    "policy": table.policy_of(row),
                    "row": row.name,
                    "at": None if (span := table.span_of(row)) is None else str(span),
                }
                for table, row in found.coverage.unreached
            ],
            "unreachable": found.coverage.unreachable,
        },
    }


def _case(result: Result) -> dict[str, Any]:
    fetch, verdict = result.case.fetch, result.verdict
    last = None if verdict is None or not verdict.exchanges else verdict.exchanges[-1].answer
    return {
        "name": result.case.name,
        "url": fetch.url,
        "origin": fetch.origin,
        "method": fetch.method,
        "credentials": fetch.credentials,
        "implied": result.case.is_stranger,
        "passed": not result.mismatches,
        "verdict": None if verdict is None else "allowed" if verdict.is_allowed else "blocked",
        "outcome": None if last is None else last.outcome.value,
        "at": str(result.case.expected.at),
        "mismatches": [
            {
                "what": item.what,
                "expected": _said(item, item.expected),
                "observed": _observed(item),
                "at": str(item.at),
            }
            for item in result.mismatches
        ],
    }
