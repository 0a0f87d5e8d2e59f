"""Engine = Envoy for what routes do beside their tables: where requests go, and what routes and backends edit."""

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from crossgate.engine.decide import Engine
from crossgate.engine.respond import Response
from crossgate.fetch.headers import CONTENT_TYPE, LOCATION, ORIGIN
from crossgate.model.conditions import OPTIONS, Not
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.origins import Normalisation
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import (
    Backend,
    Endpoint,
    ExactPath,
    Forward,
    PathRewrite,
    Redirect,
    Route,
    RouteMatch,
    Target,
    WeightedBackend,
)
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.records import replace
from tests.property.gateways import BACKEND, forward, nowhere
from tests.property.gateways import backend as real
from tests.support.backend import SEEN, asked
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection, Lines

PORTS = itertools.count(1)
HOST = ("Host", "a.test")
ORIGINATED = ("Origin", "HTTP://A.test:80/")


def text(value: str) -> Literal:
    return Literal(text=value)


OF_ROUTES: tuple[Callable[[str], tuple[Edit, ...]], ...] = (
    lambda _: (),
    lambda name: (Remove(name=name),),
    lambda name: (Set(name=name, value=text("route, 100%")),),
    lambda name: (Append(name=name, value=text("origin")),),
    lambda name: (Append(name=name, value=text("")), Remove(name=name)),
)
OF_ROWS: tuple[Callable[[str], Edit], ...] = (
    lambda name: Remove(name=name),
    lambda name: Set(name=name, value=text("row")),
    lambda name: Set(name=name, value=Echo(header=ORIGIN), when=OPTIONS),
    lambda name: Set(name=name, value=Echo(header=ORIGIN, missing="none")),
    lambda name: Append(name=name, value=Echo(header=ORIGIN)),
    lambda name: Merge(name=name, member="Origin"),
    lambda name: Merge(name=name, member="Accept", when=Not(condition=OPTIONS)),
)
TARGETS: dict[str, Target] = {
    "forwarded": forward,
    "nowhere": Forward(backends=(WeightedBackend(backend=nowhere),)),
    "missing": Forward(backends=(WeightedBackend(backend=None),)),
    "created": Respond(status=201),
    "refused": Respond(status=403, body="{}", content_type="application/json"),
    "redirected": Redirect(scheme="https", path_rewrite=PathRewrite(pattern="^/", substitution="/new/")),
}


def serve(plane: DataPlane, backend: Endpoint, routes: Sequence[Route]) -> tuple[Engine, int, Connection]:
    port = next(PORTS)
    hosts = (HostRoutes(hostname=ANY_HOST, routes=tuple(routes)),)
    config = GatewayConfig(listeners=(Listener(name="l", port=port, hosts=hosts),))
    config = with_endpoints(config, {BACKEND: (backend,)})
    return Engine(config), port, Connection(plane.serve(config)[port])


def at(path: str) -> RouteMatch:
    return RouteMatch(path=ExactPath(path=path))


def table(*edits: Edit) -> Table:
    return Table(policy="p", rows=(Row(outcome=Outcome.NO_ORIGIN, edits=edits),))


@pytest.mark.parametrize("name", ["vary", "access-control-allow-origin", "x-a", LOCATION, CONTENT_TYPE])
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_edits_of_a_route_come_before_those_of_a_row(
    plane: DataPlane, backend: Endpoint, name: str, target: Target
) -> None:
    of_rows: list[tuple[Edit, ...]] = [()]
    if name != CONTENT_TYPE:
        of_rows += [(edit(name),) for edit in OF_ROWS if name != LOCATION or not isinstance(edit("x-a"), Merge)]
    routes = [
        Route(name=f"{number}", match=at(f"/{number}"), target=target, response_edits=of_route(name), table=tabled)
        for number, (of_route, tabled) in enumerate(
            itertools.product(OF_ROUTES, [None, *(table(*edits) for edits in of_rows)])
        )
    ]
    engine, port, connection = serve(plane, backend, routes)
    with connection:
        for route, method, origin, lines in itertools.product(
            routes, ("GET", "OPTIONS"), ([], [ORIGINATED]), ((), ("a",), ("Origin", "b"))
        ):
            answered = tuple((name, line) for line in lines)
            sent = [HOST, *origin, asked(200, answered, "")]
            upstream = Response(headers=answered)
            assert_read_alike(engine, port, connection, method, f"/{route.name}", sent, upstream)


