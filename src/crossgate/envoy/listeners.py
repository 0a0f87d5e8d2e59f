"""Listeners: one socket each, with the HTTP connection manager that every request passes."""

from collections.abc import Iterator, Mapping
from typing import Final

from crossgate.envoy import lenient_origins, same_origin
from crossgate.envoy.clusters import socket_address
from crossgate.envoy.failures import local_replies
from crossgate.envoy.kept import keeping
from crossgate.envoy.limits import BUFFER, HTTP2, TIMEOUTS
from crossgate.envoy.matchers import Json
from crossgate.envoy.routes import METADATA
from crossgate.envoy.same_origin import Place, is_asked_by, is_denied_by
from crossgate.envoy.tls import INSPECTOR, remembering, server_names, shown
from crossgate.model.gateway import GatewayConfig, Listener
from crossgate.model.handshakes import Handshake, Handshakes
from crossgate.model.table import Table

_TYPE: Final = "type.googleapis.com/"
_HTTP: Final = f"{_TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


Sources = Mapping[str, Json]
"""Where the routes of each name come from (`rds`, `route_config`)."""


def listener(name: str, config: GatewayConfig, port: int, bind: tuple[str, int], sources: Sources) -> Json:
    """Return the Envoy listener of a port of the configuration; its name, and what is served on it, is `name`'s."""
    made = {"name": name, "address": socket_address(*bind), **BUFFER}
    handshakes = config.handshakes.get(port)
    if handshakes is None:
        return {**made, "filter_chains": [{"filters": [_manager(name, config.ports[port], sources[name])]}]}
    return {
        **made,
        "listener_filters": [INSPECTOR],
        "filter_chains": [_chain(name, handshakes, handshake, sources) for handshake in handshakes.all],
    }


def _chain(name: str, handshakes: Handshakes, handshake: Handshake, sources: Sources) -> Json:
    """Return the filter chain of the connections of a handshake."""
    listeners = handshake.listeners
    manager = _manager(name, listeners, sources[routes_name(name, handshakes, handshake)])
    return {
        **server_names(handshake),
        "filters": [*remembering(listeners), manager],
        "transport_socket": shown(handshake.certificates),
    }


def routes_name(name: str, handshakes: Handshakes, handshake: Handshake) -> str:
    """Return the name of the routes of a handshake: the socket's, and whose they are where that is not all the same."""
    is_whole = all(other.owners == handshake.owners for other in handshakes.all)
    return name if is_whole else f"{name} {' '.join(handshake.owners)}"


def _manager(name: str, listeners: tuple[Listener, ...], route_source: Json) -> Json:
    """Return the filter that speaks HTTP."""
    manager: Json = {
        "@type": _HTTP,
        "stat_prefix": name,
        "use_remote_address": True,
        **_trust(listeners[0]),
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        **TIMEOUTS,
        **HTTP2,
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "access_log": [_access_log()],
        **local_replies(listeners),
        **route_source,
        "http_filters": [
            *keeping(route for item in listeners for host in item.hosts for route in host.routes),
            _extension("envoy.filters.http.router", "envoy.extensions.filters.http.router.v3.Router"),
        ],
    }
    if prepared := _preparations(listeners):
        message = "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"
        manager["early_header_mutation_extensions"] = [
            _extension(f"crossgate.{what}", message, mutations=mutations) for what, mutations in prepared.items()
        ]
    return {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}


def _trust(item: Listener) -> Json:
    """Return how many proxies are trusted: with one or more, `X-Forwarded-Proto` is kept and gives `:scheme`."""
    return {"xff_num_trusted_hops": item.trusted_hops} if item.trusted_hops else {}


def _preparations(listeners: tuple[Listener, ...]) -> dict[str, list[Json]]:
    """Return the early header mutations that prepare answers which no matcher finds by itself."""
    found = {
        "same_origin": same_origin.mutations(_asking_for_same_origin(listeners)),
        "lenient_origins": lenient_origins.mutations_for(_tables(listeners)),
    }
    return {what: mutations for what, mutations in found.items() if mutations}


def _tables(listeners: tuple[Listener, ...]) -> Iterator[Table]:
    for item in listeners:
        yield from filter(None, (item.unmatched.table, *(host.unmatched.table for host in item.hosts)))
        yield from filter(None, (route.table for host in item.hosts for route in host.routes))


def _asking_for_same_origin(listeners: tuple[Listener, ...]) -> Iterator[Place]:
    """Yield the places of the tables that ask whether a request is from its own origin."""
    for item in listeners:
        place = Place(scheme=item.scheme, is_behind_proxies=item.trusted_hops > 0)
        if is_asked_by([item.unmatched.table]) or is_denied_by(_tables((item,))):
            yield place
        for host in item.hosts:
            if is_asked_by([host.unmatched.table, *(route.table for route in host.routes)]):
                yield place.at(host.hostname)


def _extension(name: str, message: str, **fields: object) -> Json:
    return {"name": name, "typed_config": {"@type": f"{_TYPE}{message}", **fields}}


def _access_log() -> Json:
    """One JSON object a line, so that a value from outside cannot end or forge a line."""
    said = {key: f"%METADATA(ROUTE:{METADATA}:{key})%" for key in ("route", "policy", "outcome", "row")}
    return _extension(
        "envoy.access_loggers.stderr",
        "envoy.extensions.access_loggers.stream.v3.StderrAccessLog",
        log_format={
            "json_format": {
                "time": "%START_TIME%",
                "method": "%REQ(:METHOD)%",
                "authority": "%REQ(X-ENVOY-ORIGINAL-HOST?:AUTHORITY)%",
                "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
                "origin": "%REQ(ORIGIN)%",
                **said,
                "status": "%RESPONSE_CODE%",
                "details": "%RESPONSE_CODE_DETAILS%",
                "upstream": "%UPSTREAM_HOST%",
                "duration_ms": "%DURATION%",
            }
        },
    )
