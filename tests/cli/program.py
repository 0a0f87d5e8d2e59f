"""The command line as a program of its own, for what only a process shows: pipes, terminals, signals, memory."""

import os
import select
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any, Final

from tests.cli.transcript import ROOT

WITHIN: Final = 30.0

_CALL: Final = "from crossgate.cli import main; main()"


def start(*arguments: str, code: str = _CALL, environment: Mapping[str, str] | None = None, **streams: Any) -> Any:
    """Start `crossgate` in the project's folder; all streams are pipes of bytes unless they are given."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env={**os.environ, **(environment or {})}, **pipes | streams
    )


def finish(process: "subprocess.Popen[bytes]", stdin: bytes = b"") -> tuple[int, bytes, bytes]:
    """Give a process the rest of its input and wait for its end; return the exit code and what it printed."""
    out, err = process.communicate(stdin, timeout=WITHIN)
    return process.returncode, out, err


def next_line(stream: IO[bytes]) -> bytes:
    """Wait for a line, of a stream that holds no second one yet."""
    ready, _, _ = select.select([stream], [], [], WITHIN)
    assert ready, "nothing was written"
    return stream.readline()
