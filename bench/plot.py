"""The ratios as a picture: a bar for each row that has an aim, and a line where 1 is. Measures nothing."""

from html import escape
from typing import Any, Final

Json = dict[str, Any]

_WIDTH: Final = 760
_LEFT: Final = 330
_ROW: Final = 20
_TOP: Final = 56
_MOST: Final = 2.0
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.t{font-weight:bold}.met{fill:#2a7a4b}.missed{fill:#b5533c}"
    ".one{stroke:#222;stroke-dasharray:3 3}"
)


def picture(results: Json) -> str:
    """Return SVG; a bar that is longer than twice the base ends there."""
    rows = results["traffic"]
    height = _TOP + _ROW * len(rows) + 16
    one = _x(1.0)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}">',
        f"<style>{_STYLE}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        '<text class="t" x="12" y="20">Crossgate: answers per core, as a part of the base</text>',
        '<text x="12" y="38">base: Envoy without policy for actual requests, its own CORS filter for preflights</text>',
        f'<line class="one" x1="{one}" x2="{one}" y1="{_TOP - 8}" y2="{height - 8}"/>',
    ]
    for at, row in enumerate(rows):
        lines += _bar(row, _TOP + _ROW * at)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(row: Json, top: int) -> list[str]:
    ratio = row["cost_to"][row["base"]]
    size = "" if row["size"] is None else f" {row['size']:,}"
    label = escape(f"{row['group']}{size}: {row['request']}")
    length, kind = _x(min(ratio, _MOST)) - _LEFT, "met" if row["is_met"] else "missed"
    return [
        f'<text x="{_LEFT - 8}" y="{top + 11}" text-anchor="end">{label}</text>',
        f'<rect class="{kind}" x="{_LEFT}" y="{top}" width="{length}" height="14"/>',
        f'<text x="{_LEFT + length + 6}" y="{top + 11}">{ratio:.2f}</text>',
    ]


def _x(ratio: float) -> int:
    return _LEFT + round(ratio / _MOST * (_WIDTH - _LEFT - 50))
