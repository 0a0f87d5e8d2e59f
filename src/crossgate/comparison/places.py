"""Where a configuration answers: for each of its routes a URL that leads there, unless another route is in the way."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.comparison.samples import samples
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import Hostname
from crossgate.model.routes import ExactPath, HeaderMatch, PathMatch, PathPrefix, PathRegex, QueryMatch, Route

_ANY: Final = "any"
_ANY_HOST: Final = "any.example"
_ELSEWHERE: Final = "/elsewhere"


class Place(Struct, frozen=True, kw_only=True):
    """A URL, and the request headers without which it leads elsewhere."""

    url: str
    headers: tuple[tuple[str, str], ...] = ()


def places_of(config: GatewayConfig) -> tuple[tuple[Place, ...], tuple[Route, ...]]:
    """Return the places of a configuration, and the routes that no URL was found for."""
    found: dict[Place, None] = {}
    missed: dict[int, Route] = {}
    for listener in config.listeners:
        for host in listener.hosts:
            found |= dict.fromkeys([_unmatched(listener, host.hostname)])
            for route in host.routes:
                place = _place(listener, host, route)
                if place is None:
                    missed[id(route)] = route
                else:
                    found[place] = None
    return tuple(found), tuple(missed.values())


def _unmatched(listener: Listener, hostname: Hostname) -> Place:
    return Place(url=_base(listener, _host(hostname)) + _ELSEWHERE)


def _place(listener: Listener, host: HostRoutes, route: Route) -> Place | None:
    match = route.match
    name = _host(host.hostname)
    if match.hostname is not None and not match.hostname.matches(name):
        name = _host(match.hostname)
        if not host.hostname.matches(name):
            return None
    path = _path(match.path)
    query = ["=".join(pair) for pair in _values(match.query) if pair is not None]
    headers = [pair for pair in _values(match.headers) if pair is not None]
    if path is None or len(query) < len(match.query) or len(headers) < len(match.headers):
        return None
    return Place(url=_base(listener, name) + path + ("?" if query else "") + "&".join(query), headers=tuple(headers))


def _values(matches: tuple[HeaderMatch | QueryMatch, ...]) -> Iterator[tuple[str, str] | None]:
    for match in matches:
        value = next(iter(samples(match.value)), None) if match.is_regex else match.value
        yield None if value is None else (match.name, value)


def _path(match: PathMatch) -> str | None:
    match match:
        case ExactPath(path=path) | PathPrefix(prefix=path):
            return path
        case PathRegex(pattern=pattern):
            return next((path for path in samples(pattern) if path.startswith("/")), None)


def _base(listener: Listener, host: str) -> str:
    is_implied = DEFAULT_PORTS[listener.scheme] == listener.port
    return f"{listener.scheme}://{host}" + ("" if is_implied else f":{listener.port}")


def _host(hostname: Hostname) -> str:
    pattern = hostname.pattern
    return _ANY_HOST if pattern == "*" else pattern.replace("*", _ANY)
