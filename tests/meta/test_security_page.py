"""Every line of the threat model names tests that exist, and every test that attacks stands in a line of it."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
ATTACKS: Final = ("tests/security", "tests/fuzz")
_NAMED: Final = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


def lines() -> list[str]:
    """Return the lines of the page's tables, heads and rules left out."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| threat ")]


def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {function.name for function in functions if function.name.startswith("test_")}


@pytest.mark.parametrize("line", lines(), ids=lambda line: line.split("|")[1].strip()[:60])
def test_a_line_names_tests_that_exist(line: str) -> None:
    _, threat, answer, named, _ = (cell.strip() for cell in line.split("|"))
    assert threat
    assert answer
    found = _NAMED.findall(named)
    assert ", ".join(f"`{path}::{test}`" for path, test in found) == named
    assert found
    for path, test in found:
        assert test in functions_of(ROOT / path), f"{path} has no {test}"


def test_every_test_that_attacks_stands_in_a_line() -> None:
    named = {pair for line in lines() for pair in _NAMED.findall(line)}
    there = {
        (str(path.relative_to(ROOT)), test)
        for folder in ATTACKS
        for path in (ROOT / folder).glob("test_*.py")
        for test in functions_of(path)
    }
    assert there
    assert there <= named
