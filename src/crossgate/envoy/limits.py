"""What one client, one connection and one backend may take of the data plane.

Most values are those of Envoy's page on edge proxies
(https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/best_practices/edge); docs/security.md says where and why
they are others. The size and number of request headers stay Envoy's defaults. Knows no route and no policy.
"""

from typing import Final

from crossgate.envoy.matchers import Json

CONNECTIONS: Final = 50_000
"""Connections of clients at once, unless the machine affords fewer."""

BUFFER: Final[Json] = {"per_connection_buffer_limit_bytes": 32 * 1024}
"""How much is held for a listener's or a cluster's connection before its sender has to wait."""

HTTP2_WINDOWS: Final[Json] = {
    "initial_stream_window_size": 64 * 1024,
    "initial_connection_window_size": 1024 * 1024,
}
"""How many bytes may come before their receiver asks for more: of a stream, and of all streams of a connection."""

HTTP2: Final[Json] = {"http2_protocol_options": {"max_concurrent_streams": 100, **HTTP2_WINDOWS}}

TIMEOUTS: Final[Json] = {
    # From the first byte of a request to the end of its headers.
    "request_headers_timeout": "10s",
    # Between two bytes of an exchange, either way: an event stream or a WebSocket may be silent for so long, and an
    # upstream may think. Nothing bounds the whole of an exchange, neither here nor at a route.
    "stream_idle_timeout": "3600s",
    # A connection without a request.
    "common_http_protocol_options": {"idle_timeout": "3600s"},
}

CIRCUIT_BREAKERS: Final[Json] = {
    "circuit_breakers": {
        "thresholds": [
            {"max_connections": CONNECTIONS, "max_pending_requests": CONNECTIONS, "max_requests": CONNECTIONS}
        ]
    }
}
"""Envoy's own 1,024 would answer 503 to the next event stream, and no policy of a user says so."""


def overload_manager(connections: int) -> Json:
    """Return the overload manager that takes at most so many connections of clients at once, over all listeners."""
    config = "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig"
    return {
        "resource_monitors": [
            {
                "name": "envoy.resource_monitors.global_downstream_max_connections",
                "typed_config": {
                    "@type": f"type.googleapis.com/{config}",
                    "max_active_downstream_connections": str(connections),
                },
            }
        ]
    }
