"""`crossgate run` as a program of its own."""

import os
import signal
import subprocess
import sys
import urllib.parse
from pathlib import Path

from tests.serve.harness import WITHIN, Lines, is_running
from tests.zero_loss.clients import Address

PROGRAM = "from crossgate.cli import main; main()"


class Gateway:
    """A running gateway, and its Envoy; access log lines are kept aside."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, "run", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr, aside="{")
        self._envoys: set[int] = set()

    def ready(self, count: int) -> dict[str, Address]:
        """Wait until so many listeners are ready; return their addresses by name."""
        found = {}
        for _ in range(count):
            try:
                label, name, url = self.out.next().split()
            except AssertionError as error:
                self.process.kill()
                raise AssertionError("\n".join(self.err.rest())) from error
            assert label == "ready:"
            parts = urllib.parse.urlsplit(url)
            assert parts.hostname is not None
            assert parts.port is not None
            found[name] = (parts.hostname, parts.port)
        return found

    @property
    def pid(self) -> int:
        return self.process.pid

    def envoy(self) -> int | None:
        """Return the process id of the Envoy, None while there is none."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        except OSError:
            return None
        found = next((int(child) for child in children.split()), None)
        if found is not None:
            self._envoys.add(found)
        return found

    def kill(self) -> int:
        """Kill the control plane alone; return the Envoy that it leaves behind."""
        envoy = self.envoy()
        assert envoy is not None
        self.process.kill()
        self.process.wait(WITHIN)
        return envoy

    def stop(self) -> int:
        """Stop as a user does; return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN)

    def clean_up(self) -> None:
        """End what is left, an Envoy without a parent too."""
        self.envoy()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for envoy in self._envoys:
            if is_running(envoy):
                os.kill(envoy, signal.SIGKILL)
        self.out.close()
        self.err.close()
