"""Preflights routed as the requests that they announce, where the user wants that: each host's routes, written anew.

A preflight says the method of the request to come and lists some of its headers, without their values. A match by
method is thus asked about what is announced. A match by a header that pages send has two ways to be meant: a proxy may
have set the header on the preflight too, or the preflight lists it, and then its value is not known: another route may
be the one of the request to come. Where all that may be meant decide alike, that is the decision; where they do not,
nobody grants: the preflight is answered as one that no route means. Some headers requests have without being asked for;
routes that match by these may always be meant.

Source: https://fetch.spec.whatwg.org/#cors-preflight-fetch for what a preflight has, and
https://fetch.spec.whatwg.org/#http-network-or-cache-fetch for what requests have by themselves.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from msgspec import Struct

from crossgate.model.gateway import GatewayConfig, HostRoutes
from crossgate.model.overlaps import can_both_mean, means_all_of
from crossgate.model.routes import HeaderMatch, Preflights, Route, RouteMatch
from crossgate.model.table import Respond, Table
from crossgate.records import replace

_SHARED: Final = frozenset(
    """
    accept-encoding connection host origin referer sec-fetch-dest sec-fetch-mode sec-fetch-site
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
"""What browsers send alike with a preflight and with the request that it announces, and no page sets."""

_UNLISTED: Final = frozenset(
    """
    accept accept-charset accept-language authorization cache-control content-encoding content-language content-length
    content-location content-type cookie cookie2 date device-memory dnt downlink dpr ect expect if-match
    if-modified-since if-none-match if-range if-unmodified-since keep-alive pragma priority purpose range rtt save-data
    te trailer transfer-encoding upgrade upgrade-insecure-requests via viewport-width width
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
_UNLISTED_FAMILIES: Final = ("sec-", "proxy-")
"""What a request may have although no preflight lists it: what browsers set, and what pages may set without asking."""

_OF_PREFLIGHTS: Final = "access-control-request-"

_WAYS_AT_MOST: Final = 4
"""With more headers than these the ways in which a route may be meant are not told apart: it is meant more often."""

_NO_ROUTE: Final = Respond(status=404)


class Undecided(Struct, frozen=True, kw_only=True):
    """A route that preflights may announce a request for, and another one that they may as well and that differs."""

    route: Route
    rival: Route


def route_as_announced(config: GatewayConfig) -> tuple[GatewayConfig, tuple[Undecided, ...]]:
    """Return a configuration with preflights routed as what they announce, and the routes where that is not known."""
    undecided: list[Undecided] = []
    listeners = tuple(
        replace(listener, hosts=tuple(_host(host, undecided) for host in listener.hosts))
        for listener in config.listeners
    )
    return replace(config, listeners=listeners), tuple(undecided)


def may_be_unlisted(name: str) -> bool:
    """Say whether a request may have a header that the preflight does not list which announces it."""
    return name in _UNLISTED or (name.startswith(_UNLISTED_FAMILIES) and name not in _SHARED)


def is_shared(name: str) -> bool:
    """Say whether a preflight has a header as the request has that it announces."""
    return name in _SHARED


def is_of_preflights(name: str) -> bool:
    """Say whether only preflights have a header."""
    return name.startswith(_OF_PREFLIGHTS)


def _host(host: HostRoutes, undecided: list[Undecided]) -> HostRoutes:
    routes = host.routes
    made = [each for number, route in enumerate(routes) for each in _ways(route, routes[number + 1 :], undecided)]
    return replace(host, routes=tuple(made))


def _ways(route: Route, later: Sequence[Route], undecided: list[Undecided]) -> Iterator[Route]:
    """Yield a route as it is meant by requests, and as it is by what preflights announce."""
    match = route.match
    unknown = [header for header in match.headers if not is_shared(header.name)]
    if not match.methods and not unknown:
        yield route
        return
    is_for_options = not match.methods or "OPTIONS" in match.methods
    yield replace(route, match=replace(match, preflights=Preflights.NONE)) if is_for_options else route
    if any(is_of_preflights(header.name) for header in unknown):
        return
    listed = tuple(header for header in unknown if not may_be_unlisted(header.name))
    announced = replace(match, preflights=Preflights.AS_ANNOUNCED)
    if unknown and (blind := _blind(route, later, undecided)) is not None:
        for names, known in _may_be_meant(listed, is_sure=len(listed) == len(unknown)):
            headers = tuple(header for header in match.headers if is_shared(header.name) or header in known)
            yield replace(blind, match=replace(announced, headers=headers, announced=names))
    if len(listed) == len(unknown):
        yield replace(route, match=announced)


def _may_be_meant(
    headers: Sequence[HeaderMatch], *, is_sure: bool
) -> Iterator[tuple[frozenset[str], tuple[HeaderMatch, ...]]]:
    """Yield the ways in which a route may be meant: headers that are listed, and those that are there with a value.

    `is_sure` leaves out the way in which nothing is listed.
    """
    if len(headers) > _WAYS_AT_MOST:
        yield from ((frozenset({header.name}), ()) for header in headers)
    else:
        for size in range(len(headers), 0, -1):
            for some in combinations(headers, size):
                names = frozenset(header.name for header in some)
                yield names, tuple(header for header in headers if header.name not in names)
    if not is_sure:
        yield frozenset(), tuple(headers)


def _blind(route: Route, later: Sequence[Route], undecided: list[Undecided]) -> Route | None:
    """Return what answers preflights that may mean a route, or not; None where no policy is in it, and none is asked.

    What the tables of all that may be meant leave to the upstream is answered here, unless the upstream is the same.
    """
    rivals = list(_rivals(route, later))
    if route.table is None and all(rival.table is None for rival in rivals):
        return None
    for rival in rivals:
        if not _decide_alike(route.table, rival.table):
            undecided.append(Undecided(route=route, rival=rival))
            return Route(name="", match=route.match, target=_NO_ROUTE, span=route.span)
    same = all((rival.target, rival.response_edits) == (route.target, route.response_edits) for rival in rivals)
    return route if same else replace(route, target=_NO_ROUTE, response_edits=())


def _rivals(route: Route, later: Sequence[Route]) -> Iterator[Route]:
    """Yield the routes of which one takes what looks as if it meant `route`, and does not."""
    match = _as_known(route.match)
    for other in later:
        if can_both_mean(match, _as_known(other.match)):
            yield other
            if means_all_of(other.match, match):
                return


def _as_known(match: RouteMatch) -> RouteMatch:
    """Return a match without the headers whose value a preflight does not tell."""
    return replace(match, headers=tuple(header for header in match.headers if is_shared(header.name)))


def _decide_alike(one: Table | None, other: Table | None) -> bool:
    if one is None or other is None:
        return one is other
    return one is other or _decisions(one) == _decisions(other)


def _decisions(table: Table) -> list[object]:
    """Return what a table does, whosever policy it is."""
    return [(row.when, row.action, table.edits_of(row)) for row in table.rows]
