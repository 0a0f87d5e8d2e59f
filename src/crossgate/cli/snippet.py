"""A line of a user's file with a part of it underlined."""

from collections.abc import Iterator

from crossgate.source import Span, escape, underline


def snippet(span: Span) -> Iterator[str]:
    """Yield the lines that show a span in its file, as diagnostics show theirs."""
    shown = underline(span)
    blank = " " * len(str(span.line))
    yield f"{blank} --> {escape(str(span))}"
    yield f"{blank}  |"
    yield f"{span.line}  | {shown.text}"
    yield f"{blank}  | {' ' * shown.indent}{'^' * shown.length}"
