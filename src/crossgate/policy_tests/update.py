"""What was observed, written into a file of tests: only what differs changes, comments and layout stay."""

from collections.abc import Iterable, Sequence
from difflib import unified_diff

from msgspec import Struct

from crossgate.fetch.origin import OPAQUE
from crossgate.policy_tests.run import Mismatch, Result
from crossgate.source import Source, Span


class Updated(Struct, frozen=True, kw_only=True):
    """The new text, and what could not be written: what no value of its own says, and strangers that are let in."""

    text: str
    left: tuple[Mismatch, ...]


def updated(source: Source, results: Sequence[Result]) -> Updated:
    """Return the text of a file with what was observed in place of what was expected."""
    changes: dict[Span, str] = {}
    left = []
    for result in (found for found in results if found.mismatches):
        table = result.case.table
        if table is not None and not result.case.is_stranger:
            changes[table] = _table(source, table, [other for other in results if other.case.table == table])
            continue
        for item in result.mismatches:
            text = None if result.case.is_stranger else _scalar(item, source)
            if text is None or changes.setdefault(item.at, text) != text:
                left.append(item)
    text = source.text
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for span in sorted(changes, key=lambda found: (found.line, found.column), reverse=True):
        begin, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
        kept = len(text[begin:end]) - len(text[begin:end].rstrip())
        text = text[:begin] + changes[span] + text[end - kept :]
    return Updated(text=text, left=tuple(left))


def _scalar(item: Mismatch, source: Source) -> str | None:
    """Return what to write in the place of an expectation, None where it is no scalar that says it."""
    span = item.at
    said = source.text.splitlines()[span.line - 1][span.column - 1 : span.end_column - 1]
    if span.line != span.end_line or said.strip("\"'") != item.expected:
        return None
    return item.observed.partition(":")[0] if item.what == "verdict" else item.observed


def _table(source: Source, span: Span, results: Iterable[Result]) -> str:
    """Return a table anew: for each origin that somebody wrote the methods that it is let use."""
    rows: dict[str, list[str]] = {}
    for result in results:
        if result.verdict is not None and result.verdict.is_allowed and not result.case.is_stranger:
            rows.setdefault(result.case.written, []).append(result.case.fetch.method)
    cells = [f"{_key(origin)}: [{', '.join(methods)}]" for origin, methods in rows.items()]
    is_flow = source.text.splitlines()[span.line - 1][span.column - 1] == "{"
    if is_flow or not cells:
        return "{" + ", ".join(cells) + "}"
    return f"\n{' ' * (span.column - 1)}".join(cells)


def _key(origin: str) -> str:
    return f'"{origin}"' if origin == OPAQUE else origin


def difference(source: Source, text: str) -> str:
    """Return what changes, as a unified diff."""
    before, after = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    return "".join(unified_diff(before, after, source.name, source.name))
