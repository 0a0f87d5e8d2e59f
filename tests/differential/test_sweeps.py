"""Engine = Envoy for all combinations of what is small enough to be tried whole: hosts, single conditions."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

import pytest

from crossgate.engine.decide import Engine
from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD
from crossgate.model.conditions import (
    ASKED,
    Atom,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, QueryMatch, Route, RouteMatch
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.property.gateways import HOSTNAMES
from tests.property.requests import HOSTS, LINES, TARGETS
from tests.property.strategies import FIELDS, METHODS
from tests.support.data_plane import DataPlane, running_data_plane
from tests.support.near_misses import near_misses
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection, Lines

PORTS = itertools.count(1)
ANYTHING = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
HOST = ("Host", "a.test")


@pytest.fixture(scope="module")
def plane() -> Iterator[DataPlane]:
    with running_data_plane() as found:
        yield found


def sweep(
    plane: DataPlane, hosts: Iterable[HostRoutes], requests: Iterable[tuple[str, str, Lines]]
) -> list[dict[str, str]]:
    """Send all requests, and return what was decided, by engine and Envoy alike."""
    port = next(PORTS)
    config = GatewayConfig(listeners=(Listener(name="l", port=port, hosts=tuple(hosts)),))
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        return [
            dict(assert_read_alike(engine, port, connection, method, target, lines).decided)
            for method, target, lines in requests
        ]


def answering(name: str, match: RouteMatch, table: Table | None = None) -> Route:
    return Route(name=name, match=match, target=Respond(status=200), table=table)


def asking(condition: Atom) -> Table:
    """Return a table whose last row is never reached, since a condition holds or does not."""
    return Table(
        policy="p",
        rows=(
            Row(outcome=Outcome.ACTUAL_ALLOWED, when=(condition,), action=Respond(status=204)),
            Row(outcome=Outcome.ACTUAL_REFUSED, when=(Not(condition=condition),), action=Respond(status=403)),
            Row(outcome=Outcome.BAD_REQUEST, action=Respond(status=500)),
        ),
    )


def ask_all(plane: DataPlane, conditions: Sequence[Atom], requests: Sequence[tuple[str, Lines]]) -> None:
    """Ask every condition of every request; some must hold, and some must not."""
    routes = tuple(
        answering(str(number), RouteMatch(path=ExactPath(path=f"/{number}")), asking(condition))
        for number, condition in enumerate(conditions)
    )
    targets = [f"/{number}" for number in range(len(conditions))]
    sent = [(method, target, lines) for target in targets for method, lines in requests]
    decided = sweep(plane, [HostRoutes(hostname=ANY_HOST, routes=routes)], sent)

    assert {found.get("outcome") for found in decided} >= {Outcome.ACTUAL_ALLOWED, Outcome.ACTUAL_REFUSED}
    assert Outcome.BAD_REQUEST not in {found.get("outcome") for found in decided}


def test_hosts(plane: DataPlane) -> None:
    hosts = [
        HostRoutes(hostname=Hostname(pattern=pattern), routes=(answering(pattern, ANYTHING),)) for pattern in HOSTNAMES
    ]
    for some in (hosts, hosts[1:], *([host] for host in hosts)):
        decided = sweep(plane, some, [("GET", "/", [("Host", host)]) for host in HOSTS])
        assert any(decided)


def test_hosts_of_a_route_under_another_host(plane: DataPlane) -> None:
    routes = tuple(
        answering(pattern, RouteMatch(path=ExactPath(path=f"/{number}"), hostname=Hostname(pattern=pattern)))
        for number, pattern in enumerate(HOSTNAMES)
    )
    requests = [("GET", f"/{number}", [("Host", host)]) for number in range(len(HOSTNAMES)) for host in HOSTS]
    decided = sweep(plane, [HostRoutes(hostname=ANY_HOST, routes=routes)], requests)
    assert {found.get("route") for found in decided} > set(HOSTNAMES)


def test_same_origin(plane: DataPlane) -> None:
    ask_all(
        plane,
        [SameOrigin()],
        [
            ("GET", [("Host", host), *lines])
            for host in HOSTS
            for origin in (*near_misses(f"http://{host}"), "", "null", "http://-")
            for lines in ([("Origin", origin)], [("Origin", origin), ("x-cg-same-origin", "true")])
        ],
    )


def test_headers(plane: DataPlane) -> None:
    values = ("", " ", "\t", "x", "X", "x,x", ",", "\xe9", "\xc3\xa9", "\xa0", "\x85")
    conditions: list[Atom] = [HeaderIs(name=name, state=state) for name in sorted(ASKED) for state in HeaderState]
    conditions += [HeaderEquals(name=name, value=value) for name in (ORIGIN, REQUEST_METHOD) for value in values[3:8]]
    conditions += [HeaderEquals(name=ORIGIN, value="")]
    lines = [[], *([value] for value in values), ["x", "x"], ["", ""], ["", "x"], ["x", " "]]
    requests = [("GET", [HOST, *((name, value) for value in found)]) for name in sorted(ASKED) for found in lines]
    ask_all(plane, conditions, requests)


def test_methods(plane: DataPlane) -> None:
    sets = [frozenset[str](), *(frozenset({method}) for method in METHODS), frozenset(METHODS)]
    ask_all(plane, [MethodIn(methods=methods) for methods in sets], [(method, [HOST]) for method in METHODS])


def test_requested_methods(plane: DataPlane) -> None:
    names = (*METHODS, "", "ss", "\xdf", "\xff", "\xe9", "PUT,GET", "a.b", "\u017f")
    conditions = [
        RequestedMethodIn(methods=methods, fold_case=fold_case)
        for methods in (frozenset[str](), *(frozenset({name}) for name in names), frozenset(names))
        for fold_case in (False, True)
    ]
    asked = [*LINES[REQUEST_METHOD], "axb", "\xc3\xa9", "\xc3\x89", "\xc5\xbf"]
    requests = [("OPTIONS", [HOST, (REQUEST_METHOD, value)]) for value in asked]
    requests += [("OPTIONS", [HOST]), ("OPTIONS", [HOST, (REQUEST_METHOD, "PUT"), (REQUEST_METHOD, "GET")])]
    ask_all(plane, conditions, requests)


def test_requested_headers(plane: DataPlane) -> None:
    sets = [frozenset[str](), *(frozenset({name}) for name in FIELDS), frozenset(FIELDS), frozenset({"x-a", "x-b"})]
    conditions = [
        RequestedHeadersIn(names=names, fold_case=fold_case, trim=trim, skip_empty=skip_empty)
        for names in sets
        for fold_case, trim, skip_empty in itertools.product((False, True), repeat=3)
    ]
    requests: list[tuple[str, Lines]] = [
        ("OPTIONS", [HOST, (REQUEST_HEADERS, value)]) for value in LINES[REQUEST_HEADERS]
    ]
    requests += [("OPTIONS", [HOST]), ("OPTIONS", [HOST, (REQUEST_HEADERS, "x-a"), (REQUEST_HEADERS, "x-b")])]
    ask_all(plane, conditions, requests)


def test_header_and_query_matches(plane: DataPlane) -> None:
    values = [("1", False), ("", False), ("1|2", True), ("", True), (".*", True), ("\xe9", False), ("a.test", False)]
    matches = [
        RouteMatch(path=ANYTHING.path, headers=(HeaderMatch(name=name, value=value, is_regex=is_regex),))
        for name in ("x-a", "cookie", "host", "te", "connection", "x-forwarded-proto", "user-agent")
        for value, is_regex in values
    ]
    matches += [
        RouteMatch(path=ANYTHING.path, query=(QueryMatch(name=name, value=value, is_regex=is_regex),))
        for name in ("x", "X", "a")
        for value, is_regex in values
    ]
    lines = [
        [(name, value) for value in found]
        for name in ("x-a", "cookie", "user-agent", "te")
        for found in (["1"], ["2", "1"], ["", "1"])
    ]
    requests: list[tuple[str, str, Lines]] = [("GET", "/a?x=1", [HOST, *found]) for found in [[], *lines]]
    requests += [("GET", target, [HOST]) for target in TARGETS]
    for match in matches:
        sweep(plane, [HostRoutes(hostname=ANY_HOST, routes=(answering("r", match),))], requests)
