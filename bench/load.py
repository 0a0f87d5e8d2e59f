"""Load from wrk: one request, sent again and again over some connections. Knows no gateway."""

import http.client
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CONNECTIONS: Final = 32

_RATE: Final = re.compile(r"^Requests/sec:\s+([\d.]+)", re.MULTILINE)
_SENT: Final = re.compile(r"^\s*(\d+) requests in", re.MULTILINE)
_REFUSED: Final = re.compile(r"^\s*Non-2xx or 3xx responses: (\d+)", re.MULTILINE)
_BROKEN: Final = re.compile(r"^\s*Socket errors: (.*)", re.MULTILINE)


class Unexpected(Exception):
    """An answer that is not the one to be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, and what says that its answer is the right one: the status, and whether it grants."""

    method: str = "GET"
    path: str = "/"
    headers: tuple[tuple[str, str], ...]
    status: int = 200
    grants: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of a run: how many answers, and how many a second."""

    answers: int
    rate: float


def find_wrk() -> str | None:
    """Return where wrk is."""
    return shutil.which("wrk")


def probe(port: int, request: Request, *, exactly: bool) -> None:
    """Send a request once; `Unexpected` where its answer is not the one to be measured.

    Without `exactly` any answer will do that is no error of a server.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(request.method, request.path, skip_host=True)
        for name, value in request.headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    allowed = answer.getheader("access-control-allow-origin")
    is_right = answer.status == request.status and (allowed is not None) == request.grants
    if answer.status >= http.client.INTERNAL_SERVER_ERROR or (exactly and not is_right):
        raise Unexpected(f"{request} got {answer.status}, allow-origin {allowed}")


def load(wrk: str, port: int, request: Request, *, seconds: int, script: Path) -> Load:
    """Send a request for some seconds as fast as it is answered; `script` is where wrk's Lua is written."""
    script.write_text(f'wrk.method = "{request.method}"\n')
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script)]
    for name, value in request.headers:
        command += ["-H", f"{name}: {value}"]
    command.append(f"http://127.0.0.1:{port}{request.path}")
    said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True).stdout
    rate, sent = _RATE.search(said), _SENT.search(said)
    if rate is None or sent is None or _BROKEN.search(said):
        raise Unexpected(f"wrk says: {said}")
    refused, answers = _REFUSED.search(said), int(sent[1])
    if (0 if refused is None else int(refused[1])) not in {0, answers}:
        raise Unexpected(f"answers differ: {said}")
    return Load(answers=answers, rate=float(rate[1]))
