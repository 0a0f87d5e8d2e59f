"""Results of tests as data: for programs, and for the CI systems that read JUnit's XML."""

from typing import Any, Final
from xml.etree import ElementTree as ET

from crossgate.model.table import Row, Table
from crossgate.policy_tests.run import Mismatch, Result, Run
from crossgate.source import escape

SCHEMA: Final = "crossgate.test/1"


def title(result: Result) -> str:
    """Return what a case is called: its name and the fetch."""
    fetch = result.case.fetch
    credentials = " with credentials" if fetch.credentials else ""
    stranger = ", a stranger" if result.case.is_stranger else ""
    return f"{result.case.name}: {fetch.method} from {fetch.origin}{stranger}{credentials}"


def sentence(mismatch: Mismatch) -> str:
    """Return what is wrong."""
    about = "" if mismatch.what == "verdict" else f"{mismatch.what}: "
    return f"{about}expected {mismatch.expected}, got {mismatch.observed}"


def unreached_row(table: Table, row: Row) -> str:
    """Return a row that no case reached."""
    return f"{row.name} of {row.policy or table.policy}" + ("" if table.span is None else f" ({table.span})")


def to_object(found: Run) -> dict[str, Any]:
    """Return the results as one JSON object."""
    return {
        "schema": SCHEMA,
        "cases": len(found.results),
        "failed": len(found.failed),
        "results": [_case(result) for result in found.results],
        "coverage": {
            "rows": found.rows,
            "unreached": [
                {
                    "policy": row.policy or table.policy,
                    "row": row.name,
                    "at": None if table.span is None else str(table.span),
                }
                for table, row in found.unreached
            ],
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
            {"what": item.what, "expected": item.expected, "observed": item.observed, "at": str(item.at)}
            for item in result.mismatches
        ],
    }


def to_junit(found: Run, name: str) -> str:
    """Return the results in the XML that CI systems read; `name` is the suite's."""
    suite = ET.Element("testsuite", name=name, tests=str(len(found.results)), failures=str(len(found.failed)))
    for result in found.results:
        at = result.case.expected.at
        place = {"classname": at.source.name, "file": at.source.name, "line": str(at.line)}
        case = ET.SubElement(suite, "testcase", {"name": escape(title(result)), **place})
        if result.mismatches:
            lines = [f"{item.at}: {sentence(item)}" for item in result.mismatches]
            failure = ET.SubElement(case, "failure", message=escape(sentence(result.mismatches[0])))
            failure.text = "\n".join(map(escape, lines))
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
