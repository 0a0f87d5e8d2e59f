import sys

import click
import pytest

from crossgate.cli.main import COMMANDS, commands, main


def exit_code(*arguments: str) -> object:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code


def test_every_command_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--help") == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    with click.Context(commands) as context:
        assert commands.list_commands(context) == list(COMMANDS)
        assert commands.get_command(context, "nothing") is None


def test_usage_is_told_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--nope") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error[usage]: there is no option `--nope`\n")
    assert exit_code() == 2
    assert capsys.readouterr().err.startswith("Usage: crossgate ")


def test_an_interrupt_ends_a_command_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules[main.__module__], "commands", click.Command("crossgate", callback=command))
    assert exit_code() == 130
    assert capsys.readouterr() == ("", "")
