"""Listeners: one socket each, with the HTTP connection manager that every request passes."""

from collections.abc import Iterator
from typing import Final

from crossgate.envoy.clusters import socket_address
from crossgate.envoy.kept import keeping
from crossgate.envoy.limits import BUFFER, HTTP2, TIMEOUTS
from crossgate.envoy.matchers import Json
from crossgate.envoy.routes import METADATA
from crossgate.envoy.same_origin import Place, is_asked_by, mutations
from crossgate.model.gateway import Listener

_TYPE: Final = "type.googleapis.com/"
_HTTP: Final = f"{_TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def listener(name: str, listeners: tuple[Listener, ...], bind: tuple[str, int], route_source: Json) -> Json:
    """Return the Envoy listener of a socket; `route_source` says where its routes come from (`rds`, `route_config`)."""
    manager: Json = {
        "@type": _HTTP,
        "stat_prefix": name,
        "use_remote_address": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        **TIMEOUTS,
        **HTTP2,
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "access_log": [_access_log()],
        **route_source,
        "http_filters": [
            *keeping(route for item in listeners for host in item.hosts for route in host.routes),
            _extension("envoy.filters.http.router", "envoy.extensions.filters.http.router.v3.Router"),
        ],
    }
    if prepared := mutations(_asking_for_same_origin(listeners)):
        manager["early_header_mutation_extensions"] = [
            _extension(
                "crossgate.same_origin",
                "envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation",
                mutations=prepared,
            )
        ]
    return {
        "name": name,
        "address": socket_address(*bind),
        **BUFFER,
        "filter_chains": [
            {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
        ],
    }


def _asking_for_same_origin(listeners: tuple[Listener, ...]) -> Iterator[Place]:
    """Yield the places of the tables that ask whether a request is from its own origin."""
    for item in listeners:
        place = Place(scheme=item.scheme)
        if is_asked_by([item.unmatched.table]):
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
