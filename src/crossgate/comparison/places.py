"""Where a configuration answers: for each of its routes a URL that leads there, unless another route is in the way."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct

from crossgate.comparison.samples import samples
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import Hostname
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    QueryMatch,
    Route,
    RouteMatch,
)

_ANY: Final = "any"
_ANY_HOST: Final = "any.example"
_ELSEWHERE: Final = "/elsewhere"
_MOST_OF_A_ROUTE: Final = 12
"""Places of a route that only one side has."""


class Place(Struct, frozen=True, kw_only=True):
    """A URL, and the request headers without which it leads elsewhere."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()


def places_of(*configs: GatewayConfig) -> tuple[tuple[Place, ...], tuple[Route, ...]]:
    """Return the places of some configurations, and the routes that no URL was found for.

    A route that all of them have, with the same match, is reached by one URL. For another one there are more: deeper,
    beside it, and by other texts of its expressions, for what it takes may be another's there.
    """
    found: dict[Place, None] = {}
    missed: dict[tuple[str, RouteMatch], Route] = {}
    common = _in_all(configs)
    for config in configs:
        for listener in config.listeners:
            for host in listener.hosts:
                found[_unmatched(listener, host.hostname)] = None
                for route in host.routes:
                    is_common = _identity(listener, host, route) in common
                    places = list(islice(_places(listener, host, route), 1 if is_common else _MOST_OF_A_ROUTE))
                    found |= dict.fromkeys(places)
                    if not places:
                        missed[route.name, route.match] = route
    return tuple(found), tuple(missed.values())


_Identity = tuple[str, int, Hostname, RouteMatch]


def _identity(listener: Listener, host: HostRoutes, route: Route) -> _Identity:
    return (listener.scheme.value, listener.port, host.hostname, route.match)


def _in_all(configs: Sequence[GatewayConfig]) -> frozenset[_Identity]:
    every = (
        frozenset(_identity(listener, host, route) for listener, host, route in _routes(config)) for config in configs
    )
    return frozenset.intersection(*every)


def _routes(config: GatewayConfig) -> Iterator[tuple[Listener, HostRoutes, Route]]:
    for listener in config.listeners:
        for host in listener.hosts:
            yield from ((listener, host, route) for route in host.routes)


def _unmatched(listener: Listener, hostname: Hostname) -> Place:
    return Place(url=_base(listener, _host(hostname)) + _ELSEWHERE)


def _places(listener: Listener, host: HostRoutes, route: Route) -> Iterator[Place]:
    match = route.match
    names = [name for name in _hosts(host.hostname, match.hostname) if host.hostname.matches(name)]
    query = ["=".join(pair) for pair in _values(match.query) if pair is not None]
    headers = [pair for pair in _values(match.headers) if pair is not None]
    if len(query) < len(match.query) or len(headers) < len(match.headers):
        return
    for path in _paths(match.path):
        for name in names:
            url = _base(listener, name) + path + ("?" if query else "") + "&".join(query)
            yield Place(url=url, headers=tuple(headers))
            if query or headers:
                yield Place(url=_base(listener, name) + path)


def _hosts(own: Hostname, narrower: Hostname | None) -> Iterator[str]:
    """Yield names of a host: one for it, and where a pattern stands, one that is deeper."""
    hostname = own if narrower is None or narrower.matches(_host(own)) else narrower
    yield _host(hostname)
    if hostname.pattern.startswith("*."):
        yield f"{_ANY}.{_host(hostname)}"


def _values(matches: tuple[HeaderMatch | QueryMatch, ...]) -> Iterator[tuple[str, str] | None]:
    for match in matches:
        value = next(iter(samples(match.value)), None) if match.is_regex else match.value
        yield None if value is None else (match.name, value)


def _paths(match: PathMatch) -> Iterator[str]:
    """Yield a path that a match means, then others, deeper and beside it, that it may mean too."""
    match match:
        case ExactPath(path=path) | PathPrefix(prefix=path):
            yield path
            yield f"{path.removesuffix('/')}{_ELSEWHERE}"
            yield f"{path}-beside"
        case PathRegex(pattern=pattern):
            yield from (path for path in samples(pattern) if path.startswith("/"))


def _base(listener: Listener, host: str) -> str:
    is_implied = DEFAULT_PORTS[listener.scheme] == listener.port
    return f"{listener.scheme}://{host}" + ("" if is_implied else f":{listener.port}")


def _host(hostname: Hostname) -> str:
    pattern = hostname.pattern
    return _ANY_HOST if pattern == "*" else pattern.replace("*", _ANY)
