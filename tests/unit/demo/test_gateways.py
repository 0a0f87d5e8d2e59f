import tomllib
from pathlib import Path

import pytest

from crossgate.demo import gateways
from crossgate.demo.gateways import GATEWAYS, examples

ROOT = Path(__file__).parents[3]


def test_the_examples_beside_the_sources_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert examples() == ROOT / "examples"
    for gateway in GATEWAYS:
        assert (examples() / gateway.documents).is_dir()
        assert (examples() / gateway.page_file).is_file()


def test_inside_the_current_directory_their_path_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert examples() == Path("examples")


def test_examples_that_a_wheel_brought_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    place = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["examples"]
    packaged = tmp_path / "site-packages" / place
    packaged.mkdir(parents=True)

    monkeypatch.setattr(gateways, "__file__", str(tmp_path / "site-packages" / "crossgate" / "demo" / "gateways.py"))

    assert examples() == packaged
