"""A place for each route, and one for what no route of a host means."""

from crossgate.comparison.places import Place, places_of
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, PathRegex, QueryMatch, Route, RouteMatch
from crossgate.model.table import Respond


def places(match: RouteMatch, hostname: Hostname = ANY_HOST, port: int = 80) -> tuple[list[Place], int]:
    route = Route(name="r", match=match, target=Respond(status=200))
    hosts = (HostRoutes(hostname=hostname, routes=(route,)),)
    found, missed = places_of(GatewayConfig(listeners=(Listener(name="l", port=port, hosts=hosts),)))
    return list(found)[1:], len(missed)


def test_a_route_that_only_one_side_has_is_asked_deeper_and_beside_it_too() -> None:
    def config(path: ExactPath | PathPrefix) -> GatewayConfig:
        route = Route(name="r", match=RouteMatch(path=path), target=Respond(status=200))
        hosts = (HostRoutes(hostname=Hostname(pattern="*.a.test"), routes=(route,)),)
        return GatewayConfig(listeners=(Listener(name="l", port=80, hosts=hosts),))

    found, _ = places_of(config(ExactPath(path="/r")), config(PathPrefix(prefix="/r", by_element=True)))
    urls = {place.url.removeprefix("http://") for place in found}
    assert {"any.a.test/r", "any.a.test/r/elsewhere", "any.a.test/r-beside", "any.any.a.test/r"} <= urls


def test_a_route_is_reached_by_what_it_matches() -> None:
    match = RouteMatch(
        path=ExactPath(path="/a"),
        headers=(HeaderMatch(name="x-a", value="1"), HeaderMatch(name="x-b", value="v[0-9]+", is_regex=True)),
        query=(QueryMatch(name="q", value="2"),),
    )
    wanted = Place(url="http://any.example/a?q=2", headers=(("x-a", "1"), ("x-b", "v0")))
    assert places(match) == ([wanted], 0)


def test_hosts_and_ports() -> None:
    match = RouteMatch(path=PathPrefix(prefix="/a", by_element=True))
    assert places(match, Hostname(pattern="*.a.test"), 8080)[0] == [Place(url="http://any.a.test:8080/a")]
    assert places(match, Hostname(pattern="a.*"))[0] == [Place(url="http://a.any/a")]
    assert places(match, Hostname(pattern="[::1]"))[0] == [Place(url="http://[::1]/a")]


def test_a_route_of_some_names_of_its_host() -> None:
    match = RouteMatch(path=ExactPath(path="/a"), hostname=Hostname(pattern="b.a.test"))
    assert places(match, Hostname(pattern="*.a.test"))[0] == [Place(url="http://b.a.test/a")]
    assert places(match, Hostname(pattern="c.test")) == ([], 1)


def test_expressions() -> None:
    assert places(RouteMatch(path=PathRegex(pattern="/a/[0-9]+")))[0] == [Place(url="http://any.example/a/0")]
    assert places(RouteMatch(path=PathRegex(pattern="[^\\s\\S]"))) == ([], 1)


def test_what_no_route_of_a_host_means_is_a_place_too() -> None:
    hosts = (HostRoutes(hostname=Hostname(pattern="a.test"), routes=()),)
    found, _ = places_of(GatewayConfig(listeners=(Listener(name="l", port=80, hosts=hosts),)))
    assert found == (Place(url="http://a.test/elsewhere"),)
