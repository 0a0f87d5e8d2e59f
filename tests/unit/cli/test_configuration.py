import io

import pytest

from crossgate.cli.configuration import Files
from crossgate.dialects.options import ReadOptions
from tests.unit.cli.configurations import SERVICE


def test_standard_input_is_read_once_and_can_be_loaded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SERVICE.encode())))
    given = Files(paths=("-",), options=ReadOptions())
    first = given.load()
    assert first is not None
    assert [route.name for route in first.routes()] == ["Route/orders", "Route/plain", "Route/post-only"]
    again = given.load()
    assert again is not None
    assert [route.name for route in again.routes()] == [route.name for route in first.routes()]


def test_standard_input_is_left_alone_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"untouched"))
    monkeypatch.setattr("sys.stdin", stdin)
    assert Files(paths=("nowhere.yaml",), options=ReadOptions()).load() is None
    assert stdin.read() == "untouched"
