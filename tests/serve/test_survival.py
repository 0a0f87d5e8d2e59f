"""An Envoy that dies, and requests that are under way when the gateway stops."""

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.serve.conftest import Run
from tests.serve.harness import accepts, answers, eventually, get, is_running, write


class SlowUpstream(ThreadingHTTPServer):
    """Answers only once it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.go_on = threading.Event()
        super().__init__(("127.0.0.1", 0), SlowHandler)


class SlowHandler(BaseHTTPRequestHandler):
    server: SlowUpstream

    def do_GET(self) -> None:
        self.server.asked.set()
        self.server.go_on.wait()
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        # The gateway may have given up on it.
        with contextlib.suppress(OSError):
            self.wfile.write(b"slow")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def upstream() -> Iterator[SlowUpstream]:
    with SlowUpstream() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.go_on.set()
        server.shutdown()
        thread.join()


def test_an_envoy_that_is_killed_is_replaced_and_serves_the_same_at_the_same_place(run: Run, tmp_path: Path) -> None:
    gateway = run(write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"}))
    _, url = gateway.ready()
    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "two"})
    gateway.err.until("configuration reloaded")
    first = gateway.envoy()
    assert first is not None

    os.kill(first, signal.SIGKILL)

    assert gateway.err.next() == "crossgate: envoy died (killed by SIGKILL); starting it again in 0.1 s"
    assert gateway.err.next() == "crossgate: envoy is back and serving"
    assert get(url) == "two"
    assert gateway.envoy() != first
    write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "three"})
    gateway.err.until("configuration reloaded: 1 changed resource")
    assert get(url) == "three"


def test_the_waits_grow_when_it_dies_again_and_again(run: Run, tmp_path: Path) -> None:
    gateway = run(write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"}))
    gateway.ready()

    waits = []
    for _ in range(3):
        envoy = gateway.envoy()
        assert envoy is not None
        os.kill(envoy, signal.SIGKILL)
        waits.append(gateway.err.until("envoy died")[-1].rpartition(" in ")[2])
        gateway.err.until("envoy is back")

    assert waits == ["0.1 s", "0.2 s", "0.4 s"]


def test_an_envoy_is_not_started_on_a_port_that_was_taken_meanwhile(run: Run, tmp_path: Path, free_port: int) -> None:
    gateway = run(write(tmp_path / "site.json", {"name": "web", "port": free_port, "body": "one"}))
    gateway.ready()
    envoy = gateway.envoy()
    assert envoy is not None

    # Bound with Envoy still there, listening as soon as it is gone: no connection may reach the wrong program.
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        thief.bind(("127.0.0.1", free_port))
        thief.listen()
        os.kill(envoy, signal.SIGKILL)
        assert "another program listens there" in gateway.err.until("error:")[-1]
        gateway.err.until("trying again")

    gateway.err.until("envoy is back")
    assert get(f"http://127.0.0.1:{free_port}") == "one"


def test_a_request_that_is_under_way_is_answered_before_the_end(
    run: Run, tmp_path: Path, upstream: SlowUpstream
) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "upstream": upstream.server_port})
    gateway = run("--drain-within", "20", file)
    _, url = gateway.ready()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(get, url)
        upstream.asked.wait()

        gateway.process.terminate()
        gateway.err.until("stopping")
        # Nobody gets in any more, while the one that is in is waited for.
        eventually(lambda: not accepts(url))
        assert gateway.process.poll() is None
        upstream.go_on.set()

        assert answer.result() == "slow"
    assert gateway.wait() == 0


def test_a_request_that_never_ends_is_waited_for_only_so_long(run: Run, tmp_path: Path, upstream: SlowUpstream) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "upstream": upstream.server_port})
    gateway = run("--drain-within", "0.2", file)
    _, url = gateway.ready()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(answers, url, "slow")
        upstream.asked.wait()

        assert gateway.stop() == 0
        assert not answer.result()


def test_a_second_signal_ends_the_wait(run: Run, tmp_path: Path, upstream: SlowUpstream) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "upstream": upstream.server_port})
    gateway = run("--drain-within", "600", file)
    _, url = gateway.ready()
    envoy = gateway.envoy()
    assert envoy is not None
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(answers, url, "slow")
        upstream.asked.wait()
        gateway.process.terminate()
        gateway.err.until("stopping")

        assert gateway.stop(signal.SIGINT) == 0
        assert not answer.result()
    assert not is_running(envoy)
