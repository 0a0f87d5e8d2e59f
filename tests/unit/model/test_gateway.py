from collections.abc import Sequence
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.model import gateway
from crossgate.model.gateway import (
    NOT_FOUND,
    GatewayConfig,
    HostRoutes,
    Listener,
    Unmatched,
    arrange,
)
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import ExactPath, Route, RouteMatch
from crossgate.model.table import Respond
from crossgate.records import replace

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

TEAPOT = Respond(status=418)
PATTERNS = ["*", "a", "a.b", "b.a", "*.a", "*.b.a", "*.b", "a.*", "a.b.*", "b.*"]
NAMES = ["a", "b", "c", "a.b", "b.a", "c.b.a", "a.b.a", "a.c", "a.b.c", "b.b", "a.a", "c.c"]


def route(name: str, path: str = "/") -> Route:
    return Route(name=name, match=RouteMatch(path=ExactPath(path=path)), target=TEAPOT)


def listener(name: str, *patterns: str, port: int = 80) -> Listener:
    hosts = tuple(HostRoutes(hostname=Hostname(pattern=pattern), routes=(route(pattern),)) for pattern in patterns)
    return Listener(name=name, port=port, hosts=hosts)


def first(arranged: Sequence[HostRoutes], host: str, path: str) -> str | None:
    """Take the most specific host that means the name, and its first route that means the request."""
    means = [routes for routes in arranged if routes.hostname.matches(host)]
    if not means:
        return None
    routes = min(means, key=lambda found: found.hostname.precedence)
    return next(
        (
            found.name
            for found in routes.routes
            if found.match.path == ExactPath(path=path)
            and (found.match.hostname is None or found.match.hostname.matches(host))
        ),
        None,
    )


hung = st.lists(st.tuples(st.sampled_from(PATTERNS), st.sampled_from(["/1", "/2"])), max_size=8).map(
    lambda pairs: [(Hostname(pattern=host), route(str(place), path)) for place, (host, path) in enumerate(pairs)]
)


@PATIENTLY
@given(hung)
def test_with_fall_back_the_first_route_of_any_host_that_means_the_name_is_taken(
    routes: list[tuple[Hostname, Route]],
) -> None:
    arranged = arrange(routes, precedence=lambda _, found: int(found.name), falls_back=True)
    for host in NAMES:
        for path in ("/1", "/2"):
            wanted = next(
                (
                    found.name
                    for hostname, found in routes
                    if hostname.matches(host) and found.match.path == ExactPath(path=path)
                ),
                None,
            )
            assert first(arranged, host, path) == wanted, (host, path)


@PATIENTLY
@given(hung)
def test_where_copies_would_be_very_many_all_routes_stand_under_any_host_and_the_same_one_is_taken(
    routes: list[tuple[Hostname, Route]],
) -> None:
    by_host = arrange(routes, precedence=lambda _, found: int(found.name), falls_back=True)
    with patch.object(gateway, "_COPIES_AT_MOST", 0):
        arranged = arrange(routes, precedence=lambda _, found: int(found.name), falls_back=True)
    if sum(len(host.routes) for host in by_host) > 2 * len(routes):
        assert [host.hostname for host in arranged] == [ANY_HOST]
    for host in NAMES:
        for path in ("/1", "/2"):
            assert first(arranged, host, path) == first(by_host, host, path), (host, path)


@PATIENTLY
@given(hung)
def test_without_fall_back_only_the_routes_of_the_most_specific_host_are_tried(
    routes: list[tuple[Hostname, Route]],
) -> None:
    arranged = arrange(routes, precedence=lambda _, found: int(found.name), falls_back=False)
    for host in NAMES:
        own = min((name for name, _ in routes if name.matches(host)), key=lambda name: name.precedence, default=None)
        for path in ("/1", "/2"):
            wanted = next(
                (
                    found.name
                    for hostname, found in routes
                    if hostname == own and found.match.path == ExactPath(path=path)
                ),
                None,
            )
            assert first(arranged, host, path) == wanted, (host, path)


@PATIENTLY
@given(routes=hung, falls_back=st.booleans())
def test_hosts_stand_in_their_order_and_each_once(routes: list[tuple[Hostname, Route]], *, falls_back: bool) -> None:
    arranged = arrange(routes, precedence=lambda _, found: int(found.name), falls_back=falls_back)
    hostnames = [host.hostname for host in arranged]
    assert hostnames == sorted(hostnames, key=lambda name: (name.precedence, name.pattern))
    assert set(hostnames) == {hostname for hostname, _ in routes}
    Listener(name="l", port=80, hosts=arranged)  # which refuses a hostname that stands twice


