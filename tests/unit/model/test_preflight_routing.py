"""What the routes of a host become where preflights are routed as announced; the laws are in tests/property."""

from typing import Final

import pytest

from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import Hostname
from crossgate.model.preflight_routing import Undecided, route_as_announced
from crossgate.model.routes import (
    Backend,
    Forward,
    HeaderMatch,
    PathPrefix,
    Preflights,
    Redirect,
    Route,
    RouteMatch,
    WeightedBackend,
)
from crossgate.model.table import Outcome, Respond, Row, Table

PATH: Final = PathPrefix(prefix="/a", by_element=True)
TARGET: Final = Forward(backends=(WeightedBackend(backend=Backend(name="a:80", endpoints=())),))
TABLE: Final = Table(policy="one", rows=(Row(outcome=Outcome.ACTUAL_ALLOWED),))
SAME: Final = Table(policy="elsewhere", rows=(Row(outcome=Outcome.ACTUAL_ALLOWED),))
OTHER: Final = Table(policy="other", rows=(Row(outcome=Outcome.ACTUAL_REFUSED, action=Respond(status=403)),))


def header(name: str, value: str = "1") -> HeaderMatch:
    return HeaderMatch(name=name, value=value)


def route(
    name: str,
    *headers: HeaderMatch,
    methods: tuple[str, ...] = (),
    table: Table | None = TABLE,
    target: Forward | Redirect = TARGET,
) -> Route:
    match = RouteMatch(path=PATH, methods=frozenset(methods), headers=headers)
    return Route(name=name, match=match, target=target, table=table)


def routed(*routes: Route) -> tuple[tuple[Route, ...], tuple[Undecided, ...]]:
    host = HostRoutes(hostname=Hostname(pattern="*"), routes=routes)
    config, undecided = route_as_announced(GatewayConfig(listeners=(Listener(name="a", port=1, hosts=(host,)),)))
    return config.listeners[0].hosts[0].routes, undecided


def kinds(found: tuple[Route, ...]) -> list[tuple[str, Preflights, set[str]]]:
    return [(item.name, item.match.preflights, set(item.match.announced)) for item in found]


SENT, ANNOUNCED, NONE = Preflights.AS_SENT, Preflights.AS_ANNOUNCED, Preflights.NONE


def test_a_route_without_method_and_headers_stays_as_it_is() -> None:
    plain = route("plain", header("origin"))
    assert routed(plain) == ((plain,), ())


def test_a_method_is_asked_about_what_is_announced() -> None:
    found, _ = routed(route("post", methods=("POST",)), route("options", methods=("OPTIONS",)))
    assert kinds(found) == [
        ("post", SENT, set()),
        ("post", ANNOUNCED, set()),
        ("options", NONE, set()),
        ("options", ANNOUNCED, set()),
    ]
    assert found[1].match.methods == {"POST"}


def test_a_header_may_be_listed_or_there() -> None:
    found, undecided = routed(route("new", header("x-version")))
    assert kinds(found) == [("new", NONE, set()), ("new", ANNOUNCED, {"x-version"}), ("new", ANNOUNCED, set())]
    assert [len(item.match.headers) for item in found] == [1, 0, 1]
    assert found[1].target == TARGET
    assert undecided == ()


@pytest.mark.parametrize("name", ["cookie", "accept", "authorization", "sec-ch-ua"])
def test_a_header_that_no_preflight_lists_may_always_be_there(name: str) -> None:
    found, _ = routed(route("new", header(name)))
    assert kinds(found) == [("new", NONE, set()), ("new", ANNOUNCED, set())]
    assert found[1].match.headers == ()


def test_a_header_of_preflights_is_in_no_request_that_one_announces() -> None:
    found, _ = routed(route("preflights", header("access-control-request-method", "PUT")))
    assert kinds(found) == [("preflights", NONE, set())]


def test_two_headers_may_be_meant_in_four_ways() -> None:
    found, _ = routed(route("new", header("x-a"), header("x-b")))
    assert [set(item.match.announced) for item in found[1:]] == [{"x-a", "x-b"}, {"x-a"}, {"x-b"}, set()]


def test_of_many_headers_one_that_is_listed_will_do() -> None:
    found, _ = routed(route("new", *(header(f"x-{number}") for number in range(5))))
    assert [len(item.match.announced) for item in found[1:]] == [1, 1, 1, 1, 1, 0]
    assert [len(item.match.headers) for item in found[1:]] == [0, 0, 0, 0, 0, 5]


@pytest.mark.parametrize("rival", [route("old", table=OTHER), route("old", header("x-version", "2"), table=OTHER)])
def test_nobody_grants_where_another_policy_may_be_meant(rival: Route) -> None:
    found, (undecided,) = routed(route("new", header("x-version")), rival)
    assert found[1].name == ""
    assert found[1].target == Respond(status=404)
    assert found[1].table is None
    assert (undecided.route.name, undecided.rival.name) == ("new", "old")


def test_the_same_policy_decides_whatever_is_meant() -> None:
    found, undecided = routed(route("new", header("x-version")), route("old", table=SAME))
    assert (found[1].name, found[1].table, found[1].target) == ("new", TABLE, TARGET)
    assert undecided == ()


def test_what_another_upstream_may_be_meant_for_no_upstream_gets() -> None:
    found, undecided = routed(
        route("new", header("x-version")), route("old", table=SAME, target=Redirect(host="b.test"))
    )
    assert (found[1].name, found[1].table, found[1].target) == ("new", TABLE, Respond(status=404))
    assert undecided == ()


def test_behind_a_route_that_means_all_of_it_no_other_counts() -> None:
    _, undecided = routed(route("new", header("x-version")), route("old"), route("never", table=OTHER))
    assert undecided == ()
    _, undecided = routed(route("new", header("x-version")), route("some", methods=("PUT",)), route("old", table=OTHER))
    assert [found.rival.name for found in undecided] == ["old"]


def test_without_any_policy_preflights_go_where_they_went() -> None:
    found, undecided = routed(route("new", header("x-version"), table=None), route("old", table=None))
    assert kinds(found) == [("new", NONE, set()), ("new", ANNOUNCED, set()), ("old", SENT, set())]
    assert undecided == ()
