"""`crossgate demo` running as a program of its own, on free ports."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.serve.harness import WITHIN, Lines, eventually

LISTENERS = ("kgateway-system/http/http", "higress", "kong")
PROGRAM = "from crossgate.cli import main; main()"
FREE = [f"--listen={name}=127.0.0.1:0" for name in (*LISTENERS, "page")]


class RunningDemo:
    """The demonstration, from its start to its end; every wait fails after `WITHIN` seconds."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, "demo", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | (environment or {}),
        )
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr, aside="{")

    def ready(self) -> dict[str, str]:
        """Wait until every gateway is ready; return the URLs by name, in the order in which they were announced."""
        urls = {}
        for _ in LISTENERS:
            label, name, url = self.out.next().split()
            assert label == "ready:"
            urls[name] = url
        return urls

    def guide(self) -> str:
        """Wait for the guide on standard error; return it, and what was said before it."""
        return "\n".join(self.err.until("Ctrl-C stops it all"))

    def logged(self, **wanted: str) -> list[dict[str, Any]]:
        """Return the lines of the access log that have these values, of those that have come so far."""
        lines = [json.loads(line) for line in list(self.err.kept_aside)]
        return [line for line in lines if all(line[key] == value for key, value in wanted.items())]

    def wait_until_logged(self, **wanted: str) -> None:
        """Wait for a line of the access log: Envoy writes it when the request is over, now and then."""
        eventually(lambda: bool(self.logged(**wanted)))

    def envoy(self) -> int:
        """Return the process id of the Envoy."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return int(children.split()[0])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(WITHIN)

    def clean_up(self) -> None:
        """End what is left."""
        if self.process.poll() is None:
            self.stop()
        self.out.close()
        self.err.close()


def origins_in(guide: str) -> tuple[str, str]:
    """Return the two origins of the page that a guide names."""
    listed, other = re.findall(r"^  (http://[^/]+)/  the", guide, re.MULTILINE)
    return listed, other


def commands_in(guide: str) -> list[str]:
    """Return the commands of a guide, as a visitor would paste them."""
    return re.findall(r"^  (curl (?:.*\\\n)*.*)$", guide, re.MULTILINE)