def test_precedence_may_cut_across_hosts() -> None:
    routes = [(Hostname(pattern="a.test"), route("own")), (ANY_HOST, route("wide"))]
    own, _ = arrange(routes, precedence=lambda host, _: host == Hostname(pattern="a.test"), falls_back=True)
    assert [found.name for found in own.routes] == ["wide", "own"]


def test_a_route_under_a_hostname_that_its_own_covers_stays_as_it_is() -> None:
    wide = route("wide")
    routes = [(Hostname(pattern="a.test"), route("own")), (Hostname(pattern="*.test"), wide)]
    own, _ = arrange(routes, precedence=lambda _, found: found.name, falls_back=True)
    assert own.routes[1] is wide


def test_a_route_under_a_hostname_that_it_means_in_part_keeps_its_own() -> None:
    prefix = route("prefix")
    routes = [(Hostname(pattern="*.test"), route("suffix")), (Hostname(pattern="a.*"), prefix)]
    suffix, _ = arrange(routes, precedence=lambda _, found: found.name, falls_back=True)
    assert [found.name for found in suffix.routes] == ["prefix", "suffix"]
    residual = replace(prefix, match=replace(prefix.match, hostname=Hostname(pattern="a.*")))
    assert suffix.routes[0] == residual


def test_each_host_has_its_own_answer_for_what_no_route_means() -> None:
    answer = Unmatched(answer=TEAPOT)
    routes = [(Hostname(pattern="a.test"), route("a")), (ANY_HOST, route("b"))]
    arranged = arrange(
        routes,
        precedence=lambda _, found: found.name,
        falls_back=False,
        unmatched=lambda host: answer if host == ANY_HOST else NOT_FOUND,
    )
    assert [host.unmatched for host in arranged] == [NOT_FOUND, answer]


def test_listeners_have_names_of_their_own() -> None:
    assert GatewayConfig(listeners=(listener("a"), listener("b"))).listeners[1].name == "b"
    with pytest.raises(ValueError, match="not unique"):
        GatewayConfig(listeners=(listener("a"), listener("a", port=81)))


def test_listeners_that_share_a_port_share_a_socket() -> None:
    one, two, three = listener("1"), listener("2", port=81), listener("3")
    assert GatewayConfig(listeners=(one, two, three)).ports == {80: (one, three), 81: (two,)}


def test_all_routes_of_all_hosts() -> None:
    config = GatewayConfig(listeners=(listener("1", "a", "b"), listener("2", "a", port=81)))
    assert [found.name for found in config.routes()] == ["a", "b", "a"]


def test_a_hostname_may_stand_for_itself_without_a_route_of_its_own() -> None:
    routes = [(Hostname(pattern="*.test"), route("wide"))]
    apart = [Hostname(pattern="a.test"), Hostname(pattern="elsewhere")]
    arranged = arrange(routes, precedence=lambda _, found: found.name, falls_back=True, apart=apart)
    named = {host.hostname.pattern: [found.name for found in host.routes] for host in arranged}
    assert named == {"a.test": ["wide"], "elsewhere": [], "*.test": ["wide"]}


def test_a_hostname_that_stands_apart_is_not_given_up_for_many_copies() -> None:
    routes = [(Hostname(pattern="*.test"), route(str(number))) for number in range(5)]
    apart = [Hostname(pattern="a.test"), Hostname(pattern="b.test")]
    with patch.object(gateway, "_COPIES_AT_MOST", 0):
        arranged = arrange(routes, precedence=lambda _, found: found.name, falls_back=True, apart=apart)
    assert [host.hostname.pattern for host in arranged] == ["a.test", "b.test", "*.test"]


def test_all_listeners_trust_the_same_number_of_proxies() -> None:
    one, two = (Listener(name=name, port=80, hosts=(), trusted_hops=2) for name in "ab")
    assert GatewayConfig(listeners=(one, two)).trusted_hops == 2
    with pytest.raises(ValueError, match="different numbers of proxies"):
        GatewayConfig(listeners=(one, replace(two, trusted_hops=0)))
    with pytest.raises(ValueError, match="trusts -1 proxies"):
        replace(one, trusted_hops=-1)
