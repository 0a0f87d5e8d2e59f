"""Backends behind TLS, and such that speak HTTP/2: real connections, and which of them are refused."""

import asyncio
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.routes import Backend, Endpoint, Forward, PathPrefix, Protocol, Route, RouteMatch, WeightedBackend
from crossgate.records import replace
from tests.support.backend import SEEN, asked, start_backend
from tests.support.data_plane import DataPlane
from tests.support.exchange import Answer
from tests.support.http2_backend import start_http2_backend
from tests.support.shown import AUTHORITY, FOLDER, server
from tests.support.wire import Connection

PORTS = itertools.count(1)


def answer(plane: DataPlane, backend: Backend, roots: str = str(AUTHORITY)) -> Answer:
    """Return what a client gets of a backend, asked for what it saw."""
    port = next(PORTS)
    forward = Forward(backends=(WeightedBackend(backend=backend),), host_rewrite="inside.test")
    match = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
    hosts = (HostRoutes(hostname=ANY_HOST, routes=(Route(name="r", match=match, target=forward),)),)
    config = GatewayConfig(listeners=(Listener(name="l", port=port, hosts=hosts),))
    with Connection(plane.serve(config, roots=roots)[port]) as connection:
        return connection.exchange("GET", "/a", [("Host", "a.test"), asked(200, [], SEEN)])


@contextmanager
def tls_backend(plane: DataPlane, name: str, asked_for: list[str | None]) -> Iterator[Endpoint]:
    """Run a backend that shows a certificate and notes the server names that it is asked for."""
    context = server(name, "http/1.1")
    context.sni_callback = lambda _socket, server_name, _context: asked_for.append(server_name)
    running, port = plane.run(start_backend(context))
    yield Endpoint(host="127.0.0.1", port=port)
    plane.run(_closed(running))


async def _closed(running: asyncio.Server) -> None:
    running.close()


@pytest.mark.parametrize(
    ("shown", "server_name", "is_trusted"),
    [
        ("upstream", "upstream.test", True),
        ("upstream", "127.0.0.1", True),
        ("upstream", "other.test", False),
        ("upstream", "127.0.0.2", False),
        ("a", "deep.a.test", True),
        ("a", "deeper.deep.a.test", False),
    ],
)
def test_a_backend_is_known_by_its_name(plane: DataPlane, shown: str, server_name: str, *, is_trusted: bool) -> None:
    asked_for: list[str | None] = []
    with tls_backend(plane, shown, asked_for) as endpoint:
        found = answer(plane, Backend(name=f"{server_name}:443", endpoints=(endpoint,), server_name=server_name))

    assert found.status == (200 if is_trusted else 503)
    assert set(asked_for) == {None if server_name[0].isdigit() else server_name}
    if is_trusted:
        assert ["host", "inside.test"] in json.loads(found.body)[1]


def test_a_backend_that_no_authority_vouches_for_is_refused(plane: DataPlane) -> None:
    with tls_backend(plane, "upstream", []) as endpoint:
        backend = Backend(name="known.test:443", endpoints=(endpoint,), server_name="upstream.test")
        known = answer(plane, backend)
        unknown = answer(plane, replace(backend, name="unknown.test:443"), roots=str(FOLDER / "a.pem"))

    assert (known.status, unknown.status) == (200, 503)


@pytest.mark.parametrize("server_name", [None, "upstream.test"])
def test_http_2(plane: DataPlane, server_name: str | None) -> None:
    running, port = plane.run(start_http2_backend(None if server_name is None else server("upstream", "h2")))
    endpoint = Endpoint(host="127.0.0.1", port=port)
    found = answer(
        plane,
        Backend(name="h2.test:1", endpoints=(endpoint,), protocol=Protocol.HTTP2, server_name=server_name),
    )
    plane.run(_closed(running))

    assert found.status == 200
    seen = json.loads(found.body)
    assert (seen[":authority"], seen[":path"], seen["alpn"]) == ("inside.test", "/a", server_name and "h2")
