"""Findings are collected, ordered, and shown to people and programs."""

import pytest

from crossgate.diagnostics import Contained, Diagnostic, Diagnostics, Rejected, Severity, render_text, to_json
from crossgate.source import Source, Span

FILE = Source(name="cors.yaml", text="policy:\n  allowOrigin: x\n  allowOrigin: y\n")


def at(line: int, column: int, length: int = 1, source: Source = FILE) -> Span:
    return Span(source=source, line=line, column=column, end_line=line, end_column=column + length)


def collected() -> Diagnostics:
    report = Diagnostics()
    report.error(
        "duplicate-key",
        "the key `allowOrigin` is there twice",
        at(3, 3, 11),
        hint="remove one",
        related=[("it is first given here", at(2, 3, 11))],
    )
    return report


def test_findings_come_in_the_order_of_the_files() -> None:
    second, first = Source(name="b", text="x", index=1), Source(name="a", text="x\ny\nzz", index=0)
    report = Diagnostics()
    report.note("id", "4", at(1, 1, source=second))
    report.error("id", "3", at(3, 2, source=first))
    report.warning("id", "2", at(3, 1, source=first))
    report.error("id", "1", None)
    assert [found.message for found in report] == ["1", "2", "3", "4"]
    assert len(report) == 4


def test_sources_without_an_order_come_as_they_were_first_met() -> None:
    sources = [Source(name=name, text="x") for name in "zyx"]
    report = Diagnostics()
    for source in sources:
        report.error("id", source.name, at(1, 1, source=source))
    assert [found.message for found in report] == ["z", "y", "x"]


def test_the_same_finding_is_there_once() -> None:
    report = Diagnostics()
    for _ in range(2):
        report.error("id", "message", at(1, 1))
    report.error("id", "message", at(1, 2))
    report.error("other", "message", at(1, 1))
    report.warning("id", "message", at(1, 1))
    assert len(report) == len(list(report)) == 4


def test_only_errors_are_errors() -> None:
    report = Diagnostics()
    report.warning("id", "message", at(1, 1))
    report.note("id", "message", at(1, 1))
    assert not report.has_errors
    report.error("id", "message", at(1, 1))
    assert report.has_errors


def test_what_is_wrong_with_a_part_does_not_make_the_whole_unusable() -> None:
    whole = Diagnostics()
    part, other = Contained(whole), Contained(whole)
    part.error("id", "message", at(1, 1))
    other.warning("id", "message", at(1, 2))
    assert (part.has_errors, other.has_errors, whole.has_errors) == (True, False, False)
    assert [(found.severity, found.is_contained) for found in whole] == [
        (Severity.ERROR, True),
        (Severity.WARNING, False),
    ]
    whole.error("id", "message", at(1, 1))
    assert whole.has_errors
    part.error("id", "message", at(1, 1))
    assert [found.is_contained for found in whole] == [False, False]


def test_a_finding_is_shown_with_its_line_its_hint_and_what_explains_it() -> None:
    assert render_text(collected(), colour=False) == (
        "error[duplicate-key]: the key `allowOrigin` is there twice\n"
        " --> cors.yaml:3:3\n"
        "  |\n"
        "3 |   allowOrigin: y\n"
        "  |   ^^^^^^^^^^^\n"
        "  = help: remove one\n"
        "note: it is first given here\n"
        " --> cors.yaml:2:3\n"
        "  |\n"
        "2 |   allowOrigin: x\n"
        "  |   ^^^^^^^^^^^\n"
    )


def test_line_numbers_are_aligned() -> None:
    source = Source(name="long.yaml", text="\n" * 99 + "a: b")
    report = Diagnostics()
    report.error("id", "message", at(100, 1, source=source), related=[("here", at(9, 1, source=source))])
    shown = render_text(report, colour=False)
    assert "\n   --> long.yaml:100:1\n    |\n100 | a: b\n    | ^\n" in shown
    assert "\n   --> long.yaml:9:1\n    |\n  9 |\n    | ^\n" in shown


def test_findings_are_parted_by_an_empty_line() -> None:
    report = Diagnostics()
    report.error("id", "first", None)
    report.note("id", "second", None, hint="third")
    assert render_text(report, colour=False) == "error[id]: first\n\nnote[id]: second\n = help: third\n"
    assert not render_text([], colour=False)


def test_colours_are_terminal_codes_around_the_same_text() -> None:
    plain, coloured = render_text(collected(), colour=False), render_text(collected(), colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[duplicate-key]\x1b[0m" in coloured
    for code in ("0", "1", "1;31", "1;34", "1;36"):
        coloured = coloured.replace(f"\x1b[{code}m", "")
    assert coloured == plain


def test_a_file_cannot_inject_terminal_codes() -> None:
    source = Source(name="\x1b]0;name\x07", text="a: \x1b[2J\u202e\n")
    report = Diagnostics()
    report.error("id", "\x1b[2J", at(1, 4, 3, source), hint="\r\n", related=[("\x9b", at(1, 1, 1, source))])
    shown = render_text(report, colour=False)
    assert all(character.isprintable() or character == "\n" for character in shown)
    assert r"error[id]: \x1b[2J" in shown
    assert r"1 | a: \x1b[2J\u202e" in shown
    assert r"--> \x1b]0;name\x07:1:4" in shown
    assert r"= help: \x0d\x0a" in shown


def test_programs_read_every_field() -> None:
    (found,) = collected()
    place = {"file": "cors.yaml", "line": 2, "column": 3, "endLine": 2, "endColumn": 14}
    assert to_json(found) == {
        "severity": "error",
        "contained": False,
        "id": "duplicate-key",
        "subject": None,
        "message": "the key `allowOrigin` is there twice",
        **place,
        "line": 3,
        "endLine": 3,
        "hint": "remove one",
        "related": [{"message": "it is first given here", **place}],
    }


def test_a_place_that_is_not_there_is_null() -> None:
    found = Diagnostic(severity=Severity.WARNING, id="id", message="message", span=None)
    assert to_json(found) == {
        "severity": "warning",
        "contained": False,
        "id": "id",
        "subject": None,
        "message": "message",
        "file": None,
        "line": None,
        "column": None,
        "endLine": None,
        "endColumn": None,
        "hint": None,
        "related": [],
    }


def test_rejected_carries_and_writes_the_findings() -> None:
    with pytest.raises(Rejected, match=r"cors.yaml:3:3: error\[duplicate-key\]: the key `allowOrigin`") as caught:
        raise Rejected(collected())
    assert [found.id for found in caught.value.diagnostics] == ["duplicate-key"]
    nowhere = Diagnostic(severity=Severity.NOTE, id="id", message="message", span=None)
    assert str(Rejected([nowhere, nowhere])) == "note[id]: message\nnote[id]: message"
