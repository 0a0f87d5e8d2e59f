import json
from pathlib import Path

import click
import pytest

from crossgate.cli.fetches import Told, told_by
from crossgate.cli.planning import Options

APP = "https://app.test"
URL = "https://api.test/a"


def ids(told: Told) -> list[str]:
    return [remark.id for remark in told.report]


def recording(folder: Path, *methods: str) -> str:
    headers = [{"name": "Origin", "value": APP}]
    entries = [{"request": {"method": method, "url": URL, "headers": headers}} for method in methods]
    file = folder / "a.har"
    file.write_text(json.dumps({"log": {"entries": entries}}))
    return str(file)


def test_options_tell_one_fetch() -> None:
    told = told_by(Options(url=URL, page="file:///a"), None, None)
    assert ([fetch.origin for fetch in told.fetches], told.are_several) == (["null"], False)
    assert ids(told) == ["opaque-origin"]


def test_a_command_tells_as_many_as_it_has_urls(tmp_path: Path) -> None:
    file = tmp_path / "curl.txt"
    file.write_text(f"curl {URL} {URL}/b -H @more")
    told = told_by(Options(origin=APP), str(file), None)
    assert [fetch.url for fetch in told.fetches] == [URL, f"{URL}/b"]
    assert (told.are_several, told.is_recording, ids(told)) == (True, False, ["left-out"])


def test_a_recording_tells_what_can_be_planned(tmp_path: Path) -> None:
    told = told_by(Options(), None, recording(tmp_path, "GET", "no token", "PUT", "PUT"))
    assert [fetch.method for fetch in told.fetches] == ["GET", "PUT"]
    assert (told.are_several, told.is_recording, ids(told)) == (True, True, ["entries-passed"])
    assert len(told.recorded) == len(told.fetches)


@pytest.mark.parametrize(
    ("methods", "message"), [((), "fetches from another origin"), (("no token",), "another origin: 1 unreadable")]
)
def test_a_recording_of_nothing(tmp_path: Path, methods: tuple[str, ...], message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        told_by(Options(), None, recording(tmp_path, *methods))


def test_what_is_larger_than_configurations_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crossgate.cli.fetches.MAXIMUM_SIZE", 8)
    (tmp_path / "large").write_bytes(b"curl a.test")
    with pytest.raises(click.UsageError, match="is larger than"):
        told_by(Options(origin=APP), str(tmp_path / "large"), None)


@pytest.mark.parametrize(("name", "content"), [("missing", None), ("bytes", b"\xff")])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(click.UsageError, match="cannot read"):
        told_by(Options(), str(tmp_path / name), None)
