"""What was observed, written into a file of tests: only what differs changes, comments and layout stay.

A word that several cases share, be it by an anchor, changes where all of them observed the same. Strangers that were
let in are never written: whoever means them lists them.
"""

from collections.abc import Iterable, Sequence
from difflib import unified_diff
from itertools import groupby

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.nodes import Entry, MappingNode, ScalarNode
from crossgate.dialects.yaml import read_documents
from crossgate.policy_tests.cases import Cell
from crossgate.policy_tests.edits import Editor
from crossgate.policy_tests.run import HEADER, READABLE, VERDICT, Observation, Result
from crossgate.source import Source, Span, escape

_BARE = frozenset({"status", "preflight"})
_ABSENT = "absent"


def updated(source: Source, results: Sequence[Result]) -> str:
    """Return the text of a file with what was observed in place of what was expected, as far as it can be written."""
    heard = [result for result in results if result.verdict is not None]
    editor = Editor(source=source, nodes=read_documents(source, Diagnostics()))
    keys = {entry.value.span: entry.key for mapping in editor.mappings().values() for entry in mapping.entries}
    _write_values(editor, keys, [result for result in heard if result.case.cell is None])
    _write_verdicts(editor, [result for result in heard if result.case.cell is None])
    _write_tables(editor, keys, [result for result in heard if result.case.cell is not None])
    return editor.text


def _write_values(editor: Editor, keys: dict[Span, ScalarNode], results: Iterable[Result]) -> None:
    shared: dict[Span, list[Observation]] = {}
    for result in results:
        for item in result.observations:
            if item.value_at is not None:
                shared.setdefault(item.value_at, []).append(item)
    sequences = editor.sequences()
    for span, items in shared.items():
        observed = {item.observed for item in items}
        if len(observed) > 1 or all(item.is_as_expected for item in items):
            continue
        (new,), kind = observed, items[0].kind
        if kind == READABLE:
            if span in sequences:
                editor.set_items(sequences[span], keys.get(span), [name for name in new.split(", ") if name])
        elif kind == HEADER and new == _ABSENT:
            editor.clear_scalar(span)
        else:
            editor.set_scalar(span, new[1:-1] if kind == HEADER else new, is_text=kind not in _BARE)


def _write_verdicts(editor: Editor, results: Iterable[Result]) -> None:
    """Add `expect` to the tests that have none and whose cases are all allowed."""
    tests: dict[Span, set[str]] = {}
    for result in results:
        for item in result.observations:
            if item.kind == VERDICT and item.value_at is None:
                tests.setdefault(result.case.test, set()).add(item.observed)
    places = _entries_of(editor, tests)
    for at, observed in tests.items():
        if observed == {"allowed"} and at in places:
            mapping, entry = places[at]
            editor.add_entry(mapping, entry, "expect", "allowed")


def _entries_of(editor: Editor, spans: Iterable[Span]) -> dict[Span, tuple[MappingNode, Entry]]:
    """Return the entries whose values stand at some places, with their mappings, but for merged ones."""
    wanted = set(spans)
    return {
        entry.value.span: (mapping, entry)
        for mapping in editor.mappings().values()
        for entry in mapping.entries
        if entry.value.span in wanted and _is_inside(entry.key.span, mapping.span)
    }


def _is_inside(span: Span, whole: Span) -> bool:
    return (whole.line, whole.column) <= (span.line, span.column) < (whole.end_line, whole.end_column)


def _write_tables(editor: Editor, keys: dict[Span, ScalarNode], results: Sequence[Result]) -> None:
    rows: dict[Span, list[tuple[str, ...]]] = {}
    tables: dict[Span, list[dict[str, tuple[str, ...]]]] = {}
    changed = set[Span]()
    for _, found in groupby(results, key=lambda result: result.case.test):
        by_table, by_row, added = _observed(list(found))
        tables.setdefault(by_table, []).append(added)
        for span, (methods, is_changed) in by_row.items():
            rows.setdefault(span, []).append(methods)
            changed |= {span} if is_changed else set()
    sequences, mappings = editor.sequences(), editor.mappings()
    for span in changed:
        if len(set(rows[span])) == 1 and span in sequences:
            editor.set_items(sequences[span], keys.get(span), rows[span][0])
    for span, all_added in tables.items():
        mapping = mappings.get(span)
        if mapping is not None and all_added[0] and all(added == all_added[0] for added in all_added):
            _add_rows(editor, mapping, all_added[0])


def _add_rows(editor: Editor, mapping: MappingNode, added: dict[str, tuple[str, ...]]) -> None:
    if not mapping.entries:
        editor.fill(mapping, list(added.items()))
        return
    last = mapping.entries[-1]
    if _is_inside(last.key.span, mapping.span):
        for origin, methods in added.items():
            editor.add_entry(mapping, last, origin, methods)


def _observed(
    results: Sequence[Result],
) -> tuple[Span, dict[Span, tuple[tuple[str, ...], bool]], dict[str, tuple[str, ...]]]:
    """Return, of one test: its table; of each row what is allowed, and whether that is new; what rows it needs more.

    Where only some of the origins that a pattern means are allowed a method, they need a row of their own.
    """
    cells: dict[str, list[tuple[Cell, Result]]] = {}
    table = results[0].case.test
    for result in results:
        cell = result.case.cell
        if cell is not None:
            table = cell.table
            if not cell.is_stranger:
                cells.setdefault(cell.written, []).append((cell, result))
    rows: dict[Span, tuple[tuple[str, ...], bool]] = {}
    added: dict[str, list[str]] = {}
    for found in cells.values():
        row = found[0][0].row
        asked = dict.fromkeys(result.case.fetch.method for _, result in found)
        refused = {result.case.fetch.method for _, result in found if not _is_allowed(result)}
        if row is not None:
            methods = tuple(method for method in asked if method not in refused)
            rows[row] = (methods, any(result.mismatches for _, result in found))
        for _, result in found:
            method = result.case.fetch.method
            if _is_allowed(result) and (row is None or method in refused):
                added.setdefault(result.case.fetch.origin, []).append(method)
    return table, rows, {origin: tuple(methods) for origin, methods in added.items()}


def _is_allowed(result: Result) -> bool:
    return result.verdict is not None and result.verdict.is_allowed


def difference(source: Source, text: str) -> str:
    """Return what changes, as a unified diff that no terminal obeys."""
    before, after = (each.removesuffix("\n").split("\n") for each in (source.text, text))
    return "".join(f"{escape(line)}\n" for line in unified_diff(before, after, source.name, source.name, lineterm=""))
