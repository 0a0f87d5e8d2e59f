"""What `check` imports before it does anything: nothing that is slow to import and seldom needed."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from crossgate.dialects.known import DIALECTS

ROOT: Final = Path(__file__).parents[2]
SLOW: Final = (
    "asyncio",
    "concurrent",
    "crossgate.advice.search",
    "crossgate.cli.batch",
    "crossgate.cli.curl",
    "crossgate.cli.har",
    "crossgate.cli.live",
    "crossgate.demo",
    "crossgate.envoy",
    "crossgate.serve",
    "crossgate.xds",
    "difflib",
    "email",
    "envoy",
    "google.protobuf",
    "grpc",
    "hashlib",
    "http.client",
    "logging",
    "re2",
    "socket",
    "ssl",
    "tempfile",
    "unittest",
    "urllib.request",
    "watchfiles",
    "xds",
)
"""Names of modules, each with all that is in it."""

READERS: Final = tuple(f"crossgate.dialects.{dialect.name}.reader" for dialect in DIALECTS)

PROGRAM: Final = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from crossgate.cli import main
try:
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]))
"""
ALLOWED: Final = ("--url", "http://cors.example/get", "--origin", "https://example.com/")


def started(*arguments: str, slow: Sequence[str] = SLOW) -> tuple[int, list[str]]:
    """Run a command in an interpreter of its own; return its exit code and what it imported of what is slow."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, capture_output=True, check=True, text=True
    )
    code, modules = json.loads(done.stdout)
    return code, [name for name in modules if any(name == part or name.startswith(f"{part}.") for part in slow)]


def test_help_imports_nothing_slow() -> None:
    assert started("check", "--help") == (0, [])


def test_a_check_that_allows_imports_nothing_slow() -> None:
    assert started("check", "examples/kgateway/httproute", *ALLOWED) == (0, [])


def test_a_check_that_blocks_looks_for_advice() -> None:
    code, slow = started("check", "examples/kgateway/httproute", *ALLOWED, "--method", "PUT")
    assert code == 1
    assert "crossgate.advice.search" in slow


@pytest.mark.parametrize(
    ("example", "dialect"), [("kgateway/httproute", "kgateway"), ("higress", "higress"), ("kong", "kong")]
)
def test_a_check_imports_the_reader_that_its_files_need_and_no_other(example: str, dialect: str) -> None:
    _, readers = started("check", f"examples/{example}", *ALLOWED, slow=READERS)
    assert readers == [f"crossgate.dialects.{dialect}.reader"]
