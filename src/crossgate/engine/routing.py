"""Which listener, host and route a request takes. The order was worked out in the model; here the first match wins."""

from collections.abc import Sequence

from msgspec import Struct

from crossgate.engine.regex import is_full_match
from crossgate.engine.request import Request
from crossgate.engine.wire import as_sent
from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, split_list
from crossgate.model.gateway import NOT_FOUND, GatewayConfig, HostRoutes, Listener, Unmatched
from crossgate.model.handshakes import MISDIRECTED, Handshake, Handshakes
from crossgate.model.hosts import split_port
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    Preflights,
    QueryMatch,
    Route,
    RouteMatch,
)
from crossgate.model.table import Respond


class ListenerUnknown(ValueError):
    """A request that names no listener of the configuration, by port or by name."""


class HandshakeFails(ListenerUnknown):
    """A request that is never made, since no listener of its port has a certificate for its client."""


class Routed(Struct, frozen=True, kw_only=True):
    """Where a request went. `route` None means that none matched, and `unmatched` answers."""

    listener: Listener
    host: HostRoutes | None
    route: Route | None
    unmatched: Unmatched = NOT_FOUND


def listeners_for(config: GatewayConfig, scheme: str, port: int, name: str | None = None) -> tuple[Listener, ...]:
    """Return the listeners that share the socket a request arrives at.

    A configuration with one socket takes every request; with several, the name given, else scheme and port choose.
    """
    if name is not None:
        named = [listener for listener in config.listeners if listener.name == name]
        if not named:
            raise ListenerUnknown(f"no listener is called `{name}`; there are {_names(config)}")
        return config.ports[named[0].port]
    if len(config.ports) == 1:
        return next(iter(config.ports.values()))
    sharing = config.ports.get(port, ())
    if not sharing or sharing[0].scheme != scheme:
        raise ListenerUnknown(f"no listener takes {scheme} on port {port}; there are {_names(config)}")
    return sharing


def _names(config: GatewayConfig) -> str:
    return ", ".join(f"`{item.name}` ({item.scheme} on {item.port})" for item in config.listeners) or "none"


def route(config: GatewayConfig, listeners: tuple[Listener, ...], request: Request) -> Routed:
    """Return the route of the most specific hostname that means the request's host, for listeners that share a port."""
    host, _ = split_port(request.authority)
    port = listeners[0].port
    server_name = None
    if (handshakes := config.handshakes.get(port)) is None:
        means = config.hosts[port].find(host)
    else:
        server_name = request.server_name
        handshake = _handshake(handshakes, server_name, port)
        listeners = handshake.listeners
        if handshakes.is_misdirected(handshake, host):
            return Routed(listener=listeners[0], host=None, route=None, unmatched=MISDIRECTED)
        means = handshakes.host(handshake, host)
    if means is None:
        return Routed(listener=listeners[0], host=None, route=None, unmatched=listeners[0].unmatched)
    listener, routes = means
    for candidate in routes.routes if routes.tree is None else routes.tree.routes_for(request.path):
        if is_match(candidate.match, request, host, server_name):
            if not candidate.name and isinstance(candidate.target, Respond):
                unmatched = Unmatched(answer=candidate.target, table=candidate.table)
                return Routed(listener=listener, host=routes, route=None, unmatched=unmatched)
            return Routed(listener=listener, host=routes, route=candidate)
    return Routed(listener=listener, host=routes, route=None, unmatched=routes.unmatched)


def _handshake(handshakes: Handshakes, server_name: str | None, port: int) -> Handshake:
    found = handshakes.find(server_name or "")
    if found is None:
        whom = "clients that name no server" if server_name is None else f"`{server_name}`"
        raise HandshakeFails(f"the TLS handshake fails: no listener on port {port} has a certificate for {whom}")
    return found


def is_match(match: RouteMatch, request: Request, host: str, server_name: str | None = None) -> bool:
    """Say whether a route means the request; `host` is the request's, lower case and without port.

    `server_name` is what a client of a listener that speaks TLS asked for.
    """
    return (
        (not match.methods or _method(match, request) in match.methods)
        and (match.preflights is Preflights.AS_SENT or _has_right_kind(match, request))
        and _is_path(match.path, request.path)
        and (match.hostname is None or match.hostname.matches(host))
        and (not match.server_names or server_name in match.server_names)
        and (not match.headers or _have_values(match.headers, request))
        and (not match.query or all(_is_value(query, _query_value(request, query.name)) for query in match.query))
    )


def _method(match: RouteMatch, request: Request) -> str | None:
    is_announced = match.preflights is Preflights.AS_ANNOUNCED
    return request.header(REQUEST_METHOD) if is_announced else request.method


def _has_right_kind(match: RouteMatch, request: Request) -> bool:
    """Say whether a match that tells preflights from other requests means one of this kind."""
    is_preflight = request.method == "OPTIONS" and bool(request.header(ORIGIN)) and bool(request.header(REQUEST_METHOD))
    if match.preflights is Preflights.NONE or not is_preflight:
        return is_preflight is not (match.preflights is Preflights.NONE)
    listed = split_list(request.header(REQUEST_HEADERS) or "")
    return match.announced <= {name.lower() for name in listed}


def _is_path(match: PathMatch, path: str) -> bool:
    match match:
        case PathPrefix(prefix=prefix, by_element=by_element):
            return path.startswith(prefix) and (not by_element or prefix == "/" or path[len(prefix) :][:1] in {"", "/"})
        case ExactPath(path=wanted):
            return path == wanted
        case PathRegex(pattern=pattern):
            return is_full_match(pattern, path)


def _have_values(matches: Sequence[HeaderMatch], request: Request) -> bool:
    return all(any(_is_value(match, value) for value in request.values(match.name)) for match in matches)


def _is_value(match: HeaderMatch | QueryMatch, value: str | None) -> bool:
    if value is None:
        return False
    return is_full_match(match.value, value) if match.is_regex else value == as_sent(match.value)


def _query_value(request: Request, name: str) -> str | None:
    """Return the first parameter of this name as it is written: the data plane decodes nothing."""
    for part in request.query.split("&"):
        key, _, value = part.partition("=")
        if key == name:
            return value
    return None
