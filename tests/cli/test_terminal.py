"""What a terminal gets, and a stream that cannot write every letter."""

import os
import pty
from collections.abc import Mapping

import pytest

from tests.cli.program import WITHIN, finish, start

CHECK = ("check", "examples/kong", "--url", "http://localhost/get", "--origin", "http://example.net")
ESCAPE = "\x1b["


def shown_on_terminal(*arguments: str, environment: Mapping[str, str]) -> str:
    """Run a command whose output and errors are a terminal; return all that it got."""
    mine, its = pty.openpty()
    given = dict.fromkeys(("NO_COLOR",), "") | {"TERM": "xterm"} | dict(environment)
    with start(*arguments, environment=given, stdout=its, stderr=its) as process:
        os.close(its)
        parts = []
        while part := _read(mine):
            parts.append(part)
        process.stdin.close()
        process.wait(WITHIN)
    os.close(mine)
    return b"".join(parts).decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""


def test_a_terminal_gets_colours() -> None:
    shown = shown_on_terminal(*CHECK, environment={})
    assert f"{ESCAPE}32m{ESCAPE}1mallowed" in shown
    assert f"{ESCAPE}1;33mwarning[" in shown


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_user_may_not_want_colours(environment: dict[str, str]) -> None:
    shown = shown_on_terminal(*CHECK, environment=environment)
    assert "allowed: GET" in shown
    assert "warning[" in shown
    assert ESCAPE not in shown


def test_a_pipe_gets_no_colours() -> None:
    code, out, err = finish(start(*CHECK, environment={"TERM": "xterm"}))
    assert code == 0
    assert b"allowed: GET" in out
    assert b"warning[" in err
    assert ESCAPE.encode() not in out + err


def test_a_stream_that_takes_few_letters_is_no_obstacle() -> None:
    code, out, err = finish(start("check", "--help", environment={"PYTHONIOENCODING": "ascii"}))
    assert (code, err) == (0, b"")
    assert out.startswith(b"Usage: crossgate check [OPTIONS] PATH")


def test_letters_that_are_none_are_escaped() -> None:
    code, out, _ = finish(start("check", "examples/kong", "--url", os.fsdecode(b"http://h/\xff"), *CHECK[4:]))
    assert code == 1
    assert rb"GET http://h/%EF%BF%BD from" in out
    assert rb"URL: `http://h/\udcff`" in out


def test_a_file_that_cannot_be_read_is_said() -> None:
    code, out, err = finish(start("check", "/proc/self/mem", *CHECK[2:]))
    assert (code, out) == (2, b"")
    assert err.startswith(b"error[unreadable-file]: cannot read `/proc/self/mem`: ")
