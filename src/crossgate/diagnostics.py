"""What is wrong in a user's file: collected, ordered, and shown to people and programs.

A finding in *their* file is a `Diagnostic` and is collected, so that all of them are seen at once; exceptions are for
mistakes in our caller's code, and `Rejected` carries the findings to callers who want an exception. This module knows
no file format and no policy.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from crossgate.records import replace
from crossgate.source import Span, escape, underline

__all__ = ["Contained", "Diagnostic", "Diagnostics", "Rejected", "Related", "Severity", "render_text", "to_json"]

Related: TypeAlias = tuple[str, Span]
"""Another place that explains a finding, and what is there."""


class Severity(Enum):
    """How bad a finding is: an error makes the configuration unusable unless it is contained, the others never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Diagnostic(Struct, frozen=True, kw_only=True):
    """One finding: lower case, no full stop, the user's words in backticks, the help in its own field.

    `id` names the pattern (`unknown-field`); it is never reused or renamed. `span` is `None` only where there is no
    file to point into. `subject` is the name of what the finding is about, where the command line takes that name.
    `is_contained`, of an error: what it is about fails, closed, and all else can be served.
    """

    severity: Severity
    id: str
    message: str
    span: Span | None
    hint: str | None = None
    related: tuple[Related, ...] = ()
    subject: str | None = None
    is_contained: bool = False

    def __str__(self) -> str:
        """Write it on one line, as compilers do."""
        place = "" if self.span is None else f"{self.span}: "
        return f"{place}{self.severity.value}[{self.id}]: {self.message}"


class Diagnostics:
    """The collector that readers report to; iterates in the order of the files, without duplicates."""

    def __init__(self) -> None:
        """Start with no findings."""
        self._found: dict[tuple[Severity, str, str, Span | None], Diagnostic] = {}
        self._files: dict[str, int] = {}

    def add(self, diagnostic: Diagnostic) -> None:
        """Take a finding, unless the same thing was already said about the same place; if contained, it is no more."""
        if diagnostic.span is not None:
            self._files.setdefault(diagnostic.span.source.name, len(self._files))
        key = (diagnostic.severity, diagnostic.id, diagnostic.message, diagnostic.span)
        if self._found.setdefault(key, diagnostic).is_contained and not diagnostic.is_contained:
            self._found[key] = diagnostic

    def error(
        self,
        id: str,  # noqa: A002 -- the name of the field
        message: str,
        span: Span | None,
        hint: str | None = None,
        related: Iterable[Related] = (),
    ) -> None:
        """Report what makes the configuration unusable."""
        severity = Severity.ERROR
        self.add(Diagnostic(severity=severity, id=id, message=message, span=span, hint=hint, related=tuple(related)))

    def warning(
        self,
        id: str,  # noqa: A002 -- the name of the field
        message: str,
        span: Span | None,
        hint: str | None = None,
        related: Iterable[Related] = (),
    ) -> None:
        """Report what is usable, but probably not meant."""
        severity = Severity.WARNING
        self.add(Diagnostic(severity=severity, id=id, message=message, span=span, hint=hint, related=tuple(related)))

    def note(
        self,
        id: str,  # noqa: A002 -- the name of the field
        message: str,
        span: Span | None,
        hint: str | None = None,
        related: Iterable[Related] = (),
    ) -> None:
        """Report what is worth knowing."""
        severity = Severity.NOTE
        self.add(Diagnostic(severity=severity, id=id, message=message, span=span, hint=hint, related=tuple(related)))

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error that makes the configuration unusable."""
        return any(found.severity is Severity.ERROR and not found.is_contained for found in self._found.values())

    def __len__(self) -> int:
        """Count the findings of every severity."""
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        """Go through the findings by file, line and column; those without a place come first."""
        return iter(sorted(self._found.values(), key=self._place))

    def _place(self, found: Diagnostic) -> tuple[int, int, int, int]:
        if found.span is None:
            return (-1, 0, 0, 0)
        source = found.span.source
        return (source.index, self._files[source.name], found.span.line, found.span.column)


class Contained(Diagnostics):
    """The collector of one part of a configuration: its errors make that part unusable, and the whole does not fail.

    Everything is handed on to the collector of the whole; `has_errors` speaks of the part.
    """

    def __init__(self, whole: Diagnostics) -> None:
        """Start with no findings about the part."""
        super().__init__()
        self._whole = whole

    def add(self, diagnostic: Diagnostic) -> None:
        """Take a finding about the part, and hand it on."""
        super().add(diagnostic)
        self._whole.add(replace(diagnostic, is_contained=diagnostic.severity is Severity.ERROR))


class Rejected(Exception):
    """A configuration was refused; `diagnostics` says why."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Group the findings that caused the refusal."""
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        """Write one finding a line."""
        return "\n".join(str(found) for found in self.diagnostics)


