"""An upstream that answers what the test tells it to, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

from crossgate.engine.respond import Response

TICKET = "x-ticket"
"""The request header that says which of the scripted answers is wanted."""

_WITHOUT_BODY = frozenset({204, 304})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that came through: the name of the backend that it came to, and its target."""

    backend: str
    target: str


@dataclass(slots=True, kw_only=True)
class Upstream:
    """Backends by name, each on a port of its own, with one book of answers."""

    asked: dict[str, Asked] = field(default_factory=dict)
    _answers: dict[str, Response] = field(default_factory=dict)
    _tickets: Iterator[int] = field(default_factory=count)
    _ports: dict[str, int] = field(default_factory=dict)
    _running: ExitStack = field(default_factory=ExitStack)

    def port_of(self, backend: str) -> int:
        """Return the port of a backend, which listens from now on."""
        if backend not in self._ports:
            self._ports[backend] = self._running.enter_context(self._listening(backend))
        return self._ports[backend]

    def ticket(self, answer: Response) -> str:
        """Return the value of `TICKET` for which `answer` will be given."""
        ticket = str(next(self._tickets))
        self._answers[ticket] = answer
        return ticket

    def close(self) -> None:
        """Stop listening."""
        self._running.close()

    @contextmanager
    def _listening(self, backend: str) -> Iterator[int]:
        with _Server(("127.0.0.1", 0), _Handler) as server:
            server.book, server.backend = self, backend
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield server.server_address[1]
            finally:
                server.shutdown()
                thread.join()

    def answer(self, ticket: str, asked: Asked) -> Response:
        """Return what a ticket is good for, and remember that it was used."""
        self.asked[ticket] = asked
        return self._answers[ticket]


class _Server(ThreadingHTTPServer):
    book: Upstream
    backend: str


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._do
        raise AttributeError(name)

    def _do(self) -> None:
        ticket = self.headers.get(TICKET, "")
        answer = self.server.book.answer(ticket, Asked(backend=self.server.backend, target=self.path))
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        body = answer.body.encode("latin-1")
        if answer.status not in _WITHOUT_BODY:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
