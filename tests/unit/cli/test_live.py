"""What is sent and compared, with a server on loopback in the place of a gateway."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crossgate.browser.exchanges import PREFLIGHT, Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD
from crossgate.cli.live import Unreachable, compare, exchange
from crossgate.cli.served import Difference
from crossgate.model.routes import Endpoint
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
        Difference(exchange="preflight", name="status", files="200", served="403"),
        Difference(exchange="preflight", name="access-control-allow-origin", files="https://app.test", served="*"),
        Difference(exchange="preflight", name="access-control-allow-methods", files="GET,PUT", served=None),
        Difference(exchange="preflight", name="access-control-allow-headers", files="X-A", served=None),
        Difference(exchange="preflight", name="vary", files="Origin", served=None),
    )


def test_nothing_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
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
        with pytest.raises(Unreachable, match="got no answer"):
            exchange(sent, timeout=10, connect=there)
