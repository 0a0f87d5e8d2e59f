from crossgate.envoy.matchers import Json
from crossgate.envoy.virtual_hosts import RouteCompiler, route_configuration
from crossgate.model.gateway import HostRoutes, Listener, Unmatched
from crossgate.model.hosts import ANY_HOST
from crossgate.model.path_tree import LIST_AT_MOST
from crossgate.model.routes import ExactPath, PathPrefix, Route, RouteMatch
from crossgate.model.table import Respond
from crossgate.records import replace

ROUTE = Route(name="r", match=RouteMatch(path=PathPrefix(prefix="/", by_element=False)), target=Respond(status=204))


def routes(count: int) -> tuple[Route, ...]:
    matches = (RouteMatch(path=ExactPath(path=f"/{number}")) for number in range(count))
    return tuple(replace(ROUTE, name=f"r{number}", match=match) for number, match in enumerate(matches))


def compiled(found: tuple[Route, ...], compiler: RouteCompiler | None = None, unmatched: int = 404) -> Json:
    host = HostRoutes(hostname=ANY_HOST, routes=found, unmatched=Unmatched(answer=Respond(status=unmatched)))
    made = route_configuration("r", (Listener(name="l", port=1, hosts=(host,)),), compiler or RouteCompiler())
    only: Json = made["virtual_hosts"][0]
    return only


def leaf(host: Json, key: str) -> list[str]:
    action = host["matcher"]["matcher_tree"]["prefix_match_map"]["map"][key]
    return [route["name"] for route in action["action"]["typed_config"]["routes"]]


def test_few_routes_are_a_list() -> None:
    host = compiled(routes(LIST_AT_MOST))

    assert len(host["routes"]) == LIST_AT_MOST
    assert "matcher" not in host


def test_many_routes_are_a_tree_and_what_none_of_them_means_ends_each_leaf_that_is_open() -> None:
    closed = replace(ROUTE, name="closed", match=RouteMatch(path=PathPrefix(prefix="/c", by_element=False)))
    host = compiled((*routes(LIST_AT_MOST), closed), unmatched=503)

    assert "routes" not in host
    assert leaf(host, "/7") == ["r7 no-policy", "no route no-route"]
    assert leaf(host, "/c") == ["closed no-policy"]
    assert len(host["matcher"]["on_no_match"]["action"]["typed_config"]["routes"]) == 1


def test_a_route_that_is_the_same_is_compiled_once() -> None:
    compiler = RouteCompiler()
    before = compiled(routes(3), compiler)["routes"]
    compiler.begin()
    changed = (*routes(2), replace(routes(3)[2], target=Respond(status=201)))
    after = compiled(changed, compiler)["routes"]

    assert after[0] is before[0]
    assert after[1] is before[1]
    assert after[2]["direct_response"] == {"status": 201}
