import sys
from pathlib import Path

import pytest

from crossgate.cli.configuration import Files
from crossgate.cli.run import compiled, serve_files
from crossgate.dialects.options import ReadOptions
from tests.unit.cli.configurations import PLUGIN, SERVICE, configuration


def test_what_is_served_is_what_was_bound() -> None:
    loaded = compiled(configuration(SERVICE, PLUGIN), {80: ("127.0.0.1", 0), 8000: ("::1", 1)})
    assert [(found.name, found.host, found.port, found.scheme) for found in loaded.listeners] == [
        ("higress", "127.0.0.1", 0, "http"),
        ("kong", "::1", 1, "http"),
    ]
    assert len({found.resource for found in loaded.listeners}) == 2


@pytest.fixture
def given(tmp_path: Path) -> Files:
    (tmp_path / "a.yaml").write_text(SERVICE, encoding="utf-8")
    return Files(paths=(str(tmp_path),), options=ReadOptions())


def test_what_serving_needs_is_named_where_it_is_missing(
    given: Files, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "crossgate.serve.gateway", None)
    assert serve_files(given, ()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "crossgate.serve.gateway is missing, which serving needs" in err
    assert "pip install 'crossgate[gateway]'" in err


def test_a_place_that_is_none_starts_nothing(given: Files, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve_files(given, ("nobody=127.0.0.1:0",)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[usage]: no listener is called `nobody`; there are `kong`" in err


def test_files_that_are_none_start_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert serve_files(Files(paths=(str(tmp_path / "nowhere"),), options=ReadOptions()), ()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[unreadable-file]" in err


@pytest.mark.parametrize(
    ("admin", "is_exposed"), [("127.0.0.1:0", False), ("[::1]:0", False), ("0.0.0.0:0", True), ("localhost:0", True)]
)
def test_an_admin_interface_for_everybody_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], admin: str, *, is_exposed: bool
) -> None:
    nothing = Files(paths=(str(tmp_path),), options=ReadOptions())
    assert serve_files(nothing, (), admin=admin) == 2
    assert ("warning[admin-exposed]" in capsys.readouterr().err) is is_exposed
