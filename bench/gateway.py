"""An Envoy with one worker, and the processor time that the worker takes. Knows no policy."""

import http.client
import json
import os
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from crossgate.serve.binary import find_envoy

Json = dict[str, Any]

START_WITHIN: Final = 90.0
"""Seconds; 100,000 origins in the lists of Envoy's filter take a few."""
_POLL: Final = 0.05
_STOP_WITHIN: Final = 5.0
_WORKER: Final = "wrk:worker_0"
_NANOSECONDS: Final = 1e9


class NotLoaded(Exception):
    """Envoy did not take a configuration; the text is its reason."""


class Gateway:
    """Envoy as a context manager: on entry it serves, on exit it is gone.

    `ports` are the ports of its listeners, by name; the bootstrap asks for port 0.
    """

    def __init__(self, bootstrap: Json, folder: Path, processors: frozenset[int]) -> None:
        self._folder = folder
        self._admin = folder / "admin.sock"
        self._processors = processors
        self._bootstrap = {**bootstrap, "admin": {"address": {"pipe": {"path": str(self._admin), "mode": 0o600}}}}
        self.ports: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        config = self._folder / "envoy.json"
        config.write_text(json.dumps(self._bootstrap))
        command = [str(find_envoy(None).path), "-c", str(config), "-l", "error"]
        command += ["--concurrency", "1", "--disable-hot-restart"]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        try:
            self._wait()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def worker_seconds(self) -> float:
        """Return the processor time that the worker has taken so far."""
        return int((self._worker / "schedstat").read_text().split()[0]) / _NANOSECONDS

    def _wait(self) -> None:
        end = time.monotonic() + START_WITHIN
        while not self._is_ready():
            if self._process.poll() is not None:
                raise NotLoaded(self._reason())
            if time.monotonic() > end:
                raise NotLoaded(f"not ready after {START_WITHIN:.0f} s")
            time.sleep(_POLL)
        for found in json.loads(self._ask("/listeners?format=json")[1])["listener_statuses"]:
            self.ports[found["name"]] = found["local_address"]["socket_address"]["port_value"]
        tasks = Path(f"/proc/{self._process.pid}/task")
        self._worker = next(task for task in tasks.iterdir() if (task / "comm").read_text().strip() == _WORKER)
        for task in tasks.iterdir():
            os.sched_setaffinity(int(task.name), self._processors)

    def _is_ready(self) -> bool:
        try:
            return self._ask("/ready")[0] == http.client.OK
        except OSError:
            return False

    def _ask(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        try:
            connection.sock.connect(str(self._admin))
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _reason(self) -> str:
        lines = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        return lines[-1][-300:] if lines else f"it ended with {self._process.returncode}"

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
