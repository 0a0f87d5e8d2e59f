"""Engine = Envoy for hosts whose routes are a tree of paths, and both equal the list that the tree was made of."""

import itertools
import json
from collections.abc import Iterator

import pytest
from hypothesis import given

from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.routing import is_match
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from tests.differential.effort import effort
from tests.property.many_routes import crowded_hosts, paths_near
from tests.support.data_plane import DECIDED, DataPlane, running_data_plane
from tests.support.wire import Connection

SHAPES = (("GET", ()), ("POST", (("x-a", "1"),)))
PORTS = itertools.count(1)


@pytest.fixture(scope="module")
def plane() -> Iterator[DataPlane]:
    with running_data_plane() as found:
        yield found


@given(host=crowded_hosts())
@effort(60)
def test_a_tree_of_paths_finds_the_route_that_the_list_has_first(plane: DataPlane, host: HostRoutes) -> None:
    assert host.tree is not None
    port = next(PORTS)
    config = GatewayConfig(listeners=(Listener(name="crowded", port=port, hosts=(host,)),))
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        for target, (method, lines) in itertools.product(paths_near(host), SHAPES):
            _compare(engine, host, port, connection, method, target, [("Host", "a.test"), *lines])


def _compare(
    engine: Engine,
    host: HostRoutes,
    port: int,
    connection: Connection,
    method: str,
    target: str,
    lines: list[tuple[str, str]],
) -> None:
    request = receive(method, target, lines, scheme="http")
    if isinstance(request, BadRequest):
        return
    listed = next((route for route in host.routes if is_match(route.match, request, "a.test")), None)
    found = engine.decide(request, port=port).routed.route
    assert found is listed, target
    answer = connection.exchange(method, target, lines)
    said = json.loads("".join(answer.values(DECIDED)) or "{}")
    assert said.get("route") == (None if listed is None else listed.name), target
    assert answer.status == (204 if listed is not None else host.unmatched.answer.status), target
