"""What a start imports: what it needs, so that it is fast; told by the modules, never by a clock."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from crossgate.cli.main import COMMANDS
from crossgate.dialects.known import DIALECTS

ROOT: Final = Path(__file__).parents[2]
ALLOWED: Final = ("--url", "http://cors.example/get", "--origin", "https://example.com/")

PROGRAM: Final = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
before = set(sys.modules)
from crossgate.cli import main
try:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(set(sys.modules) - before)]))
"""

DECLARED: Final = {
    "crossgate",
    "crossgate.browser",
    "crossgate.browser.profiles",
    "crossgate.cli",
    "crossgate.cli.commands",
    "crossgate.cli.main",
    "crossgate.cli.options",
    "crossgate.collection",
    "crossgate.dialects",
    "crossgate.dialects.dialect",
    "crossgate.dialects.known",
    *(f"crossgate.dialects.{dialect.name}" for dialect in DIALECTS),
    *(f"crossgate.dialects.{dialect.name}.names" for dialect in DIALECTS),
}
"""Our modules that declare options: what there is, and nothing that reads, decides or plays."""

REPORTING: Final = {
    "crossgate.cli.findings",
    "crossgate.cli.usage",
    "crossgate.diagnostics",
    "crossgate.records",
    "crossgate.source",
}

SLOW: Final = {
    "asyncio",
    "concurrent",
    "difflib",
    "email",
    "hashlib",
    "http.client",
    "json",
    "logging",
    "pathlib",
    "re2",
    "socket",
    "ssl",
    "tempfile",
    "unittest",
    "urllib.request",
}
"""Modules of the standard library and of ours to which no check of a file comes, each with all that is in it."""


def started(*arguments: str) -> tuple[int, set[str]]:
    """Run a command in an interpreter of its own; return its exit code and the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, capture_output=True, check=True, text=True
    )
    code, modules = json.loads(done.stdout)
    return code, set(modules)


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "crossgate"}


def others(modules: set[str]) -> set[str]:
    """Return the packages that are neither ours nor of the standard library.

    Not what Cython puts beside PyYAML, nor what msgspec imports where something else has installed it.
    """
    packages = {name.partition(".")[0] for name in modules if "cython" not in name}
    return packages - sys.stdlib_module_names - {"crossgate", "typing_extensions"}


def within(modules: set[str], places: set[str]) -> set[str]:
    return {name for name in modules if any(name == place or name.startswith(f"{place}.") for place in places)}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_declarations(command: str) -> None:
    code, modules = started(command, "--help")
    assert code == 0
    assert ours(modules) - DECLARED == {f"crossgate.cli.commands.{command}"}
    assert others(modules) == {"click"}
    assert within(modules, SLOW) == set()


def test_the_options_of_files_need_all_declarations() -> None:
    assert DECLARED - started("check", "--help")[1] == set()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_what_is_said_of_all_commands_imports_none(option: str) -> None:
    code, modules = started(option)
    assert (code, ours(modules)) == (0, {"crossgate", "crossgate.cli", "crossgate.cli.main", "crossgate.collection"})
    assert others(modules) == {"click"}


@pytest.mark.parametrize("command", COMMANDS)
def test_bad_usage_imports_what_reports_it(command: str) -> None:
    code, modules = started(command, "--no-such-option")
    assert code == 2
    assert ours(modules) - DECLARED == {*REPORTING, f"crossgate.cli.commands.{command}"}
    assert others(modules) == {"click", "msgspec"}


@pytest.mark.parametrize(
    ("example", "dialect"), [("kgateway/httproute", "kgateway"), ("higress", "higress"), ("kong", "kong")]
)
def test_a_check_imports_the_reader_that_its_files_need_and_no_other(example: str, dialect: str) -> None:
    _, modules = started("check", f"examples/{example}", *ALLOWED)
    assert within(modules, {f"crossgate.dialects.{dialect}.reader"})
    of_others = within(modules, {f"crossgate.dialects.{other.name}" for other in DIALECTS if other.name != dialect})
    asked = {"crossgate.dialects.higress.gateway_classes"} if dialect == "kgateway" else set()
    assert of_others - DECLARED == asked  # whose a Gateway is


def test_a_check_that_allows_looks_for_no_advice() -> None:
    code, modules = started("check", "examples/kgateway/httproute", *ALLOWED)
    assert code == 0
    assert others(modules) == {"click", "msgspec", "yaml"}
    assert within(modules, SLOW) == set()
    parts = {"advice.search", "comparison", "demo", "envoy", "policy_tests", "serve", "xds"}
    parts |= {f"cli.{name}" for name in ("batch", "curl", "differences", "har", "live", "policies")}
    assert within(modules, {f"crossgate.{part}" for part in parts}) == set()


def test_a_check_that_blocks_looks_for_advice() -> None:
    code, modules = started("check", "examples/kgateway/httproute", *ALLOWED, "--method", "PUT")
    assert code == 1
    assert "crossgate.advice.search" in modules
