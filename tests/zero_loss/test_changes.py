"""Under constant load, changes lose no request and no connection.

Thirty changes by default; CROSSGATE_CHANGES=200 makes so many.
"""

import asyncio
import os
from pathlib import Path

from tests.zero_loss.changes import until_shown
from tests.zero_loss.clients import Answer
from tests.zero_loss.conftest import Run
from tests.zero_loss.gateway import Gateway
from tests.zero_loss.load import Book, Target, constant_load
from tests.zero_loss.scene import scene
from tests.zero_loss.site import BASE, ORIGIN, WILDCARD, wildcard_host, write
from tests.zero_loss.upstream import Upstream
from tests.zero_loss.waiting import until

A_DAY = 24 * 60 * 60
COUNT = int(os.environ.get("CROSSGATE_CHANGES", "30"))


def test_changes_of_routes_and_policies_lose_no_request_and_no_connection() -> None:
    async def check() -> tuple[Book, list[float]]:
        async with scene() as there:
            async with constant_load(there.targets()) as book:
                for _ in range(COUNT):
                    await there.changes.make()
            return book, there.changes.took

    book, took = asyncio.run(check())

    assert book.lost == []
    assert book.closed.total() == 0
    # One connection each: nothing was closed and opened again.
    assert book.connections == {"HTTP/1.1": 9, "HTTP/2": 9, "WebSocket": 6}
    assert len(took) == COUNT
    # There was a load: every client asked, and saw the extra route there and not there.
    assert min(book.sent.values()) > COUNT
    assert set(book.statuses) == {200, 404}


def option_of(gateway: Gateway, name: str) -> str:
    """Return what the Envoy of a gateway was started with."""
    arguments = Path(f"/proc/{gateway.envoy()}/cmdline").read_text(encoding="utf-8").split("\0")
    return arguments[arguments.index(name) + 1]


def is_granted(answer: Answer) -> bool:
    return answer.value("access-control-allow-origin") == ORIGIN


def test_a_change_of_a_listener_itself_ends_connections_only_after_their_next_answer(run: Run, tmp_path: Path) -> None:
    """The first policy for a wildcard host changes how every request of the listener is looked at."""
    file = tmp_path / "higress.json"
    write(file, wildcard_host(has_policy=False))

    async def check() -> Book:
        upstream = await Upstream().start()
        gateway = run(file, "--listen=127.0.0.1:0", f"--resolve={BASE}.example:80=127.0.0.1:{upstream.port}")
        address = (await asyncio.to_thread(gateway.ready, 1))["higress"]
        target = Target(address=address, host=f"a.{WILDCARD}", path="/stable", grant=None)
        async with constant_load([target]) as book:
            await until(lambda: book.total > 50)
            write(file, wildcard_host(has_policy=True))
            await until_shown(address, target.request, is_granted)
            # Each connection is followed by another one, but the WebSocket goes on.
            await until(lambda: book.connections == {"HTTP/1.1": 2, "HTTP/2": 2, "WebSocket": 1})
            write(file, wildcard_host(has_policy=False))
            await until_shown(address, target.request, lambda answer: not is_granted(answer))
            await until(lambda: book.connections == {"HTTP/1.1": 3, "HTTP/2": 3, "WebSocket": 1})
            sent = book.sent["WebSocket"]
            await until(lambda: book.sent["WebSocket"] > sent + 1)
        await upstream.stop()
        # The listener that the WebSocket came by, as it was then, is kept for longer than a test can wait.
        assert int(option_of(gateway, "--drain-time-s")) >= A_DAY
        return book

    book = asyncio.run(check())

    assert book.lost == []
    assert book.closed == {"HTTP/1.1": 2, "HTTP/2": 2}
