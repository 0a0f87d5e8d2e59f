"""One HTTP/1.1 request over a socket, and its answer, with nothing added by the client."""

import http.client
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from crossgate.engine.respond import Response

Address: TypeAlias = Path | tuple[str, int]
"""A Unix socket, or host and port."""

WITHIN = 20.0

_OF_THE_CONNECTION = frozenset({"date", "server", "connection", "keep-alive", "transfer-encoding"})
_OF_THE_UPSTREAM = frozenset({"content-length", "content-type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came over the wire; header names are lower case, lines in order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def values(self, name: str) -> list[str]:
        """Return the lines of a header."""
        return [value for key, value in self.headers if key == name]


class _Connection(http.client.HTTPConnection):
    """A connection to an address of either kind."""

    def __init__(self, address: Address) -> None:
        super().__init__("localhost", timeout=WITHIN)
        self._address = address

    def connect(self) -> None:
        """Connect to the address, not to `localhost`."""
        if isinstance(self._address, Path):
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(WITHIN)
            self.sock.connect(str(self._address))
        else:
            self.sock = socket.create_connection(self._address, WITHIN)


def send(address: Address, method: str, target: str, headers: Iterable[tuple[str, str]]) -> Answer:
    """Send a request without a body, with these header lines (`Host` among them) and no others."""
    connection = _Connection(address)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value.encode("latin-1"))
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode("latin-1")
        lines = tuple((name.lower(), value) for name, value in answer.getheaders())
    finally:
        connection.close()
    return Answer(status=answer.status, headers=lines, body=body)


def as_predicted(answer: Answer, *, is_forwarded: bool) -> Response:
    """Return an answer in the form in which the engine predicts it.

    What a connection and Envoy itself add is left out, and so is an upstream's framing; `Vary` is one line.
    """
    dropped = _OF_THE_CONNECTION | (_OF_THE_UPSTREAM if is_forwarded else frozenset())
    kept = [(name, value) for name, value in answer.headers if not (name in dropped or name.startswith("x-envoy-"))]
    vary = [value for name, value in kept if name == "vary"]
    if vary:
        kept = [*(line for line in kept if line[0] != "vary"), ("vary", ",".join(vary))]
    return Response(status=answer.status, headers=tuple(sorted(kept, key=lambda line: line[0])), body=answer.body)
