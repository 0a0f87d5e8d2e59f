"""What the YAML parser complains about, in our words and with the cure where we know one.

Both of PyYAML's parsers (libyaml's and the one in Python) word things differently; the table knows both. This module
must not know what the file is about.
"""

import re
from typing import Final

import yaml
from msgspec import Struct
from yaml.error import Mark

from crossgate.diagnostics import Diagnostics
from crossgate.source import Source, Span

__all__ = ["report_syntax_error"]


class _Explanation(Struct, frozen=True, kw_only=True):
    """What to say when the parser's context and problem, joined by `: `, match `pattern`."""

    pattern: re.Pattern[str]
    message: str
    hint: str | None = None
    at_context: bool = False
    """Point to where the unfinished thing begins instead of to where the parser gave up."""


def _when(pattern: str, message: str, hint: str | None = None, *, at_context: bool = False) -> _Explanation:
    return _Explanation(pattern=re.compile(pattern), message=message, hint=hint, at_context=at_context)


_TAB: Final = "replace the tab by spaces"
_LIST_HINT: Final = "separate the items by commas and close the list with `]`"
_MAPPING_HINT: Final = "separate the entries by commas and close the mapping with `}`"
_COLON_HINT: Final = "put a value that contains `: ` in quotes, or check the indentation"
_COLON_IN_FLOW_HINT: Final = "put the value in quotes, or write a space after the `:`"
_EXPECTED_IN_BLOCK: Final = re.compile(r"block (mapping|collection): (did not find )?expected")

# In order: the first match speaks.
_EXPLANATIONS: Final = (
    _when(r"found a tab character", "a tab cannot be used for indentation", _TAB),
    _when(
        r"quoted scalar: found unexpected (end of stream|document)",
        "the quote is never closed",
        "add the closing quote",
        at_context=True,
    ),
    _when(
        r"quoted scalar: .*unknown escape",
        "unknown escape in a double-quoted string",
        r"write a backslash as `\\`, or use single quotes",
    ),
    _when(r"quoted scalar: ", "invalid escape in a double-quoted string"),
    _when(
        r"scanning an alias: ",
        "`*` begins an alias, and this is not the name of one",
        "put a value that begins with `*` in quotes",
        at_context=True,
    ),
    _when(
        r"scanning an anchor: ",
        "`&` begins an anchor, and this is not the name of one",
        "put a value that begins with `&` in quotes",
        at_context=True,
    ),
    _when(
        r"(scanning|parsing) a tag: |undefined tag handle",
        "`!` begins a tag, and this is not a valid one",
        "put a value that begins with `!` in quotes",
        at_context=True,
    ),
    _when(r"mapping values are not allowed", "there cannot be a `:` here", _COLON_HINT),
    _when(r"mapping keys are not allowed", "there cannot be a key here", "check the indentation"),
    _when(r"sequence entries are not allowed", "there cannot be a list item here", "begin the list on its own line"),
    _when(r"found unexpected ':'", "this `:` is neither part of a value nor the end of a key", _COLON_IN_FLOW_HINT),
    _when(r"could not find expected ':'", "expected `:` after this key", "write `key: value`", at_context=True),
    _when(r"flow sequence: (did not find )?expected", "the list is not closed", _LIST_HINT, at_context=True),
    _when(r"flow mapping: (did not find )?expected", "the mapping is not closed", _MAPPING_HINT, at_context=True),
    _when(
        r"block mapping: (did not find )?expected",
        "expected a key of the mapping that began above",
        "check the indentation, and that the value before it is complete",
    ),
    _when(
        r"block collection: (did not find )?expected",
        "expected `-` for the next item of the list that began above",
        "check the indentation",
    ),
    _when(r"flow node: .*node content", "expected a value, or the end of this list or mapping"),
    _when(r"node content", "expected a value"),
    _when(r"document start", "expected `---` before a further document", "check the indentation"),
    _when(r"incompatible YAML", "this version of YAML is not supported", "remove the `%YAML` line"),
    _when(r"directive", "invalid directive", "put a value that begins with `%` in quotes"),
    _when(r"block scalar: ", "invalid header of a block of text", "write `|` or `>` alone on the line"),
)


def report_syntax_error(error: yaml.YAMLError, source: Source, report: Diagnostics) -> None:
    """Report what the parser raised, at the place in the file that has to be changed."""
    if not isinstance(error, yaml.MarkedYAMLError):
        report.error("yaml-syntax", "not valid YAML", _span(source, None))
        return
    complaint = ": ".join(part for part in (error.context, error.problem) if part)
    if "cannot start any token" in complaint:
        _report_bad_start(source, error.problem_mark, report)
        return
    if _EXPECTED_IN_BLOCK.search(complaint) and _follows_a_value(source, error.problem_mark):
        span = _span(source, error.problem_mark)
        report.error("yaml-syntax", "unexpected text after the value", span, "put the whole value in quotes")
        return
    explanation = next((e for e in _EXPLANATIONS if e.pattern.search(complaint)), None)
    if explanation is None:
        report.error("yaml-syntax", f"not valid YAML: {complaint}", _span(source, error.problem_mark))
        return
    mark = (error.context_mark if explanation.at_context else None) or error.problem_mark
    report.error("yaml-syntax", explanation.message, _span(source, mark), explanation.hint)


def _follows_a_value(source: Source, mark: Mark | None) -> bool:
    """Say whether there is more than indentation before a place on its line."""
    span = _span(source, mark)
    return bool(source.line(span.line)[: span.column - 1].strip(" \t-"))


def _report_bad_start(source: Source, mark: Mark | None, report: Diagnostics) -> None:
    span = _span(source, mark)
    character = source.line(span.line)[span.column - 1 : span.column]
    if character == "\t":
        report.error("yaml-syntax", "a tab cannot be used for indentation", span, _TAB)
    else:
        hint = f"put a value that begins with `{character}` in quotes"
        report.error("yaml-syntax", f"a value cannot begin with `{character}`", span, hint)


def _span(source: Source, mark: Mark | None) -> Span:
    line = source.first_line + min(mark.line if mark else 0, source.line_count - 1)
    length = len(source.line(line))
    column = mark.column + 1 if mark and mark.line < source.line_count else length + 1
    column = min(column, length + 1)
    end = min(column + 1, length + 1)
    return Span(source=source, line=line, column=column, end_line=line, end_column=end)
