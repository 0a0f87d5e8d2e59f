"""What nobody enforces is said, and refused where it is to be enforced, unless the user waives it by name."""

import pytest

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.enforcement import hand_on, report_unenforced
from crossgate.source import Source, Span

SPAN = Span(source=Source(name="a.yaml", text="key-auth\n"), line=1, column=1, end_line=1, end_column=9)


def handed_on(*, waived: frozenset[str] | None, is_harmless: bool = False) -> Diagnostics:
    found, report = Diagnostics(), Diagnostics()
    report_unenforced(found, "key-auth", "`key-auth` is not enforced", SPAN, is_harmless=is_harmless)
    hand_on(found, waived, report)
    return report


def test_what_is_only_read_is_a_warning() -> None:
    (said,) = handed_on(waived=None)
    assert (said.severity, said.span) == (Severity.WARNING, SPAN)


def test_what_is_not_enforced_is_an_error_that_names_the_cure() -> None:
    (said,) = handed_on(waived=frozenset())
    assert said.severity is Severity.ERROR
    assert "--without key-auth" in (said.hint or "")


def test_what_the_user_waives_is_a_note() -> None:
    (said,) = handed_on(waived=frozenset({"key-auth"}))
    assert said.severity is Severity.NOTE


@pytest.mark.parametrize("waived", [None, frozenset[str]()])
def test_what_protects_nobody_is_a_note(waived: frozenset[str] | None) -> None:
    (said,) = handed_on(waived=waived, is_harmless=True)
    assert said.severity is Severity.NOTE


def test_a_waiver_of_what_is_not_there_is_a_warning() -> None:
    unused, _ = handed_on(waived=frozenset({"key-auth", "jwt"}))
    assert (unused.severity, unused.id) == (Severity.WARNING, "unused-without")
    assert "jwt" in unused.message
