"""Clusters: where the backends of the routes are."""

from typing import Final

from crossgate.envoy.durations import seconds
from crossgate.envoy.limits import BUFFER, CIRCUIT_BREAKERS, HTTP2_WINDOWS
from crossgate.envoy.matchers import Json
from crossgate.envoy.tls import asked_of_backend
from crossgate.model.hosts import is_address
from crossgate.model.routes import CONNECT_TIMEOUT, Backend, Protocol

TRUSTED_ROOTS: Final = "/etc/ssl/certs/ca-certificates.crt"
"""Where most systems have the certificates of the authorities that they trust."""

_HTTP_OPTIONS: Final = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def cluster_name(backend: Backend) -> str:
    """Return the name of a backend's cluster: the backend's, and how it is spoken to where that is not as usual."""
    tls = f" tls {backend.server_name}" if backend.server_name is not None else ""
    http2 = " http2" if backend.protocol is Protocol.HTTP2 else ""
    within = "" if backend.connect_timeout == CONNECT_TIMEOUT else f" within {seconds(backend.connect_timeout)}"
    return f"{backend.name}{tls}{http2}{within}"


def cluster(backend: Backend, roots: str = TRUSTED_ROOTS) -> Json:
    """Return the cluster of a backend: static where every endpoint is an IP address, else resolved by DNS.

    `roots` is the file of certificates by which backends are verified.
    """
    name = cluster_name(backend)
    is_static = all(is_address(endpoint.host) for endpoint in backend.endpoints)
    made: Json = {
        "name": name,
        "type": "STATIC" if is_static else "STRICT_DNS",
        "connect_timeout": seconds(backend.connect_timeout),
        **BUFFER,
        **CIRCUIT_BREAKERS,
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [
                {
                    "lb_endpoints": [
                        {"endpoint": {"address": socket_address(endpoint.host, endpoint.port)}}
                        for endpoint in backend.endpoints
                    ]
                }
            ],
        },
    }
    if not is_static:
        made["dns_lookup_family"] = "V4_PREFERRED"
    if backend.protocol is Protocol.HTTP2:
        made["typed_extension_protocol_options"] = {
            _HTTP_OPTIONS: {
                "@type": f"type.googleapis.com/{_HTTP_OPTIONS}",
                "explicit_http_config": {"http2_protocol_options": HTTP2_WINDOWS},
            }
        }
    if backend.server_name is not None:
        made["transport_socket"] = asked_of_backend(backend.server_name, roots)
    return made


def socket_address(host: str, port: int) -> Json:
    """Return an address of Envoy's."""
    return {"socket_address": {"address": host, "port_value": port}}
