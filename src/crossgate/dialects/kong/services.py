"""Services: where a route's requests go, and how.

Source: the service's reference. A host that is an upstream's name stands for the targets of that upstream.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.answers import NO_PEER
from crossgate.dialects.kong.upstreams import Upstream
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.routes import Backend, Endpoint, Forward, Protocol, WeightedBackend
from crossgate.model.table import Respond

_URL: Final = re.compile(
    r"(?:(?P<scheme>[a-z_]+):)?//(?:[^/@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/?#]+)(?::(?P<port>[0-9]+))?"
    r"(?P<path>/[^?#]*)?(?:[?#].*)?"
)
_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_DEFAULT_PORT: Final = 80
_SECURE: Final = frozenset({"https", "grpcs"})
_REACHED: Final = ("http", "https", "grpc", "grpcs")
PROTOCOLS: Final = (*_REACHED, "tcp", "tls", "udp", "tls_passthrough")

_RETRIES: Final = 5
_RETRIES_AT_MOST: Final = 32767
_TIMEOUT: Final = 60_000
"""Milliseconds."""
_TIMEOUT_AT_MOST: Final = 2_147_483_646
_TLS: Final = ("client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates")


class Service(Struct, frozen=True, kw_only=True):
    """Where requests go, the path that paths are joined to, and whether its routes count."""

    target: Forward | Respond
    path: str
    enabled: bool


class _Address(Struct, frozen=True, kw_only=True):
    """The parts of a service's address."""

    protocol: str
    host: str
    port: int
    path: str


def read_service(service: Fields, upstreams: Mapping[str, Upstream], report: Diagnostics) -> Service | None:
    """Read a service, written with `url` or with its parts; None where it has no address, which is reported."""
    address, enabled = _address(service, report), service.boolean("enabled")
    retries = service.integer("retries", minimum=0, maximum=_RETRIES_AT_MOST)
    connect, read = _seconds(service, "connect_timeout"), _seconds(service, "read_timeout")
    _say_what_is_not_followed(service, report)
    service.finish()
    if address is None:
        return None
    upstream = upstreams.get(address.host)
    shares = (_share(address, connect, service),) if upstream is None else upstream.shares(address.protocol, connect)
    if address.protocol not in _REACHED:
        message = f"services of the protocol `{address.protocol}` are not reached: only HTTP and gRPC are"
        report_unenforced(report, address.protocol, message, service.span, is_harmless=True)
        shares = ()
    target: Forward | Respond = NO_PEER
    if shares:
        target = Forward(
            backends=shares,
            host_rewrite=_authority(address) if upstream is None else upstream.host_header,
            idle_timeout=read,
            retries=_RETRIES if retries is None else retries.value,
        )
    return Service(target=target, path=address.path, enabled=enabled is None or enabled.value)


def _share(address: _Address, connect_timeout: float, service: Fields) -> WeightedBackend:
    backend = Backend(
        name=f"{address.host}:{address.port}",
        endpoints=(Endpoint(host=address.host, port=address.port),),
        protocol=Protocol.HTTP2 if address.protocol.startswith("grpc") else Protocol.HTTP1,
        server_name=address.host if address.protocol in _SECURE else None,
        connect_timeout=connect_timeout,
        span=service.span,
    )
    return WeightedBackend(backend=backend)


def _authority(address: _Address) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    implied = DEFAULT_PORTS["https" if address.protocol in _SECURE else "http"] == address.port
    return host if implied else f"{host}:{address.port}"


def _address(service: Fields, report: Diagnostics) -> _Address | None:
    url, protocol = service.string("url"), service.string("protocol", one_of=PROTOCOLS)
    host, port = service.string("host"), service.integer("port", minimum=0, maximum=65535)
    path = service.string("path")
    if url is not None:
        return _of_url(url.value, service, report)
    if host is None:
        report.error("missing-field", "a service needs `host` or `url`: required field missing", service.span)
        return None
    found = _Address(
        protocol="http" if protocol is None else protocol.value,
        host=host.value.strip("[]"),
        port=_DEFAULT_PORT if port is None else port.value,
        path="" if path is None else path.value,
    )
    return found if _is_path(found.path, service, "path", report) else None


def _of_url(url: str, service: Fields, report: Diagnostics) -> _Address | None:
    """Take a URL apart; without a scheme, the port of HTTPS asks for it."""
    parts = _URL.fullmatch(url)
    if parts is None or (parts["scheme"] or "http") not in PROTOCOLS:
        message = f"`{url}` is not a URL of a service"
        report.error("invalid-url", message, service.value_span("url"), "`http://HOST:PORT/PATH`")
        return None
    written = parts["port"]
    scheme = parts["scheme"] or ("https" if written == "443" else "http")
    implied = DEFAULT_PORTS["https" if scheme in _SECURE else "http"] if scheme in _REACHED else _DEFAULT_PORT
    path = parts["path"] or ""
    if not _is_path(path, service, "url", report):
        return None
    return _Address(protocol=scheme, host=parts["host"].strip("[]"), port=int(written or implied), path=path)


def _is_path(path: str, service: Fields, key: str, report: Diagnostics) -> bool:
    if path and not path.startswith("/"):
        report.error("invalid-path", "should start with: /", service.value_span(key))
        return False
    if _PATH.fullmatch(path) is None:
        message = f"invalid path: `{path}` (characters outside of the reserved list of RFC 3986 found)"
        report.error("invalid-path", message, service.value_span(key))
        return False
    return True


def _seconds(service: Fields, key: str) -> float:
    found = service.integer(key, minimum=1, maximum=_TIMEOUT_AT_MOST)
    return (_TIMEOUT if found is None else found.value) / 1000


def _say_what_is_not_followed(service: Fields, report: Diagnostics) -> None:
    """Say what TLS is not told: certificates are always verified, so that connections fail rather than succeed."""
    for key in (*_TLS, "write_timeout"):
        if service.has(key):
            message = f"`{key}` of a service is not followed"
            report_unenforced(report, key, message, service.key_span(key), is_harmless=True)
    service.ignore("tags", "created_at", "updated_at")
