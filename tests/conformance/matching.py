"""Whether an answer is the expected one, and what is wrong with it where it is not."""

from collections.abc import Iterator
from typing import Any

from crossgate.engine.respond import Response
from crossgate.fetch.headers import VARY, split_list
from tests.conformance.suites import Case, Expected

ANY_OF = "any_of"


def mismatches(case: Case, expected: Expected, response: Response, *, by: str, outcome: str) -> list[str]:
    """Say in which points an answer is not the expected one."""
    return list(_mismatches(case, expected, response, by, outcome))


def _mismatches(case: Case, expected: Expected, response: Response, by: str, outcome: str) -> Iterator[str]:
    if expected.by is not None and expected.by != by:
        yield f"answered by the {by}, not by the {expected.by}"
    if expected.outcome is not None and expected.outcome != outcome:
        yield f"the outcome is {outcome}, not {expected.outcome}"
    if expected.statuses and response.status not in expected.statuses:
        yield f"the status is {response.status}, not {' or '.join(map(str, expected.statuses))}"
    if expected.body is not None and expected.body != response.body:
        yield f"the body is {response.body!r}, not {expected.body!r}"
    named = {name.lower(): value for name, value in expected.headers.items()}
    for name, wanted in named.items():
        lines = [value for key, value in response.headers if key == name]
        if not _is_wanted(name, wanted, lines, ignores_blanks=case.suite.ignores_blanks):
            yield f"{name} is {lines}, not {wanted!r}"
    for name, value in response.headers:
        if name in case.suite.complete and name not in named:
            yield f"{name} is there: {value!r}"


def _is_wanted(name: str, wanted: Any, lines: list[str], *, ignores_blanks: bool) -> bool:
    if wanted is None:
        return not lines
    if isinstance(wanted, dict):
        return any(_is_wanted(name, text, lines, ignores_blanks=ignores_blanks) for text in wanted[ANY_OF])
    texts = wanted if isinstance(wanted, list) else [wanted]
    if name == VARY:  # a list, however it is spread over lines
        return _members(texts) == _members(lines)
    if ignores_blanks:
        return [text.replace(" ", "") for text in texts] == [line.replace(" ", "") for line in lines]
    return texts == lines


def _members(lines: list[str]) -> list[str]:
    return [member for line in lines for member in split_list(line)]
