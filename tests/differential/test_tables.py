"""Engine = Envoy: whatever a table says, both readings of it answer every request alike."""

import itertools
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.respond import Response
from crossgate.model.gateway import Listener
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.model.table import Table
from tests.property.gateways import BACKEND, placed, sockets
from tests.property.requests import Sent, origins_to_try, requests
from tests.support.backend import asked
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection, Lines

Case = tuple[tuple[Listener, ...], list[Sent]]

MOST_CASES = 10
MOST_ORIGINS = 80
first_ports = itertools.count(1, MOST_CASES)
cases = st.tuples(sockets(), st.lists(requests, min_size=1, max_size=6))


@given(batch=st.lists(cases, min_size=1, max_size=MOST_CASES))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_both_readings_of_a_table_agree(plane: DataPlane, backend: Endpoint, batch: list[Case]) -> None:
    first = next(first_ports)
    config = with_endpoints(placed([listeners for listeners, _ in batch], first), {BACKEND: (backend,)})
    engine = Engine(config)
    paths = plane.serve(config)
    for port, (_, shapes) in enumerate(batch, start=first):
        with Connection(paths[port]) as connection:
            for sent, origin in tries(engine, port, shapes):
                lines = [("Host", sent.host), *origin, *sent.lines, asked(sent.status, sent.answered, sent.body)]
                upstream = Response(status=sent.status, headers=sent.answered, body=sent.body)
                assert_read_alike(engine, port, connection, sent.method, sent.target, lines, upstream)


def tries(engine: Engine, port: int, shapes: list[Sent]) -> Iterator[tuple[Sent, Lines]]:
    """Yield every request without Origin and with two, and if it reaches a table with near misses of its origins."""
    for shape in shapes:
        yield shape, ()
        yield shape, (("Origin", "http://a.test"), ("origin", "http://b.a.test"))
        yield shape, (("Origin", ""), ("origin", "http://a.test"))
        if (table := reached_table(engine, port, shape)) is not None:
            origins = origins_to_try(table, shape.host)
            yield from ((shape, (("Origin", origin),)) for origin in origins[:: 1 + len(origins) // MOST_ORIGINS])


def reached_table(engine: Engine, port: int, sent: Sent) -> Table | None:
    request = receive(sent.method, sent.target, [("Host", sent.host), *sent.lines], scheme="http")
    return None if isinstance(request, BadRequest) else engine.decide(request, port=port).table
