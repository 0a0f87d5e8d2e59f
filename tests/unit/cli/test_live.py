"""What is sent and compared, with a server on loopback in the place of a gateway."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crossgate.browser.exchanges import PREFLIGHT, Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD
from crossgate.cli.live import Unreachable, compare, exchange
from crossgate.cli.served import Deviation
from crossgate.model.routes import Endpoint
from tests.support.certificates import key_pair
from tests.unit.cli.configurations import SERVICE, checked, configuration

Headers = tuple[tuple[str, str], ...]
Answer = Callable[[str, dict[str, str]], tuple[int, Headers]]

FETCH = PlannedFetch(
    origin="https://app.test", url="http://orders.test/orders?a", method="PUT", headers=(("X-A", "1"),)
)


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[Endpoint, list[tuple[str, str, dict[str, str]]]]]:
    """Serve; yield where, and what was asked."""
    asked: list[tuple[str, str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked.append((self.command, self.path, headers))
            status, lines = answer(self.command, headers)
            self.send_response(status)
            for name, value in (*lines, ("Content-Length", "0")):
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_PUT = do_OPTIONS = answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Endpoint(host="127.0.0.1", port=server.server_port), asked
        finally:
            server.shutdown()
            thread.join()


def as_configured(method: str, headers: dict[str, str]) -> tuple[int, Headers]:
    """Answer as the configuration does, spaced otherwise."""
    allowed = (("Access-Control-Allow-Origin", headers["origin"]), ("Vary", "origin"))
    if method == "OPTIONS":
        lists = (("Access-Control-Allow-Methods", "PUT,  GET"), ("Access-Control-Allow-Headers", "x-a"))
        return 200, (*allowed, *lists)
    return 201, allowed


def test_what_is_live_is_as_the_files_say() -> None:
    with serving(as_configured) as (there, asked):
        found = compare(FETCH, checked(FETCH, configuration(SERVICE)).verdict, STANDARD, timeout=10, connect=there)
    assert (found.verdict.is_allowed, found.differences) == (True, ())
    assert [(method, path, headers["host"]) for method, path, headers in asked] == [
        ("OPTIONS", "/orders?a", "orders.test"),
        ("PUT", "/orders?a", "orders.test"),
    ]
    assert asked[0][2]["access-control-request-headers"] == "x-a"
    assert asked[1][2]["x-a"] == "1"


def test_each_difference_is_told() -> None:
    with serving(lambda *_: (403, (("Access-Control-Allow-Origin", "*"), ("X-Other", "1")))) as (there, _):
        found = compare(FETCH, checked(FETCH, configuration(SERVICE)).verdict, STANDARD, timeout=10, connect=there)
    assert not found.verdict.is_allowed
    assert found.differences == (
        Deviation(exchange="preflight", name="status", files="200", served="403"),
        Deviation(exchange="preflight", name="access-control-allow-origin", files="https://app.test", served="*"),
        Deviation(exchange="preflight", name="access-control-allow-methods", files="GET,PUT", served=None),
        Deviation(exchange="preflight", name="access-control-allow-headers", files="X-A", served=None),
        Deviation(exchange="preflight", name="vary", files="Origin", served=None),
    )


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_nothing_answers() -> None:
    port = closed_port()
    sent = Sent(kind=PREFLIGHT, method="OPTIONS", url=f"http://127.0.0.1:{port}/", headers=(), credentials=False)
    with pytest.raises(Unreachable, match=r"`OPTIONS http://127\.0\.0\.1:\d+/` got no answer: .*refused"):
        exchange(sent, timeout=10, connect=None)


def test_an_answer_that_never_comes_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = Endpoint(host="127.0.0.1", port=silent.getsockname()[1])
        sent = Sent(kind=PREFLIGHT, method="OPTIONS", url="http://a.test/", headers=(), credentials=False)
        with pytest.raises(Unreachable, match="timed out"):
            exchange(sent, timeout=0.05, connect=there)


def test_what_speaks_no_tls_is_no_https() -> None:
    with serving(as_configured) as (there, _):
        sent = Sent(kind=PREFLIGHT, method="OPTIONS", url="https://a.test/", headers=(), credentials=False)
        with pytest.raises(Unreachable, match="got no answer: TLS fails"):
            exchange(sent, timeout=10, connect=there)


@contextmanager
def saying(words: bytes) -> Iterator[Endpoint]:
    """Take one connection, say the same whatever is asked, and close it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def say() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(words)

        thread = threading.Thread(target=say)
        thread.start()
        try:
            yield Endpoint(host="127.0.0.1", port=server.getsockname()[1])
        finally:
            thread.join()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"SSH-2.0-Server\r\n", "what was sent back is not HTTP: SSH-2.0-Server"),
        (b"", "the connection was closed instead"),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n", "what was sent back is not HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "what was sent back is not HTTP"),
    ],
)
def test_what_speaks_no_http_is_no_answer(words: bytes, message: str) -> None:
    sent = Sent(kind=PREFLIGHT, method="OPTIONS", url="http://a.test/", headers=(), credentials=False)
    with saying(words) as there, pytest.raises(Unreachable, match=message):
        exchange(sent, timeout=10, connect=there)


def test_a_certificate_that_browsers_refuse_is_refused(tmp_path: Path) -> None:
    sent = Sent(kind=PREFLIGHT, method="OPTIONS", url="https://a.test/", headers=(), credentials=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for name, text in zip(("chain", "key"), key_pair("a.test"), strict=True):
        (tmp_path / name).write_text(text)
    context.load_cert_chain(tmp_path / "chain", tmp_path / "key")
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(Unreachable, match="its certificate is refused, as browsers do: self-signed"):
                exchange(sent, timeout=10, connect=Endpoint(host="127.0.0.1", port=server.server_port))
        finally:
            server.shutdown()
            thread.join()


def test_a_redirect_is_followed_to_where_it_leads() -> None:
    port = closed_port()

    def redirecting(method: str, headers: dict[str, str]) -> tuple[int, Headers]:
        status, lines = as_configured(method, headers)
        return (status, lines) if method == "OPTIONS" else (307, (*lines, ("Location", f"http://127.0.0.1:{port}/")))

    verdict = checked(FETCH, configuration(SERVICE)).verdict
    with (
        serving(redirecting) as (there, asked),
        pytest.raises(Unreachable, match=f"`OPTIONS http://127.0.0.1:{port}/`"),
    ):
        compare(FETCH, verdict, STANDARD, timeout=10, connect=there)
    assert [method for method, _, _ in asked] == ["OPTIONS", "PUT"]
