import io

import click
import pytest

from crossgate.cli.configuration import Files, has_colours, is_ip_address, parse_address, show
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.model.routes import Endpoint
from tests.unit.cli.configurations import SERVICE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:0", "127.0.0.1", 0),
        ("a:65535", "a", 65535),
        ("orders.default.svc:8080", "orders.default.svc", 8080),
        ("a_b-c.test.:80", "a_b-c.test.", 80),
        ("[::1]:80", "::1", 80),
        ("[::ffff:1.2.3.4]:80", "::ffff:1.2.3.4", 80),
        ("1a:80", "1a", 80),
    ],
)
def test_an_address(text: str, host: str, port: int) -> None:
    assert parse_address(text, "an address") == Endpoint(host=host, port=port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":80",
        "a",
        "a:",
        "a:b",
        "a:-1",
        "a:65536",
        "a:123456",
        "::1:80",
        "[::1]",
        "[::1:80",
        "[::::]:80",
        "[a]:80",
        "[1.2.3.4.5]:80",
        "1.2.3:80",
        "1.2.3.300:80",
        "-a:80",
        "a-:80",
        "a..b:80",
        "a b:80",
        "http://a:80",
        "u@a:80",
        "a:80/",
        "é:80",
        "a:８０",  # noqa: RUF001 - digits, but not those of ASCII
    ],
)
def test_no_address(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not an address"):
        parse_address(text, "an address")


def test_an_ip_address_is_no_name() -> None:
    assert is_ip_address("127.0.0.1")
    assert is_ip_address("::1")
    assert not is_ip_address("localhost")


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({}, True),
        ({"NO_COLOR": ""}, True),
        ({"NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm"}, True),
    ],
)
def test_colours_are_for_terminals_whose_users_want_them(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, colours: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TERM", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_colours(Terminal()) is colours
    assert not has_colours(io.StringIO())


@pytest.mark.parametrize(
    ("errors", "warnings", "last"),
    [(1, 0, "error[e]: 0"), (2, 0, "2 errors"), (1, 1, "1 error"), (0, 1, "warning[w]: 0")],
)
def test_errors_are_counted_where_they_could_be_overlooked(
    capsys: pytest.CaptureFixture[str], errors: int, warnings: int, last: str
) -> None:
    report = Diagnostics()
    for number in range(errors):
        report.error("e", str(number), None)
    for number in range(warnings):
        report.warning("w", str(number), None)
    show(report, "text")
    assert capsys.readouterr().err.rstrip().splitlines()[-1] == last


def test_nothing_is_shown_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    show(Diagnostics(), "text")
    show(Diagnostics(), "json")
    assert capsys.readouterr() == ("", "")


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
