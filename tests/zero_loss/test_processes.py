"""A process that is killed, and an upstream that is slow or gone, and clients that say nothing for long."""

import asyncio
import contextlib
import os
import resource
import signal
import time
from collections.abc import Iterator

import pytest

from tests.serve.harness import accepts, eventually
from tests.zero_loss.clients import Address, Http1, Lost, Request, WebSocket
from tests.zero_loss.conftest import Run
from tests.zero_loss.http2 import Http2
from tests.zero_loss.load import constant_load
from tests.zero_loss.scene import scene
from tests.zero_loss.site import KINDS, ORIGIN
from tests.zero_loss.waiting import until

KIND = KINDS[0]
ASKED = Request(host=KIND.host, path="/stable", headers=(("origin", ORIGIN),))
IDLE = 2_000


@pytest.fixture
def many_files() -> Iterator[int]:
    """Open as many files as the system lets us; yield how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * IDLE if hard == resource.RLIM_INFINITY else min(hard, 3 * IDLE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_envoy_serves_on_when_the_control_plane_is_killed(run: Run) -> None:
    async def check() -> Address:
        async with scene() as there, constant_load(there.targets()) as book:
            before = book.total
            await until(lambda: book.total > before + 100)
            orphan = there.gateway.kill()
            after = book.total
            await until(lambda: book.total > after + 500)
            address = there.addresses[KIND.listener]
            again = run(
                str(there.site.folder / f"{KIND.name}.json"), f"--listen={KIND.listener}=127.0.0.1:{address[1]}"
            )
            assert await asyncio.to_thread(again.process.wait, 30) == 2
            assert again.err.until("error:")[-1] == (
                f"error: listener `{KIND.listener}` can't have `127.0.0.1:{address[1]}`: "
                f"the Envoy of a crossgate that was killed still serves there (process {orphan})"
            )
            assert again.err.next() == f"  help: end it with `kill {orphan}`, and start again"
        assert book.lost == []
        assert book.closed.total() == 0
        return address

    address = asyncio.run(check())

    eventually(lambda: not accepts("http://{}:{}".format(*address)))


def test_the_next_crossgate_takes_over_once_the_orphan_is_ended(run: Run) -> None:
    async def check() -> None:
        async with scene() as there:
            address = there.addresses[KIND.listener]
            os.kill(there.gateway.kill(), signal.SIGTERM)
            await asyncio.to_thread(eventually, lambda: not accepts("http://{}:{}".format(*address)))
            port = there.upstreams["base"].port
            again = run(
                str(there.site.folder / f"{KIND.name}.json"),
                f"--listen={KIND.listener}=127.0.0.1:{address[1]}",
                f"--resolve={KIND.backend.format('base')}=127.0.0.1:{port}",
            )
            assert await asyncio.to_thread(again.ready, 1) == {KIND.listener: address}
            client = await Http1.open(address)
            assert (await client.exchange(ASKED)).status == 200
            await client.close()

    asyncio.run(check())


def test_a_killed_envoy_is_back_within_a_second() -> None:
    async def check() -> list[float]:
        gaps = []
        async with scene() as there:
            for _ in range(3):
                envoy = there.gateway.envoy()
                assert envoy is not None
                os.kill(envoy, signal.SIGKILL)
                began = time.monotonic()
                await asyncio.to_thread(there.gateway.err.until, "envoy died")
                gaps.append(await _until_answered(there.addresses[KIND.listener]) - began)
                await asyncio.to_thread(there.gateway.err.until, "envoy is back and serving")
            # What was live before is live again, and so is what changes now.
            await there.changes.make()
        return gaps

    gaps = asyncio.run(check())

    assert min(gaps) < 1.0, gaps


async def _until_answered(address: Address) -> float:
    """Wait for an answer; return when it came."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(Lost):
                client = await Http1.open(address)
                try:
                    if (await client.exchange(ASKED)).status == 200:
                        return time.monotonic()
                finally:
                    await client.close()
            await asyncio.sleep(0.005)


def test_thousands_of_idle_connections_stay_and_answer(many_files: int) -> None:
    count = min(IDLE, (many_files - 1_000) // 2)

    async def check() -> None:
        async with scene() as there:
            address = there.addresses[KIND.listener]
            idle = [await Http1.open(address) for _ in range(count)]
            for client in idle[::10]:
                await client.exchange(ASKED)
            for _ in range(5):
                await there.changes.make()
            for client in idle:
                answer = await client.exchange(ASKED)
                assert (answer.status, answer.value("access-control-allow-origin")) == (200, ORIGIN)
                assert not client.is_closing
            for client in idle:
                await client.close()

    assert count >= 500, "the system's limit of open files is too low for this test"
    asyncio.run(check())


def test_what_is_under_way_on_a_route_that_goes_ends_well() -> None:
    async def check() -> None:
        async with scene() as there:
            site, upstream = there.site, there.upstreams["one"]
            address = there.addresses[KIND.listener]
            slow = Request(host=KIND.host, path="/moving/slow", headers=ASKED.headers)
            socket = await WebSocket.open(address, Request(host=KIND.host, path="/moving", headers=ASKED.headers))
            one, two = await Http1.open(address), await Http2.open(address)
            waiting = [asyncio.create_task(client.exchange(slow)) for client in (one, two)]
            await upstream.waiting.wait()

            site.change(KIND, backend=1, version=1)
            await asyncio.to_thread(there.gateway.err.until, "configuration reloaded")
            new = await Http1.open(address)
            answer = await new.exchange(Request(host=KIND.host, path="/moving", headers=ASKED.headers))
            assert answer.value("x-upstream") == "two"
            assert not any(task.done() for task in waiting)
            upstream.go_on.set()

            assert [(await task).body for task in waiting] == [b"slow", b"slow"]
            assert await socket.exchange(b"still there") == b"still there"
            for client in (one, two, new, socket):
                await client.close()

    asyncio.run(check())
