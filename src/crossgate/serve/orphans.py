"""Finding an Envoy that outlived the crossgate which started it, because that was killed. Must not end it.

Such an Envoy serves on, which is what its clients want, and holds its ports, which the next crossgate wants.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_CONFIG_OPTION: Final = b"--config-path"
_BOOTSTRAP: Final = re.compile(r"crossgate-[^/]+/bootstrap\.json$")
_LISTENING: Final = "0A"
"""The state of a listening socket in /proc/net/tcp (proc(5))."""


def orphan_at(port: int) -> int | None:
    """Return the process id of an orphaned Envoy that listens at a TCP port, None where none is seen."""
    inodes = {f"socket:[{inode}]" for inode in _listening(port)}
    return next((process for process in _orphans() if inodes and _holds(process, inodes)), None)


def _orphans() -> Iterator[int]:
    for folder in _PROC.glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
            bootstrap = arguments[arguments.index(_CONFIG_OPTION) + 1].decode()
        except (OSError, ValueError, IndexError):
            continue
        if _BOOTSTRAP.search(bootstrap) and not _answers(Path(bootstrap).with_name("xds.sock")):
            yield int(folder.name)


def _answers(control_plane: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as attempt:
            attempt.connect(str(control_plane))
    except OSError:
        return False
    return True


def _listening(port: int) -> Iterator[str]:
    """Yield the inodes of the sockets that listen at a port, whatever their address."""
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / table).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _holds(process: int, inodes: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in inodes for link in (_PROC / str(process) / "fd").iterdir())
    except OSError:
        return False
