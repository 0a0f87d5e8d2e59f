"""A gateway running as a program of its own, and what a test wants to know of it."""

import http.client
import json
import os
import queue
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

PROGRAM = Path(__file__).with_name("gateway_program.py")
WITHIN = 20.0


class RunningGateway:
    """`gateway_program` in a process; every wait is for something to happen, and fails after `WITHIN` seconds."""

    def __init__(self, *arguments: str | Path, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-X", "dev", "-W", "error", PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
        )
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr, aside="access:")

    def ready(self) -> tuple[str, str]:
        """Wait for the next `ready:` line; return its name and URL."""
        label, name, url = self.out.next().split()
        assert label == "ready:"
        return name, url

    def envoy(self) -> int | None:
        """Return the process id of the Envoy, None while there is none."""
        try:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        except OSError:
            return None
        return next((int(child) for child in children.split()), None)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; return the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        return self.process.wait(WITHIN)

    def clean_up(self) -> None:
        """End what is left: the gateway as its user would, then by force, with its Envoy."""
        envoy = self.envoy()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                if envoy is not None:
                    os.kill(envoy, signal.SIGKILL)
        self.out.close()
        self.err.close()


class Lines:
    """The lines of a stream, read by a thread so that the program never waits for the test.

    Those that begin with `aside` come whenever they like, and are kept apart.
    """

    def __init__(self, stream: IO[str] | None, aside: str = "\n") -> None:
        assert stream is not None
        self.kept_aside: list[str] = []
        self._aside = aside
        self._stream = stream
        self._queue: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def next(self) -> str:
        """Wait for the next line."""
        try:
            line = self._queue.get(timeout=WITHIN)
        except queue.Empty:
            message = "no further line came"
            raise AssertionError(message) from None
        if line is None:
            message = "the stream has ended"
            raise AssertionError(message)
        return line

    def until(self, text: str) -> list[str]:
        """Wait for a line with this text; return it and all before it that weren't read yet, it last."""
        lines: list[str] = []
        while True:
            try:
                lines.append(self.next())
            except AssertionError as error:
                message = f"no line with {text!r}, only {lines}"
                raise AssertionError(message) from error
            if text in lines[-1]:
                return lines

    def rest(self) -> list[str]:
        """Wait for the end of the stream; return the lines that weren't read yet."""
        return list(iter(lambda: self._queue.get(timeout=WITHIN), None))

    def close(self) -> None:
        self._thread.join(WITHIN)
        self._stream.close()

    def _read(self) -> None:
        for line in self._stream:
            if line.startswith(self._aside):
                self.kept_aside.append(line.rstrip("\n"))
            else:
                self._queue.put(line.rstrip("\n"))
        self._queue.put(None)


def get(url: str) -> str:
    """Return the body of what a URL answers, whatever its certificate is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with urllib.request.urlopen(url, timeout=WITHIN, context=context) as response:  # noqa: S310 - a URL of the test
        body: bytes = response.read()
    return body.decode()


def answers(url: str, body: str) -> bool:
    """Tell whether a URL answers, and with this body."""
    try:
        return get(url) == body
    except (OSError, http.client.HTTPException):
        return False


def accepts(url: str) -> bool:
    """Tell whether somebody takes connections at a URL."""
    address = urllib.parse.urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), WITHIN).close()
    except OSError:
        return False
    return True


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds that nobody tells us about."""
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.002)


def write(path: Path, *listeners: dict[str, Any]) -> Path:
    """Write a configuration in place of the last one, as editors do: in full, and then by a rename."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps({"listeners": listeners}), encoding="utf-8")
    return new.rename(path)


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return False


def leftovers(folder: Path) -> Iterator[Path]:
    """Yield the private folders that gateways left behind."""
    return folder.glob("crossgate-*")
