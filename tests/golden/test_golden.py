"""What is said about a configuration, and what it is compiled to, as files: the inputs stand beside them.

A case is a folder `<dialect>/<case>/` with `input.yaml`, a folder `input/`, or `options.yaml` naming an example.
`pytest tests/golden --update-golden` writes the rest. Read what it writes.
"""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml

from crossgate.diagnostics import Diagnostics, render_text
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read_paths
from crossgate.envoy.resources import static_bootstrap
from tests.golden.compact import compact
from tests.support.envoy import complaint

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OPTIONS, DIAGNOSTICS, ENVOY = "options.yaml", "diagnostics.txt", "envoy.json"
INPUTS = ("input.yaml", "input", OPTIONS)
CASES = sorted(folder for folder in HERE.glob("*/*") if any((folder / name).exists() for name in INPUTS))


def name_of(folder: Path) -> str:
    return str(folder.relative_to(HERE))


@pytest.fixture
def is_updating(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


@pytest.mark.parametrize("folder", CASES, ids=name_of)
def test_what_is_said_and_compiled_is_as_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, is_updating: bool
) -> None:
    made = outputs(folder, monkeypatch)
    if is_updating:
        for name in (DIAGNOSTICS, ENVOY):
            (folder / name).unlink(missing_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
    written = {name: (folder / name) for name in (DIAGNOSTICS, ENVOY) if (folder / name).exists()}
    assert {name: file.read_text(encoding="utf-8") for name, file in written.items()} == made


@pytest.mark.parametrize("file", sorted(HERE.glob(f"*/*/{ENVOY}")), ids=lambda file: name_of(file.parent))
def test_envoy_runs_what_is_compiled(file: Path) -> None:
    assert complaint(file) == ""


def test_nothing_stands_here_that_is_not_of_a_case(*, is_updating: bool) -> None:
    left = list(strays())
    if is_updating:
        for file in left:
            file.unlink()
        left = []
    assert left == []


def outputs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Read the input of a case by the name that it has beside its folder, and return the files that come of it."""
    options = options_of(folder)
    example = options.pop("example", None)
    monkeypatch.chdir(ROOT if example else folder)
    path = f"examples/{example}" if example else next(name for name in INPUTS if (folder / name).exists())
    report = Diagnostics()
    config = read_paths([path], StringIO(), ReadOptions(**options), report)
    made = {DIAGNOSTICS: render_text(report, colour=False)}
    if config is not None:
        compiled = static_bootstrap(config, {port: ("127.0.0.1", port) for port in config.ports})
        made[ENVOY] = compact(compiled) + "\n"
    return {name: text for name, text in made.items() if text}


def options_of(folder: Path) -> dict[str, Any]:
    """Return the choices that a case is read with, and the example that it stands for."""
    file = folder / OPTIONS
    options: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return options


def strays() -> Iterator[Path]:
    """Yield the files that belong to no case."""
    for file in HERE.glob("*/**/*"):
        dialect, case, *inside = (*file.relative_to(HERE).parts, "", "")
        is_known = HERE / dialect / case in CASES and inside[0] in (*INPUTS, DIAGNOSTICS, ENVOY)
        if file.is_file() and not is_known:
            yield file


def test_every_dialect_has_cases_that_are_compiled_and_cases_that_are_refused() -> None:
    for dialect in ("kgateway", "higress", "kong"):
        of_it = [folder for folder in CASES if folder.parent.name == dialect]
        assert any((folder / ENVOY).exists() for folder in of_it)
        assert any(not (folder / ENVOY).exists() for folder in of_it)
