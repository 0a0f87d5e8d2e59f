"""The server with real gRPC clients; that Envoy is one is shown in `tests/serve`."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc import aio

from crossgate.xds.address import Address, TcpAddress, UnixAddress
from crossgate.xds.delta import Accepted, Refused
from crossgate.xds.server import Outcome, Server
from crossgate.xds.snapshot import Snapshot
from crossgate.xds.type_urls import CLUSTER
from crossgate.xds.wire import DELTA_METHOD, SERVICE
from tests.unit.xds.builders import snapshot_of
from tests.unit.xds.client import Client

WITHIN = 10.0


@contextlib.asynccontextmanager
async def connected(address: Address, server: Server, node: str = "n") -> AsyncIterator[Client]:
    port = await server.start(address)
    target = str(TcpAddress(host=address.host, port=port)) if isinstance(address, TcpAddress) else str(address)
    try:
        async with aio.insecure_channel(target) as channel, asyncio.timeout(WITHIN):
            client = Client(channel, node)
            await client.subscribe()
            yield client
    finally:
        await server.stop()


def clusters(**versions: str) -> Snapshot:
    return snapshot_of(clusters=versions)


def in_folder(folder: Path, test: Callable[[UnixAddress], Awaitable[None]]) -> None:
    asyncio.run(_await(test(UnixAddress(path=folder / "xds.sock"))))


async def _await(test: Awaitable[None]) -> None:
    await test


def test_a_client_gets_each_snapshot_and_the_publisher_its_outcome(tmp_path: Path) -> None:
    async def test(address: UnixAddress) -> None:
        server = Server()
        async with connected(address, server) as client:
            first = server.publish(clusters(a="1", b="1"))
            assert await client.accept() == ["a", "b"]
            assert await first.outcome("n") == Accepted(snapshot_version=first.snapshot.version)

            second = server.publish(clusters(a="1", b="2"))
            assert await client.accept() == ["b"]
            assert await second.outcome("n") == Accepted(snapshot_version=second.snapshot.version)

    in_folder(tmp_path, test)


def test_a_refusal_is_the_outcome_and_the_next_snapshot_mends_it(tmp_path: Path) -> None:
    async def test(address: UnixAddress) -> None:
        server = Server()
        async with connected(address, server) as client:
            good = server.publish(clusters(a="1"))
            await client.accept()
            await good.outcome("n")

            bad = server.publish(clusters(a="2"))
            await client.refuse("bad cluster")
            assert await bad.outcome("n") == Refused(
                snapshot_version=bad.snapshot.version, type_url=CLUSTER, names=("a",), detail="bad cluster"
            )

            again = server.publish(good.snapshot)
            assert await client.accept() == ["a"]
            assert isinstance(await again.outcome("n"), Accepted)

    in_folder(tmp_path, test)


def test_each_client_has_an_outcome_of_its_own(tmp_path: Path) -> None:
    async def test(address: UnixAddress) -> None:
        events: list[tuple[str, type[Outcome]]] = []
        server = Server(lambda node, outcome: events.append((node, type(outcome))))
        async with connected(address, server, "one") as one, aio.insecure_channel(str(address)) as channel:
            other = Client(channel, "other")
            await other.subscribe()
            publication = server.publish(clusters(a="1"))
            await other.refuse("no")
            assert isinstance(await publication.outcome("other"), Refused)
            await one.accept()
            assert isinstance(await publication.outcome("one"), Accepted)
        assert events == [("other", Refused), ("one", Accepted)]

    in_folder(tmp_path, test)


def test_the_socket_is_private(tmp_path: Path) -> None:
    async def test(address: UnixAddress) -> None:
        async with connected(address, Server()):
            assert address.path.stat().st_mode & 0o777 == 0o600

    in_folder(tmp_path, test)


def test_it_serves_over_tcp_as_well() -> None:
    async def test() -> None:
        server = Server()
        async with connected(TcpAddress(host="127.0.0.1", port=0), server) as client:
            server.publish(clusters(a="1"))
            assert await client.accept() == ["a"]

    asyncio.run(test())


def test_an_address_that_is_taken_is_an_error() -> None:
    async def test(port: int) -> None:
        with pytest.raises(OSError, match=str(port)):
            await Server().start(TcpAddress(host="127.0.0.1", port=port))

    with socket.create_server(("127.0.0.1", 0)) as taken:
        asyncio.run(test(taken.getsockname()[1]))


def test_a_message_that_cannot_be_read_ends_the_stream_only(tmp_path: Path) -> None:
    async def test(address: UnixAddress) -> None:
        server = Server()
        async with connected(address, server) as client:
            server.publish(clusters(a="1"))
            async with aio.insecure_channel(str(address)) as channel:
                raw: Any = channel
                stream = raw.stream_stream(f"/{SERVICE}/{DELTA_METHOD}")()
                await stream.write(b"\xff\xff")
                with pytest.raises(aio.AioRpcError) as refused:
                    await stream.read()
                assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
            assert await client.accept() == ["a"]

    in_folder(tmp_path, test)
