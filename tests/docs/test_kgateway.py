"""`docs/kgateway.md` names what the reader reads, enforces and says, and nothing else."""

import re
from pathlib import Path
from typing import Final

from crossgate.dialects.kgateway import DIALECT
from crossgate.dialects.kgateway.filters import TYPES

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "kgateway.md").read_text(encoding="utf-8")
BROKEN: Final = ROOT / "tests" / "golden" / "kgateway" / "broken-resources" / "diagnostics.txt"


def rows(first: str) -> list[list[str]]:
    """Return the cells of the table whose first column is called `first`."""
    _, _, table = PAGE.partition(f"| {first} |")
    lines = table.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_kind_that_is_read_is_named() -> None:
    named = {("" if group == "core" else group, kind) for kind, group, _ in rows("kind")}
    assert named == DIALECT.kinds | DIALECT.common
    assert all(kind in PAGE for _, kind in DIALECT.protecting)


def test_every_type_of_filter_is_named() -> None:
    assert {cells[0] for cells in rows("filter")} == set(TYPES)
    assert {verdict for _, *verdicts in rows("filter") for verdict in verdicts} == {"enforced", "said"}


def test_everything_that_the_broken_example_shows_is_explained() -> None:
    told = set(re.findall(r"^(?:error|warning|note)\[([\w-]+)\]", BROKEN.read_text(encoding="utf-8"), re.MULTILINE))
    assert {cells[0] for cells in rows("told as")} == told
