"""Engine = Envoy: whatever a table says, both readings of it answer every request alike."""

import itertools
import ssl
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.respond import Response
from crossgate.model.gateway import Listener
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.model.table import Table
from tests.differential.effort import effort
from tests.property.gateways import BACKEND, placed, secure_sockets, sockets
from tests.property.requests import Sent, origins_to_try, requests
from tests.support.backend import asked
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.shown import anybody
from tests.support.wire import Connection, Lines

Case = tuple[tuple[Listener, ...], str | None, list[Sent]]
"""The listeners of a socket, the server name that a client asks for, and its requests."""

MOST_CASES = 10
MOST_ORIGINS = 80
first_ports = itertools.count(1, MOST_CASES)
cases = st.tuples(
    sockets() | secure_sockets(),
    st.sampled_from(["a.test", "b.a.test", "c.b.a.test", "other.test", None]),
    st.lists(requests, min_size=1, max_size=6),
)


@given(batch=st.lists(cases, min_size=1, max_size=MOST_CASES))
@effort(40)
def test_both_readings_of_a_table_agree(plane: DataPlane, backend: Endpoint, batch: list[Case]) -> None:
    first = next(first_ports)
    config = with_endpoints(placed([listeners for listeners, *_ in batch], first), {BACKEND: (backend,)})
    engine = Engine(config)
    paths = plane.serve(config)
    for port, (_, server_name, shapes) in enumerate(batch, start=first):
        handshakes = config.handshakes.get(port)
        if handshakes is not None and handshakes.find(server_name or "") is None:
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                Connection(paths[port], anybody(), server_name)
            continue
        with Connection(paths[port], None if handshakes is None else anybody(), server_name) as connection:
            for sent, origin in tries(engine, port, server_name, shapes):
                lines = [("Host", sent.host), *origin, *sent.lines, asked(sent.status, sent.answered, sent.body)]
                upstream = Response(status=sent.status, headers=sent.answered, body=sent.body)
                assert_read_alike(engine, port, connection, sent.method, sent.target, lines, upstream)


def tries(engine: Engine, port: int, server_name: str | None, shapes: list[Sent]) -> Iterator[tuple[Sent, Lines]]:
    """Yield every request without Origin and with two, and if it reaches a table with near misses of its origins."""
    for shape in shapes:
        yield shape, ()
        yield shape, (("Origin", "http://a.test"), ("origin", "http://b.a.test"))
        yield shape, (("Origin", ""), ("origin", "http://a.test"))
        if (table := reached_table(engine, port, server_name, shape)) is not None:
            origins = origins_to_try(table, shape.host, engine.config.ports[port][0].scheme)
            yield from ((shape, (("Origin", origin),)) for origin in origins[:: 1 + len(origins) // MOST_ORIGINS])


def reached_table(engine: Engine, port: int, server_name: str | None, sent: Sent) -> Table | None:
    scheme, lines = engine.config.ports[port][0].scheme, [("Host", sent.host), *sent.lines]
    request = receive(sent.method, sent.target, lines, scheme=scheme, server_name=server_name)
    return None if isinstance(request, BadRequest) else engine.decide(request, port=port).table
