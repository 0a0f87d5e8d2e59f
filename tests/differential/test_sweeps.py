"""Engine = Envoy for all combinations of what is small enough to be tried whole: hosts, single conditions."""

import itertools
from collections.abc import Callable, Iterable, Sequence

import pytest

from crossgate.engine.decide import Engine
from crossgate.engine.respond import Response
from crossgate.envoy.same_origin import BESIDE, INTERNAL
from crossgate.fetch.headers import LOCATION, ORIGIN, REQUEST_HEADERS, REQUEST_METHOD
from crossgate.model.conditions import (
    ASKED,
    OPTIONS,
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
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import (
    Endpoint,
    ExactPath,
    Forward,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    PathRewrite,
    QueryMatch,
    Redirect,
    Route,
    RouteMatch,
    Target,
)
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.records import replace
from tests.property.gateways import BACKEND, HOSTNAMES, forward
from tests.property.requests import HOSTS, LINES, TARGETS
from tests.property.strategies import FIELDS, METHODS
from tests.support.backend import asked
from tests.support.data_plane import DataPlane
from tests.support.near_misses import near_misses
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection, Lines

PORTS = itertools.count(1)
ANYTHING = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
HOST = ("Host", "a.test")


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


def ask_all(
    plane: DataPlane,
    conditions: Sequence[Atom],
    requests: Sequence[tuple[str, Lines]],
    hostnames: Sequence[Hostname] = (ANY_HOST,),
) -> None:
    """Ask every condition of every request; some must hold, and some must not."""
    routes = tuple(
        answering(str(number), RouteMatch(path=ExactPath(path=f"/{number}")), asking(condition))
        for number, condition in enumerate(conditions)
    )
    targets = [f"/{number}" for number in range(len(conditions))]
    sent = [(method, target, lines) for target in targets for method, lines in requests]
    decided = sweep(plane, [HostRoutes(hostname=hostname, routes=routes) for hostname in hostnames], sent)

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


EXACT: tuple[Hostname, ...] = tuple(
    Hostname(pattern=text) for text in ("a.test", "[::1]", "127.0.0.1", "a_b", "a.", "a/b")
)


@pytest.mark.parametrize("hostnames", [(ANY_HOST,), (*EXACT, ANY_HOST)], ids=["any host", "exact hosts"])
def test_same_origin(plane: DataPlane, hostnames: tuple[Hostname, ...]) -> None:
    requests: list[tuple[str, Lines]] = [
        ("GET", [("Host", host), *lines])
        for host in (*HOSTS, "a_b", "A_b:81")
        for origin in (*near_misses(f"http://{host}"), "", "null", "http://-")
        for lines in (
            [("Origin", origin)],
            [("Origin", origin), *((name, "true") for name in INTERNAL)],
            [("Origin", origin), (BESIDE, f"http://{host} {host}")],
        )
    ]
    ask_all(plane, [SameOrigin()], requests, hostnames)


def test_the_ports_of_the_same_origin(plane: DataPlane) -> None:
    ports: tuple[str, ...] = (
        *("", ":", ":0", ":1", ":8", ":08", ":80", ":80a", ":81", ":18", ":88", ":808", ":8080", ":8081", ":18080"),
        *(":80800", ":65535", ":65536", ":99999", ":080800", ":443", ":a", ":8 0"),
    )
    requests: list[tuple[str, Lines]] = [
        ("GET", [("Host", f"a.test{mine}"), ("Origin", f"http://a.test{its}{end}")])
        for mine in ports
        for its in ports
        for end in ("", "/")
    ]
    ask_all(plane, [SameOrigin()], requests, EXACT)


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


def test_paths(plane: DataPlane) -> None:
    texts = ("/", "/a", "/a/", "/a/b", "/a?x=1", "/ab", "/%61", "/a%2Fb")
    paths: list[PathMatch] = [ExactPath(path=text) for text in texts]
    paths += [PathPrefix(prefix=text, by_element=False) for text in texts]
    paths += [PathPrefix(prefix=text, by_element=True) for text in texts if text == "/" or text[-1] != "/"]
    paths += [PathRegex(pattern=pattern) for pattern in ("", "/", "/a.*", "(?i)/A", "/a|/b", "^/a$", "/[^/]*")]
    requests = [("GET", target, [HOST]) for target in TARGETS]
    for path in paths:
        sweep(plane, [HostRoutes(hostname=ANY_HOST, routes=(answering("r", RouteMatch(path=path)),))], requests)


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


EDITS: tuple[Callable[[str], Edit], ...] = (
    lambda name: Remove(name=name),
    lambda name: Set(name=name, value=Literal(text="")),
    lambda name: Set(name=name, value=Literal(text=" a, 100% ")),
    lambda name: Set(name=name, value=Echo(header=ORIGIN)),
    lambda name: Set(name=name, value=Echo(header=ORIGIN, missing="")),
    lambda name: Set(name=name, value=Echo(header=ORIGIN, missing="*"), when=OPTIONS),
    lambda name: Append(name=name, value=Literal(text="")),
    lambda name: Append(name=name, value=Literal(text="b")),
    lambda name: Append(name=name, value=Echo(header=ORIGIN), when=Not(condition=OPTIONS)),
    lambda name: Merge(name=name, member="Origin"),
    lambda name: Merge(name=name, member="Accept", when=Not(condition=OPTIONS)),
)
UPSTREAM: tuple[tuple[str, ...], ...] = (
    *((), ("",), ("*",), ("a",), ("a", "b"), ("", "b"), ("Origin",), ("x,,y",), ("ORIGIN , b",), ("X-Origin",)),
    *(("a, *",), ("Accept", "origin"), ("", ""), (",",), ("\xe9",), ("\xc3\xa9",)),
)
TARGETS_OF_EDITS: dict[str, Target] = {
    "forwarded": forward,
    "created": Respond(status=201),
    "refused": Respond(status=403, body="no"),
}


@pytest.mark.parametrize("name", ["vary", "access-control-allow-origin", "x-a", "location"])
@pytest.mark.parametrize("target", TARGETS_OF_EDITS.values(), ids=TARGETS_OF_EDITS)
def test_edits_of_one_header(plane: DataPlane, backend: Endpoint, name: str, target: Target) -> None:
    """Every two edits in both orders, on every answer."""
    port = next(PORTS)
    routes = []
    edits = [edit for edit in EDITS if name != LOCATION or not isinstance(edit("x-a"), Merge)]
    for number, pair in enumerate(itertools.product(edits, repeat=2)):
        row = Row(outcome=Outcome.NO_ORIGIN, edits=tuple(edit(name) for edit in pair))
        table = Table(policy="p", rows=(row,))
        match = RouteMatch(path=ExactPath(path=f"/{number}"))
        routes.append(Route(name=str(number), match=match, target=target, table=table))
    hosts = (HostRoutes(hostname=ANY_HOST, routes=tuple(routes)),)
    config = GatewayConfig(listeners=(Listener(name="l", port=port, hosts=hosts),))
    config = with_endpoints(config, {BACKEND: (backend,)})
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        for route in routes:
            for lines in UPSTREAM if isinstance(target, Forward) else [()]:
                answered = [(name, line) for line in lines]
                for method, origin in (("GET", []), ("OPTIONS", []), ("GET", [("Origin", "http://a.test")])):
                    sent = [HOST, *origin, asked(200, answered, "")]
                    upstream = Response(headers=tuple(answered))
                    assert_read_alike(engine, port, connection, method, f"/{route.name}", sent, upstream)


def test_redirects(plane: DataPlane) -> None:
    rewrites = [
        None,
        PathRewrite(pattern="^/a(/|$)", substitution="/b\\1"),
        PathRewrite(pattern="a*", substitution="x"),
        PathRewrite(pattern="^.*$", substitution="\xe9"),
    ]
    redirects = [
        Redirect(status=status, scheme=scheme, host=host, port=port, path_rewrite=rewrite)
        for (status, rewrite), scheme, host, port in itertools.product(
            zip((301, 302, 303, 308), rewrites, strict=True),
            (None, "http", "https"),
            (None, "b.test", "[::1]"),
            (None, 80, 443, 8080),
        )
    ]
    routes = tuple(
        Route(name=str(number), match=replace(ANYTHING, headers=(numbered,)), target=target)
        for number, target in enumerate(redirects)
        for numbered in [HeaderMatch(name="x-number", value=str(number))]
    )
    sent: list[tuple[str, str, Lines]] = [
        ("GET", target, [("Host", host), ("x-number", str(number))])
        for number in range(len(redirects))
        for host, target in [*((host, "/a?x=1?y") for host in HOSTS), *(("a.test:80", target) for target in TARGETS)]
    ]
    decided = sweep(plane, [HostRoutes(hostname=ANY_HOST, routes=routes)], sent)
    assert {found["route"] for found in decided} == {str(number) for number in range(len(redirects))}