def test_edits_of_a_backend_come_before_those_of_a_route(plane: DataPlane, backend: Endpoint) -> None:
    routes: list[Route] = []
    for of_backend, of_route, backends in itertools.product(OF_ROUTES, OF_ROUTES, (real, nowhere, None)):
        share = WeightedBackend(backend=backends, response_edits=of_backend("x-a"))
        name = str(len(routes))
        tabled = table(Append(name="x-a", value=text("row")))
        forwarding = Forward(backends=(WeightedBackend(backend=real, weight=0), share))
        routes.append(
            Route(name=name, match=at(f"/{name}"), target=forwarding, response_edits=of_route("x-a"), table=tabled)
        )
    engine, port, connection = serve(plane, backend, routes)
    with connection:
        for route in routes:
            sent = [HOST, asked(200, [("x-a", "up")], "")]
            upstream = Response(headers=(("x-a", "up"),))
            assert_read_alike(engine, port, connection, "GET", f"/{route.name}", sent, upstream)


def seen(connection: Connection, target: str, lines: Lines) -> tuple[str, list[tuple[str, str]]]:
    """Return what the backend sees of a request."""
    first, headers = json.loads(connection.exchange("GET", target, [*lines, asked(200, [], SEEN)]).body)
    return first, [(name, value) for name, value in headers]


def test_a_backend_gets_what_is_left_of_the_request(plane: DataPlane, backend: Endpoint) -> None:
    share = WeightedBackend(
        backend=real,
        request_edits=(Remove(name="x-a"), Append(name="x-b", value=text("100%")), Set(name="x_y", value=text(""))),
    )
    route = Route(
        name="r",
        match=RouteMatch(path=ExactPath(path="/a")),
        target=Forward(
            backends=(share,),
            host_rewrite="b.test",
            path_rewrite=PathRewrite(pattern="^/a", substitution="/b"),
            request_edits=(
                Set(name="x-a", value=text("route")),
                Append(name="x-b", value=text("route")),
                Remove(name="cookie"),
            ),
        ),
    )
    _, _, connection = serve(plane, backend, [route])
    with connection:
        first, lines = seen(
            connection, "/a?a=1", [HOST, ("x-a", "1"), ("x-b", "1"), ("cookie", "c"), ("x-cg-same-origin", "1")]
        )
    headers = [
        line for line in lines if line[0].startswith(("x-a", "x-b", "x_", "cookie", "host")) and "answer" not in line[0]
    ]

    assert first == "GET /b?a=1 HTTP/1.1"
    assert sorted(headers) == [("host", "b.test"), ("x-b", "1"), ("x-b", "100%"), ("x-b", "route"), ("x_y", "")]


@pytest.mark.parametrize(
    "edits", [(Remove(name=ORIGIN),), (Set(name=ORIGIN, value=text("http://inside.test")),)], ids=["removed", "set"]
)
@pytest.mark.parametrize("normalisation", [Normalisation(), Normalisation(default_port=True, trailing_slash=True)])
def test_a_row_echoes_what_the_client_sent_and_not_what_the_backend_gets(
    plane: DataPlane, backend: Endpoint, edits: tuple[Edit, ...], normalisation: Normalisation
) -> None:
    echo = table(Set(name="access-control-allow-origin", value=Echo(header=ORIGIN, normalisation=normalisation)))
    target = replace(forward, request_edits=edits)
    routes = [
        Route(name="a", match=at("/a"), target=target, table=echo),
        Route(name="b", match=at("/b"), target=forward, table=echo),
    ]
    engine, port, connection = serve(plane, backend, routes)
    with connection:
        for path, origin in itertools.product(("/a", "/b"), ([], [("Origin", "")], [ORIGINATED])):
            reading = assert_read_alike(engine, port, connection, "GET", path, [HOST, *origin])
            echoed = reading.response.header("access-control-allow-origin")
            assert (echoed is None) == (not origin or origin[0][1] == "")
        _, at_backend = seen(connection, "/a", [HOST, ORIGINATED])
    assert ORIGINATED[1] not in dict(at_backend).values()


