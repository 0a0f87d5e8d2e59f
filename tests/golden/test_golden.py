"""Each folder is a case: `input.yaml` or `input/`, what is said of it, and the Envoy configuration that it becomes.

A file `arguments` holds arguments for `crossgate compile` in place of the input's name, or beside it.
"""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from crossgate.cli.compile import command
from tests.support.envoy import envoy

HERE = Path(__file__).parent
CASES = sorted(folder for folder in HERE.glob("*/*") if folder.is_dir() and folder.parent.name != "__pycache__")
MADE = ("diagnostics.txt", "envoy.json")


def name(case: Path) -> str:
    return str(case.relative_to(HERE))


def compiled(case: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return what `crossgate compile` prints in the folder of a case, by file; nothing printed is no file."""
    monkeypatch.chdir(case)
    own = [found.name for found in (case / "input.yaml", case / "input") if found.exists()]
    given = (case / "arguments").read_text().split() if (case / "arguments").exists() else []
    done = CliRunner().invoke(command, [*own, *given])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert done.exit_code == (0 if done.stdout else 2)
    printed = {"diagnostics.txt": done.stderr, "envoy.json": done.stdout}
    return {file: text for file, text in printed.items() if text}


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_case_becomes_what_it_became(
    case: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    printed = compiled(case, monkeypatch)
    if request.config.getoption("--update-golden"):
        for file in MADE:
            (case / file).unlink(missing_ok=True)
        for file, text in printed.items():
            (case / file).write_text(text, encoding="utf-8")
    kept = {file: (case / file).read_text(encoding="utf-8") for file in MADE if (case / file).exists()}
    assert printed == kept


@pytest.mark.parametrize("case", [case for case in CASES if (case / "envoy.json").exists()], ids=name)
def test_envoy_takes_it(case: Path) -> None:
    checked = subprocess.run(
        [envoy(), "--mode", "validate", "-c", str(case / "envoy.json"), "-l", "error"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_every_dialect_has_good_and_bad_cases() -> None:
    for dialect in ("kgateway", "higress", "kong", "files"):
        mine = [case for case in CASES if case.parent.name == dialect]
        assert any((case / "envoy.json").exists() for case in mine) or dialect == "files"
        assert any("error[" in (case / "diagnostics.txt").read_text() for case in mine if (case / "diagnostics.txt").exists())
