"""Every kind of traffic gets through every row that continues, in each of the examples."""

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read_paths
from crossgate.envoy.limits import TIMEOUTS
from crossgate.envoy.resources import ROUTES, resources
from crossgate.model.gateway import GatewayConfig
from crossgate.model.table import Continue
from tests.serve.harness import eventually
from tests.zero_loss.clients import Address, Answer, Http1, Lost, Request, WebSocket
from tests.zero_loss.examples import EXAMPLES, Example, Row
from tests.zero_loss.gateway import Gateway
from tests.zero_loss.http2 import Http2
from tests.zero_loss.upstream import Upstream

LONG = b"0123456789abcdef" * 2**16 * 3
"""An upload of 3 MiB: many times what is buffered on the way."""


NAMED = attrgetter("name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An example that is served."""

    example: Example
    gateway: Gateway
    upstream: Upstream
    address: Address


@pytest.fixture(scope="module", params=EXAMPLES, ids=NAMED)
def shown(request: pytest.FixtureRequest, runner: asyncio.Runner) -> Iterator[Shown]:
    example: Example = request.param
    upstream = runner.run(Upstream().start())
    gateway = Gateway(
        str(example.folder),
        f"--listen={example.listener}=127.0.0.1:0",
        f"--resolve={example.backend}=127.0.0.1:{upstream.port}",
    )
    try:
        address = gateway.ready(1)[example.listener]
        yield Shown(example=example, gateway=gateway, upstream=upstream, address=address)
    finally:
        gateway.clean_up()
        runner.run(upstream.stop())


def rows_for(shown: Shown, method: str) -> list[Row]:
    """Return the rows that requests of this method get through."""
    return [row for row in shown.example.rows if method in row.methods]


def config_of(example: Example) -> GatewayConfig:
    config = read_paths([str(example.folder)], io.StringIO(), ReadOptions(), Diagnostics())
    assert config is not None
    return config


def granted(answer: Answer) -> str | None:
    return answer.value("access-control-allow-origin")


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMED)
def test_the_examples_have_no_other_row_that_continues(example: Example) -> None:
    tables = [route.table for route in config_of(example).routes() if route.table is not None]

    continuing = {row.name for table in tables for row in table.rows if isinstance(row.action, Continue)}

    assert continuing == {row.name for row in example.rows}


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMED)
def test_nothing_bounds_an_exchange_but_silence(example: Example) -> None:
    config = config_of(example)
    compiled = resources(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)))[ROUTES]
    routes = [
        route["route"]
        for routes in compiled.values()
        for host in routes["virtual_hosts"]
        for route in host["routes"]
        if "route" in route
    ]

    assert routes
    assert {route["timeout"] for route in routes} == {"0s"}
    assert {route.get("idle_timeout") for route in routes} == {example.silence}
    assert TIMEOUTS["stream_idle_timeout"] == "3600s"


def test_head(shown: Shown, runner: asyncio.Runner) -> None:
    async def ask(row: Row, client: Http1 | Http2) -> Answer:
        return await client.exchange(shown.example.request(row, method="HEAD"))

    async def check() -> None:
        one, two = await Http1.open(shown.address), await Http2.open(shown.address)
        for row in rows_for(shown, "HEAD"):
            for client in (one, two):
                answer = await ask(row, client)
                assert (answer.status, granted(answer), answer.body) == (200, row.grants, b""), row
                assert int(answer.value("content-length") or 0) > 0
        await one.close()
        await two.close()

    assert rows_for(shown, "HEAD")
    runner.run(check())


