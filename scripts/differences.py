#!/usr/bin/env python3
"""Writes docs/differences.md from docs/differences.yaml: run it after a change of the latter, as a test demands."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

DOCS: Final = Path(__file__).parents[1] / "docs"
DATA: Final = DOCS / "differences.yaml"
PAGE: Final = DOCS / "differences.md"

_DIALECTS: Final = {"all": "All gateways", "kgateway": "kgateway", "higress": "Higress", "kong": "Kong"}
_MOST_NAMED: Final = 8
_HEAD: Final = """\
<!-- Made by scripts/differences.py from differences.yaml: edit that. -->

# Differences

What a gateway's document promises is what Crossgate enforces. Where the document and the gateway's code disagree, the
document wins, unless that would admit an origin that the policy's author did not mean. This page lists each such place,
and the release that it was seen in; the cases named are those of `tests/conformance/cases/`, which keep the list
complete: a difference that is not here fails the tests, and so does one that is here and is none.
"""


def load() -> list[dict[str, Any]]:
    """Read the data."""
    found: list[dict[str, Any]] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return found


def render(differences: Sequence[Mapping[str, Any]]) -> str:
    """Return the page, its sections in the order of the data."""
    parts = [_HEAD]
    for dialect, title in _DIALECTS.items():
        parts.append(f"## {title}\n")
        parts += [_section(found) for found in differences if found["dialect"] == dialect]
    return "\n".join(parts)


def _section(found: Mapping[str, Any]) -> str:
    return f"""\
### {found["title"]}

- **The gateway**: {found["gateway"]}
- **Crossgate**: {found["crossgate"]}
- **Why**: {found["why"]}
- **Seen in**: {found["seen_in"]}
- **Shown by**: {_shown(found)} (`{found["id"]}`)
"""


def _shown(found: Mapping[str, Any]) -> str:
    if "shown_in" in found:
        return f"`{found['shown_in']}`"
    cases = [f"{suite}/{case}" for suite, names in found["cases"].items() for case in names]
    if len(cases) > _MOST_NAMED:
        return f"{len(cases)} cases of " + ", ".join(f"`{suite}`" for suite in found["cases"])
    return ", ".join(f"`{case}`" for case in cases)


if __name__ == "__main__":
    PAGE.write_text(render(load()), encoding="utf-8")
