"""TLS: what listeners show their clients, and what is asked of backends."""

from collections.abc import Iterable
from typing import Final

from crossgate.envoy.matchers import Json, alternation, safe_regex
from crossgate.model.handshakes import Handshake
from crossgate.model.hosts import ANY_HOST, is_address
from crossgate.model.listeners import Certificate, Listener

INSPECTOR: Final[Json] = {
    "name": "envoy.filters.listener.tls_inspector",
    "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"},
}
"""What finds the server name that a client asks for."""

_TLS: Final = "envoy.transport_sockets.tls"
_MESSAGES: Final = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3."
_PARAMETERS: Final = {"tls_minimum_protocol_version": "TLSv1_2"}
_SERVER_NAME: Final = "crossgate.server-name"
_STATE: Final = "type.googleapis.com/envoy.extensions.filters.network.set_filter_state.v3.Config"


def server_names(handshake: Handshake) -> Json:
    """Return the match of the filter chain of a handshake; the one for any name matches what no other does."""
    names = sorted(name.pattern for name in handshake.names)
    return {} if ANY_HOST.pattern in names else {"filter_chain_match": {"server_names": names}}


def shown(certificates: Iterable[Certificate]) -> Json:
    """Return the transport socket that shows a client certificates, the one that suits its keys."""
    pairs = [
        {
            "certificate_chain": {"inline_string": certificate.chain},
            "private_key": {"inline_string": certificate.private_key},
        }
        for certificate in certificates
    ]
    common = {"alpn_protocols": ["h2", "http/1.1"], "tls_params": _PARAMETERS, "tls_certificates": pairs}
    return _socket("DownstreamTlsContext", common_tls_context=common)


def remembering(listeners: Iterable[Listener]) -> list[Json]:
    """Return the network filters that remember a connection's server name for routes: one, or none if none asks."""
    routes = (route for listener in listeners for host in listener.hosts for route in host.routes)
    if not any(route.match.server_names for route in routes):
        return []
    value = {
        "object_key": _SERVER_NAME,
        "factory_key": "envoy.string",
        "format_string": {
            "text_format_source": {"inline_string": "%REQUESTED_SERVER_NAME%"},
            "omit_empty_values": True,
        },
        "skip_if_empty": True,
    }
    return [{"name": "crossgate.server_name", "typed_config": {"@type": _STATE, "on_new_connection": [value]}}]


def named_one_of(names: Iterable[str]) -> Json:
    """Return the match of a route for connections whose clients asked for one of some server names."""
    return {"filter_state": [{"key": _SERVER_NAME, "string_match": safe_regex(alternation(sorted(names)))}]}


def asked_of_backend(server_name: str, roots: str) -> Json:
    """Return the transport socket that checks the name of a backend's certificate against some authorities.

    A name that is an IP address is not sent as SNI (RFC 6066 §3).
    """
    is_ip = is_address(server_name)
    name = {"san_type": "IP_ADDRESS" if is_ip else "DNS", "matcher": {"exact": server_name}}
    validation = {"trusted_ca": {"filename": roots}, "match_typed_subject_alt_names": [name]}
    sni = {} if is_ip else {"sni": server_name}
    return _socket("UpstreamTlsContext", **sni, common_tls_context={"validation_context": validation})


def _socket(message: str, **fields: object) -> Json:
    return {"name": _TLS, "typed_config": {"@type": f"{_MESSAGES}{message}", **fields}}
