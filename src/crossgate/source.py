"""Where a value stands in a file: the text of one file, places in it, and how a place looks in a terminal.

Everything that reads a user's file marks its values with a `Span`, and everything that talks about them points there.
Whatever a file contains, what is shown of it is one line of printable characters. This module reads no files, knows no
format and no policy; it imports nothing of ours.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from msgspec import Struct

__all__ = ["Source", "Span", "Underlined", "escape", "underline"]

# The line breaks of YAML 1.1, since the parser that finds our positions counts lines by them.
_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")

_WIDEST: Final = 160  # columns of the terminal, for the line itself
_LEAD: Final = 40  # characters to keep in front of the part that matters when a line is clipped
_TAB: Final = "    "
_ELLIPSIS: Final = "…"
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """The text of one file, or a part of it, under the name that the user gave the file (`<stdin>` for `-`).

    Two sources are the same only if they are one object: two files may have the same text.
    """

    name: str
    text: str = field(repr=False)
    index: int = 0
    """The file's place among those read together; diagnostics are shown in this order."""
    first_line: int = 1
    """The line of the file that the text begins with; the lines of a part keep the numbers that they have there."""
    _starts: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the lines once, so that showing one is cheap."""
        object.__setattr__(self, "_starts", [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))])

    @property
    def line_count(self) -> int:
        """How many lines there are; the empty one after a last line break counts."""
        return len(self._starts)

    def line(self, n: int) -> str:
        """Give line `n`, as counted in the file, without its line break; an `IndexError` if there is none."""
        start, end = self.line_bounds(n)
        return self.text[start:end]

    def line_bounds(self, n: int) -> tuple[int, int]:
        """Give the offsets into the text between which line `n` stands; an `IndexError` if there is none."""
        place = n - self.first_line
        if place < 0:
            raise IndexError(f"lines are counted from {self.first_line}, not {n}")
        start = self._starts[place]
        if place + 1 == len(self._starts):
            return start, len(self.text)
        end = self._starts[place + 1] - 1
        return start, end - 1 if self.text[end - 1 : end + 1] == "\r\n" else end

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and column, counted from 1, of the character at an offset into the text."""
        line = bisect_right(self._starts, offset)
        return self.first_line + line - 1, offset - self._starts[line - 1] + 1


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of a source's text; lines and columns count from 1, columns in characters; the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        """Write the start as editors and terminals understand it: `FILE:LINE:COLUMN`."""
        return f"{self.source.name}:{self.line}:{self.column}"


class Underlined(Struct, frozen=True, kw_only=True):
    """A line ready to print, and below it `indent` blanks and `length` marks."""

    text: str
    indent: int
    length: int


def escape(text: str) -> str:
    r"""Write characters that a terminal would obey or hide as escapes such as `\x1b` and `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) if _is_hidden(character) else character for character in text)


def underline(span: Span) -> Underlined:
    """Show the first line of a span; a span that goes on below is underlined to the end of that line."""
    start_of_line, end_of_line = span.source.line_bounds(span.line)
    size = end_of_line - start_of_line
    first = min(span.column - 1, size)
    last = min(span.end_column - 1, size) if span.end_line == span.line else size
    # A minified file is one line of megabytes: look only at what could be shown.
    left = first - _LEAD if first > _WIDEST - _LEAD else 0
    shown = span.source.text[start_of_line + left : min(start_of_line + left + _WIDEST, end_of_line)]
    lead = _ELLIPSIS if left else ""
    cells = [_shown(character) for character in shown]
    widths = [_width(cell) for cell in cells]
    kept = _fit(widths, _WIDEST - len(lead) - 1)
    tail = _ELLIPSIS if left + kept < size else ""
    start, end = min(first - left, kept), min(last - left, kept)
    return Underlined(
        text=lead + "".join(cells[:kept]) + tail,
        indent=len(lead) + sum(widths[:start]),
        length=max(sum(widths[start:end]), 1),
    )


def _fit(widths: list[int], room: int) -> int:
    """Count the leading cells that fit."""
    for count, width in enumerate(widths):
        room -= width
        if room < 0:
            return count
    return len(widths)


def _shown(character: str) -> str:
    if character == "\t":
        return _TAB
    return _escaped(character) if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x100:  # noqa: PLR2004 -- what two hexadecimal digits can write
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004 -- and four


def _width(cell: str) -> int:
    """Count the terminal's columns that a cell takes: East Asian wide ones two, combining marks none."""
    return sum(_character_width(character) for character in cell)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
