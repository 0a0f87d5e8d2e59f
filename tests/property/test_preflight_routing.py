"""Preflights routed as what they announce: nobody grants for a route that the request to come may not take."""

from typing import Final

from hypothesis import event, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Decision, Engine
from crossgate.engine.request import Request, receive
from crossgate.fetch import headers as names
from crossgate.model.conditions import OPTIONS
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import Hostname
from crossgate.model.preflight_routing import may_be_unlisted, route_as_announced
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, PathRegex, QueryMatch, Route, RouteMatch
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.records import replace
from tests.property.gateways import forward

ORIGIN: Final = "http://page.test"
METHODS: Final = ("GET", "POST", "PUT", "OPTIONS")
MANY: Final = settings(max_examples=200)

paths = st.sampled_from(
    [
        PathPrefix(prefix="/", by_element=True),
        PathPrefix(prefix="/a", by_element=True),
        PathPrefix(prefix="/a", by_element=False),
        ExactPath(path="/a"),
        ExactPath(path="/a/b"),
        PathRegex(pattern="/a.*"),
    ]
)
header_names = st.sampled_from(["x-a", "x-b", "cookie", "origin", "access-control-request-method"])
header_matches = st.builds(HeaderMatch, name=header_names, value=st.sampled_from(["1", "1", "2", ORIGIN]))
matches = st.builds(
    RouteMatch,
    path=paths,
    methods=st.just(frozenset())
    | st.just(frozenset())
    | st.frozensets(st.sampled_from(METHODS), min_size=1, max_size=2),
    headers=st.lists(header_matches, max_size=2, unique_by=lambda header: header.name).map(tuple),
    query=st.just(()) | st.just(()) | st.just((QueryMatch(name="x", value="1"),)),
)
tables = st.sampled_from(
    [
        None,
        *(
            Table(
                policy=name,
                rows=(
                    Row(outcome=Outcome.PREFLIGHT_ALLOWED, when=(OPTIONS,), action=Respond(status=status)),
                    Row(outcome=Outcome.ACTUAL_ALLOWED),
                ),
            )
            for name, status in (("one", 200), ("other", 204), ("one again", 200))
        ),
    ]
)
routes = st.builds(Route, name=st.just(""), match=matches, target=st.just(forward), table=tables)
route_lists = st.lists(routes, min_size=2, max_size=6).map(
    lambda found: tuple(replace(route, name=str(number)) for number, route in enumerate(found))
)
targets = st.sampled_from(["/a", "/a/b", "/a?x=1", "/ab"])
header_values = st.dictionaries(st.sampled_from(["x-a", "x-b", "cookie"]), st.sampled_from(["1", "2"]))
by_proxies = st.dictionaries(st.just("x-b"), st.sampled_from(["1", "2"]), max_size=1)


@given(routes=route_lists, method=st.sampled_from(METHODS), target=targets, headers=header_values, proxies=by_proxies)
@MANY
def test_a_preflight_is_decided_as_its_request_or_nobody_grants(
    routes: tuple[Route, ...], method: str, target: str, headers: dict[str, str], proxies: dict[str, str]
) -> None:
    engine, undecided = routed(routes)
    preflight, actual = played(engine, method, target, headers, proxies)

    if actual.routed.route is None:
        event("the request has no route")
    elif preflight.routed.route is None and undecided:
        event("nobody grants")
        assert preflight.routed.unmatched.table is None
    else:
        event(f"decided {len(routes)}")
        assert decisions(preflight.table) == decisions(actual.table)


@given(routes=route_lists, method=st.sampled_from(METHODS), target=targets, headers=header_values)
@MANY
def test_without_matches_by_headers_a_preflight_takes_the_route_of_its_request(
    routes: tuple[Route, ...], method: str, target: str, headers: dict[str, str]
) -> None:
    bare = tuple(replace(route, match=replace(route.match, headers=())) for route in routes)
    engine, undecided = routed(bare)
    preflight, actual = played(engine, method, target, headers, {})

    assert not undecided
    assert named(preflight) == named(actual)


@given(routes=route_lists, method=st.sampled_from(METHODS), target=targets, headers=header_values)
@MANY
def test_other_requests_take_the_same_routes_as_before(
    routes: tuple[Route, ...], method: str, target: str, headers: dict[str, str]
) -> None:
    before, (after, _) = Engine(configured(routes)), routed(routes)
    for lines in ([], [(names.ORIGIN, ORIGIN)], [(names.REQUEST_METHOD, "PUT")]):
        everything = [("Host", "a.test"), *headers.items(), *lines]
        one, other = (decided(engine, method, target, everything) for engine in (before, after))
        assert named(one) == named(other)


def configured(routes: tuple[Route, ...]) -> GatewayConfig:
    host = HostRoutes(hostname=Hostname(pattern="a.test"), routes=routes)
    return GatewayConfig(listeners=(Listener(name="only", port=1, hosts=(host,)),))


def routed(routes: tuple[Route, ...]) -> tuple[Engine, bool]:
    """Return the engine of routes that preflights take as what they announce, and whether some are undecided."""
    config, undecided = route_as_announced(configured(routes))
    return Engine(config), bool(undecided)


def played(
    engine: Engine, method: str, target: str, headers: dict[str, str], proxies: dict[str, str]
) -> tuple[Decision, Decision]:
    """Return what becomes of a page's request and of its preflight, each with what proxies in front add."""
    both = [("Host", "a.test"), (names.ORIGIN, ORIGIN), *proxies.items()]
    listed = sorted(name for name in headers if not may_be_unlisted(name))
    asked = [(names.REQUEST_METHOD, method), *([(names.REQUEST_HEADERS, ", ".join(listed))] if listed else [])]
    return (
        decided(engine, "OPTIONS", target, [*both, *asked]),
        decided(engine, method, target, [*both, *headers.items()]),
    )


def decided(engine: Engine, method: str, target: str, lines: list[tuple[str, str]]) -> Decision:
    request = receive(method, target, lines, scheme="http")
    assert isinstance(request, Request)
    return engine.decide(request, port=1)


def named(decision: Decision) -> str | None:
    return None if decision.routed.route is None else decision.routed.route.name


def decisions(table: Table | None) -> object:
    return None if table is None else [(row.when, row.action, table.edits_of(row)) for row in table.rows]
