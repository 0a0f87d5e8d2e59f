"""gRPC with a real client and a real server, through the examples whose gateways can say that an upstream speaks it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import grpc
import pytest
from grpc import aio

from tests.zero_loss.clients import Address, Headers, Request
from tests.zero_loss.examples import EXAMPLES, Example, Row
from tests.zero_loss.gateway import Gateway
from tests.zero_loss.http2 import Http2

ECHO = "/anything/Echo"

WRITTEN = {"higress": ("backend-protocol: HTTP", "backend-protocol: GRPC"), "kong": ("url: http:", "url: grpc:")}
"""How an example says that its upstream speaks gRPC: what stands there, and what is to."""

Served = tuple[Example, Address]


async def _echo(requests: AsyncIterator[bytes], _context: "aio.ServicerContext[bytes, bytes]") -> AsyncIterator[bytes]:
    async for request in requests:
        yield request


async def start_server() -> tuple[aio.Server, int]:
    """Serve an echo of streams at any free port."""
    server = aio.server()
    service, method = ECHO.lstrip("/").split("/")
    handler = grpc.stream_stream_rpc_method_handler(_echo)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port


@pytest.fixture(scope="module", params=WRITTEN)
def served(
    request: pytest.FixtureRequest, runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    example = next(example for example in EXAMPLES if example.name == request.param)
    server, port = runner.run(start_server())
    file = _rewritten(example, tmp_path_factory.mktemp("grpc"))
    listen, resolve = f"--listen={example.listener}=127.0.0.1:0", f"--resolve={example.backend}=127.0.0.1:{port}"
    gateway = Gateway(str(file), listen, resolve)
    try:
        yield example, gateway.ready(1)[example.listener]
    finally:
        gateway.clean_up()
        runner.run(server.stop(grace=None))


def _rewritten(example: Example, folder: Path) -> Path:
    before, after = WRITTEN[example.name]
    (file,) = example.files
    text = file.read_text(encoding="utf-8")
    assert before in text
    changed = folder / file.name
    changed.write_text(text.replace(before, after), encoding="utf-8")
    return changed


def call(address: Address, host: str, headers: Headers) -> tuple[aio.Channel, "aio.StreamStreamCall[bytes, bytes]"]:
    channel = aio.insecure_channel("{}:{}".format(*address), options=(("grpc.default_authority", host),))
    return channel, channel.stream_stream(ECHO, None, None)(None, metadata=headers)


async def through(address: Address, host: str, row: Row) -> str | None:
    """Echo a few messages, each sent once the one before is back; return the origin that was granted."""
    channel, stream = call(address, host, row.headers)
    for message in (b"one", b"two", b"three" * 100_000):
        await stream.write(message)
        assert await stream.read() == message
    await stream.done_writing()
    assert not isinstance(await stream.read(), bytes)
    assert await stream.code() is grpc.StatusCode.OK
    metadata = dict(await stream.initial_metadata())
    await channel.close(None)
    grant = metadata.get("access-control-allow-origin")
    return None if grant is None else str(grant)


def test_streams_both_ways_get_through_every_row_that_continues(served: Served, runner: asyncio.Runner) -> None:
    example, address = served
    rows = [row for row in example.rows if "POST" in row.methods]

    grants = [runner.run(through(address, example.host, row)) for row in rows]

    assert grants == [row.grants for row in rows]
    assert len(rows) == len(example.rows)


@pytest.mark.parametrize("served", ["higress"], indirect=True)
def test_a_row_that_refuses_answers_in_the_terms_of_grpc(served: Served, runner: asyncio.Runner) -> None:
    example, address = served

    async def refused() -> tuple[grpc.StatusCode, str | None]:
        channel, stream = call(address, example.host, example.refused)
        code, details = await stream.code(), await stream.details()
        await channel.close(None)
        return code, details

    async def on_the_wire() -> tuple[int, str | None, str | None]:
        client = await Http2.open(address)
        headers = (*example.refused, ("content-type", "application/grpc"))
        answer = await client.exchange(Request(host=example.host, path=ECHO, method="POST", headers=headers))
        await client.close()
        return answer.status, answer.value("grpc-status"), answer.value("access-control-allow-origin")

    assert runner.run(refused()) == (grpc.StatusCode.PERMISSION_DENIED, "Invalid CORS request")
    assert runner.run(on_the_wire()) == (200, "7", None)
