"""A comparison as a section of a pull request's page: short enough for a comment there, and no markup but our own.

It finds no words of its own for differences: those of the terminal stand here too.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from crossgate.cli.differences import TITLES, places, requests, subject, summary, told, witness_text
from crossgate.comparison.compare import Comparison, Difference
from crossgate.comparison.kinds import OPENING
from crossgate.engine.decide import Engine
from crossgate.source import escape

LONGEST: Final = 65_536
"""Characters of a comment on GitHub, the shortest of the usual places."""

_ROOM: Final = LONGEST - 1_536
"""What differences may take, so that what stands around them fits as well."""
_SHOWN: Final = 5
"""From so many differences on the witnesses are folded."""
_LONGEST_CELL: Final = 400
_LONGEST_LIST: Final = 16_384
_WITH_WITNESS: Final = frozenset({"all", "before", "now"})
_MARKUP: Final = re.compile(r"[<>&|*_\[\]#~\\`@]")
_BACKTICKS: Final = re.compile("`+")


def to_markdown(found: Comparison, old: Engine, new: Engine) -> str:
    """Return the section: a table, the witnesses below it, and how much was compared.

    What has no room is left out from the end, the least dangerous first, and its number is said.
    """
    rows, witnesses = _rows(found), _witnesses(found, old, new)
    kept_rows = _fitting(rows, _ROOM // 2)
    kept = _fitting(witnesses, _ROOM - sum(len(row) + 1 for row in rows[:kept_rows]))
    lines = ["## What changes for browsers", ""]
    if rows:
        lines += ["| | origin | where | requests |", "|---|---|---|---|", *rows[:kept_rows]]
        if kept_rows < len(rows):
            opening = sum(item.kind in OPENING for item in found.differences[kept_rows:])
            cut = (
                f"{len(rows) - kept_rows:,} more differences do not fit here, {opening or 'none'} of them newly allowed"
            )
            lines += ["", f"**{cut}**: `crossgate diff` prints all of them."]
        lines += ["", *_folded(witnesses[: min(kept, kept_rows)], len(rows)), ""]
    return "\n".join([*lines, *(_line(text) for text in summary(found))])


def _fitting(blocks: Sequence[str], room: int) -> int:
    """Return how many blocks fit."""
    for count, block in enumerate(blocks):
        room -= len(block) + 1
        if room < 0:
            return count
    return len(blocks)


def _rows(found: Comparison) -> list[str]:
    rows = []
    for item in found.differences:
        cells = " | ".join(map(_cell, (subject(item), places(item), requests(item))))
        rows.append(f"| **{TITLES[item.kind]}** | {cells} |")
    return rows


def _witnesses(found: Comparison, old: Engine, new: Engine) -> list[str]:
    return ["\n".join(_witness(number, item, old, new)) for number, item in enumerate(found.differences, start=1)]


def _witness(number: int, item: Difference, old: Engine, new: Engine) -> Iterator[str]:
    yield f"{number}. {TITLES[item.kind]}: {code(witness_text(item))}"
    yield from (f"   - {name}: {code(_whole(text))}" for name, text in told(item, old, new) if name in _WITH_WITNESS)


def _whole(text: str) -> str:
    """Return text less the names of a list that have no room, which are counted."""
    if len(text) <= _LONGEST_LIST:
        return text
    kept = text[:_LONGEST_LIST].rpartition(", ")[0]
    return f"{kept} and {text.count(', ', len(kept)):,} more"


def _folded(witnesses: Sequence[str], differences: int) -> list[str]:
    shown = f"the witnesses of {len(witnesses):,} of {differences:,}" if len(witnesses) < differences else "witnesses"
    if differences < _SHOWN:
        return list(chain.from_iterable((witness, "") for witness in witnesses))[:-1]
    return [f"<details><summary>{shown}</summary>", "", *witnesses, "", "</details>"]


def _cell(text: str) -> str:
    """Return text as code that stays in one cell of a table."""
    short = text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
    return code(short).replace("|", "\\|")


def code(text: str) -> str:
    """Return text as code, in more backticks than it has (https://spec.commonmark.org/0.31.2/#code-spans)."""
    shown = escape(text)
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    space = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}"


def _line(text: str) -> str:
    """Return a line of the summary as plain text."""
    short = text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", escape(short))
