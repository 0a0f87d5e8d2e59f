import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from crossgate.serve.admin import Admin
from crossgate.xds.address import Address, TcpAddress, UnixAddress

Served = tuple["AdminServer | UnixAdminServer", Admin]


class Handler(BaseHTTPRequestHandler):
    """Answers each path with the next of what it is given, the last one for ever."""

    server: "AdminServer | UnixAdminServer"

    def do_GET(self) -> None:
        self.server.calls.append(f"{self.command} {self.path}")
        path = self.path.partition("?")[0]
        answers = self.server.answers.get(path, [])
        body = (answers.pop(0) if len(answers) > 1 else answers[0]) if answers else None
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write((body or "unknown").encode())

    do_POST = do_GET  # noqa: N815 - the name that the library looks for

    def address_string(self) -> str:
        return "client"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class AdminServer(HTTPServer):
    answers: dict[str, list[str]]
    calls: list[str]


class UnixAdminServer(socketserver.UnixStreamServer):
    answers: dict[str, list[str]]
    calls: list[str]


@pytest.fixture(params=["unix", "tcp"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    address: Address
    server: AdminServer | UnixAdminServer
    if request.param == "unix":
        address = UnixAddress(path=tmp_path / "admin.sock")
        server = UnixAdminServer(str(address.path), Handler)
    else:
        server = AdminServer(("127.0.0.1", 0), Handler)
        address = TcpAddress(host="127.0.0.1", port=server.server_port)
    server.answers, server.calls = {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    with server:
        yield server, Admin(address)
        server.shutdown()
        thread.join()
