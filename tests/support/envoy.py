"""A real Envoy for tests, run from a whole bootstrap."""

import json
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from crossgate.serve.binary import find_envoy

WITHIN = 30.0


@cache
def envoy() -> str:
    """Return the Envoy that users get."""
    return str(find_envoy(None).path)


@contextmanager
def running(bootstrap: Mapping[str, Any], listens: Path) -> Iterator[None]:
    """Run an Envoy until the block ends; it is up when it takes connections at the socket `listens`."""
    with tempfile.TemporaryDirectory(prefix="envoy-") as folder:
        file, log = Path(folder, "bootstrap.json"), Path(folder, "log")
        file.write_text(json.dumps(bootstrap), encoding="utf-8")
        command = [envoy(), "-c", str(file), "--concurrency", "1", "--disable-hot-restart", "-l", "error"]
        with log.open("wb") as stderr, subprocess.Popen(command, stderr=stderr) as process:
            try:
                _wait(listens, process, log)
                yield
            finally:
                process.terminate()


def _wait(listens: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + WITHIN
    while not _takes_connections(listens):
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")[-4000:]
        assert time.monotonic() < deadline, f"envoy does not listen at {listens}"
        threading.Event().wait(0.005)


def _takes_connections(listens: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as attempt:
        try:
            attempt.connect(str(listens))
        except OSError:
            return False
    return True


def complaint(bootstrap: Path) -> str:
    """Return what Envoy says against a bootstrap, nothing if it would run it."""
    command = [envoy(), "--mode", "validate", "-c", str(bootstrap), "-l", "error"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=False)
    return "" if done.returncode == 0 else done.stderr or done.stdout