def test_long_uploads(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        one, two = await Http1.open(shown.address), await Http2.open(shown.address)
        for row in shown.example.rows:
            method = "POST" if "POST" in row.methods else "OPTIONS"
            for client in (one, two):
                answer = await client.exchange(shown.example.request(row, method=method, body=LONG))
                arrived = f"{method} {shown.example.prefix} {len(LONG)} {hashlib.sha256(LONG).hexdigest()}"
                assert (answer.status, granted(answer), answer.body.decode()) == (200, row.grants, arrived), row
        await one.close()
        await two.close()

    runner.run(check())


def test_websockets(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        for row in rows_for(shown, "GET"):
            request = shown.example.request(row, method="GET")
            client = await WebSocket.open(shown.address, request)
            assert await client.exchange(b"first") == b"first", row
            assert await client.exchange(b"second") == b"second", row
            await client.close()

    assert len(rows_for(shown, "GET")) >= len(shown.example.rows) - 1
    runner.run(check())


@pytest.mark.parametrize("shown", [example for example in EXAMPLES if example.refused], indirect=True, ids=NAMED)
def test_a_websocket_whose_origin_is_refused_is_not_opened(shown: Shown, runner: asyncio.Runner) -> None:
    request = Request(host=shown.example.host, path=shown.example.prefix, headers=shown.example.refused)

    with pytest.raises(Lost, match="the upgrade is answered with 403"):
        runner.run(WebSocket.open(shown.address, request))


def test_server_sent_events(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        clients = []
        for row in rows_for(shown, "GET"):
            client = await Http1.open(shown.address)
            await client.send(shown.example.request(row, "/events", method="GET"))
            answer = await client.head()
            assert (answer.status, granted(answer)) == (200, row.grants), row
            assert await client.chunk() == b"data: first\n\n"  # at once, although the answer has no end yet
            clients.append(client)
        shown.upstream.go_on.set()
        for client in clients:
            assert [await client.chunk(), await client.chunk()] == [b"data: last\n\n", b""]
            await client.close()
        shown.upstream.go_on.clear()

    runner.run(check())


@pytest.mark.parametrize("status", [302, 404, 500, 503])
def test_the_errors_and_redirects_of_an_upstream_carry_the_edits_of_the_row(
    shown: Shown, runner: asyncio.Runner, status: int
) -> None:
    async def check() -> None:
        client = await Http1.open(shown.address)
        for row in rows_for(shown, "GET"):
            answer = await client.exchange(shown.example.request(row, f"/status/{status}", method="GET"))
            assert (answer.status, granted(answer), answer.body) == (status, row.grants, str(status).encode()), row
            assert (answer.value("location") is not None) == (status == 302)
            assert row.grants is None or answer.value("access-control-expose-headers") is not None
        await client.close()

    runner.run(check())


def test_an_upstream_that_hangs_up_is_told_with_the_edits_of_the_row(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        client = await Http1.open(shown.address)
        for row in rows_for(shown, "GET"):
            answer = await client.exchange(shown.example.request(row, "/hang-up", method="GET"))
            assert (answer.status, granted(answer)) == (shown.example.fails, row.grants), row
        await client.close()

    runner.run(check())


def test_each_row_was_the_one_that_was_meant(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        client = await Http1.open(shown.address)
        for row in shown.example.rows:
            await client.exchange(shown.example.request(row, method=row.methods[-1]))
        await client.close()

    runner.run(check())
    meant = {f"{shown.example.prefix}?row={row.name}": row.name for row in shown.example.rows}

    def logged() -> dict[str, str]:
        lines = [json.loads(line) for line in list(shown.gateway.err.kept_aside)]
        return {line["path"]: line["row"] for line in lines if line["path"] in meant}

    eventually(lambda: logged() == meant)


def test_an_upstream_that_is_gone_is_told_with_the_edits_of_the_row(shown: Shown, runner: asyncio.Runner) -> None:
    async def check() -> None:
        await shown.upstream.stop()
        client = await Http1.open(shown.address)
        for row in rows_for(shown, "GET"):
            answer = await client.exchange(shown.example.request(row, method="GET"))
            assert (answer.status, granted(answer)) == (shown.example.fails, row.grants), row
            assert row.grants is None or answer.value("access-control-expose-headers") is not None
        await shown.upstream.start(shown.upstream.port)
        for row in rows_for(shown, "GET"):
            answer = await client.exchange(shown.example.request(row, method="GET"))
            assert (answer.status, granted(answer)) == (200, row.grants), row
        await client.close()

    runner.run(check())
