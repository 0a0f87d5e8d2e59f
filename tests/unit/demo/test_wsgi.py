import socket
import urllib.request
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from crossgate.demo.wsgi import Served

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def hello(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    del environ
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def test_an_application_answers_at_a_free_port() -> None:
    served = Served(hello, "127.0.0.1", 0)
    served.start()

    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/", timeout=20) as answer:
        assert answer.read() == b"hello"
        assert "Server" not in answer.headers or "waitress" not in answer.headers["Server"]


def test_a_taken_port_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        Served(hello, "127.0.0.1", taken.getsockname()[1])
