"""Virtual hosts: the routes of a hostname as a list, or as a tree of paths where they are many."""

from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.envoy import lenient_origins, same_origin
from crossgate.envoy.matchers import Json
from crossgate.envoy.routes import route_rows, unmatched_rows
from crossgate.envoy.same_origin import Place, is_asked_by
from crossgate.envoy.shared import Shared, left_to_all, made_for_all
from crossgate.model.gateway import HostRoutes, Listener
from crossgate.model.routes import Route, RouteMatch
from crossgate.model.table import Table
from crossgate.records import replace

_TYPE: Final = "type.googleapis.com/"
_PATH: Final = "envoy.type.matcher.v3.HttpRequestHeaderMatchInput"
_ROUTES: Final = "envoy.config.route.v3.RouteList"


_SHARING_FROM: Final = 256
"""From so many routes on, what an expression makes is made for all at once."""

Key = tuple[Place, bool, str, RouteMatch]


class RouteCompiler:
    """Compiles routes, and compiles those of the configuration before, which mostly are the same, only once."""

    def __init__(self) -> None:
        self._before: dict[Key, tuple[Route, list[Json]]] = {}
        self._now: dict[Key, tuple[Route, list[Json]]] = {}

    def begin(self) -> None:
        """Begin the next configuration."""
        self._before, self._now = self._now, {}

    def rows(self, routes: Iterable[Route], place: Place, *, shares_edits: bool) -> Iterator[Json]:
        """Yield the Envoy routes of some routes; nobody may change them."""
        for route in routes:
            yield from self._rows(route, place, shares_edits=shares_edits)

    def _rows(self, route: Route, place: Place, *, shares_edits: bool) -> list[Json]:
        if place.host is not None and not is_asked_by([route.table]):
            place = replace(place, host=None)  # what no host stands in is the same for all
        key = (place, shares_edits, route.name, route.match)
        known = self._now.get(key) or self._before.get(key)
        if known is None or (known[0] is not route and not _is_same(known[0], route)):
            known = route, list(route_rows(route, place, shares_edits=shares_edits))
        self._now[key] = known
        return known[1]


def _is_same(one: Route, other: Route) -> bool:
    """Say whether two routes of one name and match are compiled alike."""
    return one.target == other.target and one.table == other.table and one.response_edits == other.response_edits


def route_configuration(
    name: str, listeners: tuple[Listener, ...], compiler: RouteCompiler, served: Iterable[HostRoutes] | None = None
) -> Json:
    """Return the RouteConfiguration of the listeners that share a socket; `served` are the hosts, unless all theirs."""
    shares = sum(len(host.routes) for listener in listeners for host in listener.hosts) >= _SHARING_FROM
    found = served if served is not None else (host for listener in listeners for host in listener.hosts)
    place = Place(scheme=listeners[0].scheme, is_behind_proxies=listeners[0].trusted_hops > 0)
    hosts = [_virtual_host(host, place.at(host.hostname), compiler, shares_edits=shares) for host in found]
    if not any("*" in host["domains"] for host in hosts):
        unmatched = unmatched_rows(listeners[0].unmatched, place, shares_edits=shares)
        hosts.append({"name": "*", "domains": ["*"], "routes": list(unmatched)})
    made: Json = {
        "name": name,
        "virtual_hosts": hosts,
        "ignore_port_in_host_matching": True,
        "request_headers_to_remove": [
            *same_origin.INTERNAL,
            *(same_origin.BEHIND_PROXIES if place.is_behind_proxies else ()),
            *lenient_origins.internal(_tables(listeners)),
        ],
    }
    if shares and (edits := made_for_all(_shared(listeners))):
        made["response_headers_to_add"] = edits
    return made


def _shared(listeners: tuple[Listener, ...]) -> set[Shared]:
    """Return what rows of the listeners' tables leave to the route configuration."""
    tables = {id(table): table for table in _tables(listeners)}.values()
    rows = [(table.edits_of(row), row.when) for table in tables for row in table.rows]
    return {shared for edits, known in rows for shared in left_to_all(edits, known)[0]}


def _tables(listeners: tuple[Listener, ...]) -> Iterator[Table]:
    for listener in listeners:
        yield from filter(None, (listener.unmatched.table, *(host.unmatched.table for host in listener.hosts)))
        yield from filter(None, (route.table for host in listener.hosts for route in host.routes))


def _virtual_host(host: HostRoutes, place: Place, compiler: RouteCompiler, *, shares_edits: bool) -> Json:
    def rows(routes: Iterable[Route]) -> Iterator[Json]:
        return compiler.rows(routes, place, shares_edits=shares_edits)

    pattern = host.hostname.pattern
    unmatched = list(unmatched_rows(host.unmatched, place, shares_edits=shares_edits))
    made: Json = {"name": pattern, "domains": [pattern]}
    tree = host.tree
    if tree is None:
        return {**made, "routes": [*rows(host.routes), *unmatched]}
    leaves = {
        key: _action([*rows(leaf), *(() if key in tree.closed else unmatched)]) for key, leaf in tree.leaves.items()
    }
    return {**made, "matcher": _matcher(leaves, _action([*rows(tree.rest), *unmatched]))}


def _matcher(leaves: Json, otherwise: Json) -> Json:
    """Return a map of path prefixes, of which Envoy takes the longest; nothing falls through to a shorter one.

    The path is matched with its query, which no key reaches into.
    """
    path = {"@type": f"{_TYPE}{_PATH}", "header_name": ":path"}
    return {
        "matcher_tree": {"input": {"name": "path", "typed_config": path}, "prefix_match_map": {"map": leaves}},
        "on_no_match": otherwise,
    }


def _action(routes: list[Json]) -> Json:
    return {"action": {"name": "routes", "typed_config": {"@type": f"{_TYPE}{_ROUTES}", "routes": routes}}}
