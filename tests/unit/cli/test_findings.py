import io

import pytest

from crossgate.cli.findings import has_colours, show
from crossgate.diagnostics import Diagnostics


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


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