def to_json(diagnostic: Diagnostic) -> dict[str, object]:
    """Give the finding as programs read it (`--format json`); a place that isn't there is null."""
    return {
        "severity": diagnostic.severity.value,
        "contained": diagnostic.is_contained,
        "id": diagnostic.id,
        "subject": diagnostic.subject,
        "message": diagnostic.message,
        **_span_to_json(diagnostic.span),
        "hint": diagnostic.hint,
        "related": [{"message": label, **_span_to_json(span)} for label, span in diagnostic.related],
    }


def _span_to_json(span: Span | None) -> dict[str, object]:
    if span is None:
        return dict.fromkeys(("file", "line", "column", "endLine", "endColumn"))
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


_BOLD: Final = "\x1b[1m"
_BLUE: Final = "\x1b[1;34m"
_RESET: Final = "\x1b[0m"
_COLOURS: Final = {
    Severity.ERROR: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.NOTE: "\x1b[1;36m",
}


def render_text(diagnostics: Iterable[Diagnostic], *, colour: bool) -> str:
    """Write findings for people, each with the line it is about and that part underlined.

    The text ends with a line break unless there are no findings. Nothing from the user's files reaches the terminal
    unescaped; the only terminal codes are our colours.
    """
    return "\n".join(_render(diagnostic, colour=colour) for diagnostic in diagnostics)


def _render(diagnostic: Diagnostic, *, colour: bool) -> str:
    def paint(code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if colour and text else text

    def place(span: Span, mark_colour: str) -> list[str]:
        shown = underline(span)
        marks = " " * shown.indent + paint(mark_colour, "^" * shown.length)
        return [
            f"{blank}{paint(_BLUE, '-->')} {escape(str(span))}",
            f"{blank} {paint(_BLUE, '|')}",
            f"{paint(_BLUE, f'{span.line:>{width}} |')} {shown.text}".rstrip(),
            f"{blank} {paint(_BLUE, '|')} {marks}",
        ]

    spans = [span for span in (diagnostic.span, *(span for _, span in diagnostic.related)) if span is not None]
    width = max((len(str(span.line)) for span in spans), default=0)
    blank = " " * width
    severity_colour = _COLOURS[diagnostic.severity]
    title = paint(severity_colour, f"{diagnostic.severity.value}[{escape(diagnostic.id)}]")
    lines = [title + paint(_BOLD, f": {escape(diagnostic.message)}")]
    if diagnostic.span is not None:
        lines += place(diagnostic.span, severity_colour)
    if diagnostic.hint is not None:
        lines.append(f"{blank} {paint(_BLUE, '=')} {paint(_BOLD, 'help')}: {escape(diagnostic.hint)}")
    for label, span in diagnostic.related:
        note_colour = _COLOURS[Severity.NOTE]
        lines += [f"{paint(note_colour, 'note')}: {escape(label)}", *place(span, note_colour)]
    return "".join(f"{line}\n" for line in lines)
