"""What a file asks for and Crossgate does not enforce: found, named, and refused where that would leave a door open.

A dialect reports every such feature here, and says which of them protect nobody; those it does not know, it must take
to protect somebody. What becomes of a finding is the caller's choice (`ReadOptions.without`). This module knows no
feature.
"""

from collections.abc import Iterable
from typing import Final

from crossgate.diagnostics import Diagnostic, Diagnostics, Severity
from crossgate.records import replace
from crossgate.source import Span

NOT_ENFORCED: Final = "not-enforced"
"""The id of these findings; their subject is the name by which a user can waive the feature."""


def report_unenforced(report: Diagnostics, name: str, message: str, span: Span, *, is_harmless: bool) -> None:
    """Report a feature that is not enforced; one that is harmless protects nobody, and is a note for good."""
    severity = Severity.NOTE if is_harmless else Severity.WARNING
    report.add(Diagnostic(severity=severity, id=NOT_ENFORCED, message=message, span=span, subject=name))


def hand_on(found: Iterable[Diagnostic], waived: frozenset[str] | None, report: Diagnostics) -> None:
    """Give findings to `report`, those about features that nobody enforces as the caller wants them.

    `waived` are the features that the user knows to be missing; None: nothing is going to be enforced anyway.
    """
    known = set()
    for diagnostic in found:
        if diagnostic.id == NOT_ENFORCED:
            known.add(diagnostic.subject)
        report.add(diagnostic if waived is None else _judged(diagnostic, waived))
    if not report.has_errors:
        for name in sorted((waived or frozenset()) - known):
            message = f"`--without {name}` is not used: the files ask for no `{name}`"
            report.warning("unused-without", message, None, _named(known - {None}))


def _judged(diagnostic: Diagnostic, waived: frozenset[str]) -> Diagnostic:
    if diagnostic.id != NOT_ENFORCED or diagnostic.severity is not Severity.WARNING:
        return diagnostic
    if diagnostic.subject in waived:
        return replace(diagnostic, severity=Severity.NOTE)
    hint = f"whoever relies on it is unprotected; `--without {diagnostic.subject}` says that you know"
    return replace(diagnostic, severity=Severity.ERROR, hint=hint)


def _named(known: Iterable[str | None]) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(filter(None, known)))
    return f"what they ask for and is not enforced: {names or 'nothing'}"
