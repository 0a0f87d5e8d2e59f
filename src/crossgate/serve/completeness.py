"""Telling a file that is half-written from one that is whole, without understanding what is in it.

Half a YAML file is often good YAML that says something else, so what is being written is waited for, and what was left
half-written is not read. A file that took another's place by a rename is whole. Must not know who reads the files.
"""

import asyncio
import errno
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from crossgate.serve.errors import Problem
from crossgate.serve.watch import Stamp

_LOOK_AGAIN_AFTER: Final = 0.02
_WRITTEN_WITHIN: Final = 3.0
"""Seconds. A program that holds a file open for longer than that isn't writing it from beginning to end."""


class Completeness:
    """Remembers how files were when they were read and in use."""

    def __init__(self, files: Mapping[Path, Stamp]) -> None:
        """Take the files as they are for whole."""
        self._stamps: dict[Path, Stamp] = {}
        self._ending: set[Path] = set()
        self.accept(files)

    def accept(self, files: Mapping[Path, Stamp]) -> None:
        """Take these files for whole: they were read, and are in use."""
        self._stamps = dict(files)
        self._ending = {path for path in files if _last_byte(path) == b"\n"}

    def changed(self, files: Mapping[Path, Stamp]) -> list[Path]:
        """Return which files are other ones than before, or new."""
        return [path for path, stamp in files.items() if self._stamps.get(path) != stamp]

    def problems(self, files: Mapping[Path, Stamp]) -> list[Problem]:
        """Return which files were cut off: written in place, and no longer ending where a line ends."""
        return [
            Problem(
                message=f"`{path}` ends within a line, and did not before: it looks half-written",
                help="write it again; if it is meant so, end its last line, or replace the file by a rename",
            )
            for path in written_in_place(self._stamps, files)
            if path in self._ending and _last_byte(path) not in {None, b"\n"}
        ]


def written_in_place(before: Mapping[Path, Stamp], now: Mapping[Path, Stamp]) -> list[Path]:
    """Return the files that are the same ones as before, with other content."""
    return [
        path
        for path, stamp in now.items()
        if path in before and before[path] != stamp and before[path][:2] == stamp[:2]
    ]


async def wait_until_written(paths: Iterable[Path], within: float = _WRITTEN_WITHIN) -> None:
    """Wait until no program has one of these files open for writing, at most so many seconds."""
    deadline = time.monotonic() + within
    waiting = list(paths)
    # Nothing tells when a file is closed but the kernel's own events, which watching for changes doesn't pass on.
    while (waiting := [path for path in waiting if is_being_written(path)]) and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_AGAIN_AFTER)


def is_being_written(path: Path) -> bool:
    """Tell whether some program has a file open for writing; no, where the system can't tell."""
    if sys.platform != "linux":
        return False
    import fcntl  # noqa: PLC0415 - there is none elsewhere
    import signal  # noqa: PLC0415

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # A read lease is granted only where nobody writes (fcntl(2)). Who wants to write meanwhile breaks it, of which
        # we would be told by a signal that ends a process; this one is ignored by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    finally:
        os.close(descriptor)
    return False


def _last_byte(path: Path) -> bytes | None:
    """Return the last byte of a file, none of an empty one, None where it can't be read."""
    try:
        with path.open("rb") as file:
            if file.seek(0, os.SEEK_END) == 0:
                return b""
            file.seek(-1, os.SEEK_END)
            return file.read(1)
    except OSError:
        return None