def test_shares(plane: DataPlane, backend: Endpoint) -> None:
    """Each share of the requests gets what its backend is: an answer, 503 without endpoints, 500 for none at all."""
    target = Forward(
        backends=(
            WeightedBackend(backend=real, weight=2, response_edits=(Set(name="x-a", value=text("real")),)),
            WeightedBackend(backend=nowhere, weight=1),
            WeightedBackend(backend=None, weight=1, response_edits=(Set(name="x-a", value=text("none")),)),
            WeightedBackend(backend=replace(real, name="never"), weight=0),
        )
    )
    _, _, connection = serve(plane, backend, [Route(name="r", match=at("/"), target=target)])
    with connection:
        answers = [connection.exchange("GET", "/", [HOST]) for _ in range(200)]
    found = Counter((answer.status, "".join(answer.values("x-a"))) for answer in answers)

    assert found.keys() == {(200, "real"), (503, ""), (500, "none")}
    assert found[200, "real"] > max(found[503, ""], found[500, "none"])


def dead(backend: Endpoint) -> Backend:
    """Return a backend whose endpoints refuse connections but for one."""
    return Backend(
        name="flaky.test:80", endpoints=(*(Endpoint(host=f"127.0.0.{n}", port=1) for n in range(2, 5)), backend)
    )


@pytest.mark.parametrize(("retries", "statuses"), [(0, {200, 503}), (3, {200})])
def test_a_request_that_reached_no_backend_is_tried_again(
    plane: DataPlane, backend: Endpoint, retries: int, statuses: set[int]
) -> None:
    target = Forward(backends=(WeightedBackend(backend=dead(backend)),), retries=retries)
    _, _, connection = serve(plane, backend, [Route(name="r", match=at("/"), target=target)])
    with connection:
        answers = [connection.exchange("GET", "/", [HOST]) for _ in range(8)]

    assert {answer.status for answer in answers} == statuses


def test_an_answer_that_came_is_never_asked_for_again(plane: DataPlane, backend: Endpoint) -> None:
    target = replace(forward, retries=3)
    engine, port, connection = serve(plane, backend, [Route(name="r", match=at("/"), target=target)])
    with connection:
        upstream = Response(status=503, body="busy")
        assert_read_alike(engine, port, connection, "GET", "/", [HOST, asked(503, [], "busy")], upstream)


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (replace(forward, timeout=0.05), "upstream request timeout"),
        (replace(forward, idle_timeout=0.05), "stream timeout"),
    ],
    ids=["timeout", "idle timeout"],
)
def test_a_backend_that_is_silent_for_too_long(plane: DataPlane, target: Forward, body: str) -> None:
    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = plane.run(asyncio.start_server(never_answer, "127.0.0.1", 0))
    silent = Endpoint(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    routes = [
        Route(
            name="r",
            match=at("/"),
            target=target,
            table=table(Set(name="x-a", value=text("1"))),
        )
    ]
    _, _, connection = serve(plane, silent, routes)
    with connection:
        answer = connection.exchange("GET", "/", [HOST])
    plane.run(_closed(server))

    assert (answer.status, answer.body, answer.values("x-a")) == (504, body, ["1"])


async def _closed(server: asyncio.Server) -> None:
    server.close()
