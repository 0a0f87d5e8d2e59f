"""Services: where a route's requests go."""

import re
from dataclasses import dataclass
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.routes import Backend, Endpoint, Protocol

_URL: Final = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^:/?#]+)(?::(?P<port>[0-9]+))?(?P<path>/.*)?"
)
_PATH: Final = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_DEFAULT_PORT: Final = 80
PROTOCOLS: Final = ("http", "https", "grpc", "grpcs", "tcp", "tls", "udp", "tls_passthrough")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A backend, the Host that it is sent, the path that paths are joined to, and whether its routes count."""

    backend: Backend
    host: str
    path: str
    enabled: bool


def read_service(service: Fields, report: Diagnostics) -> Service | None:
    """Read a service, written with `url` or with its parts."""
    url = service.string("url")
    protocol = service.string("protocol", one_of=PROTOCOLS)
    host, port = service.string("host"), service.integer("port", minimum=0, maximum=65535)
    path, enabled = service.string("path"), service.boolean("enabled")
    service.ignore("retries", "connect_timeout", "write_timeout", "read_timeout", "tags")
    for key in service.unknown():
        if key.text in ("client_certificate", "tls_verify", "tls_verify_depth", "ca_certificates"):
            # Certificates are always verified, so that what is missing here makes connections fail, not succeed.
            message = f"`{key.text}` of a service is not followed"
            report_unenforced(report, key.text, message, key.span, is_harmless=True)
            service.ignore(key.text)
    service.finish()
    scheme = "http" if protocol is None else protocol.value
    name = "" if host is None else host.value
    number = _DEFAULT_PORT if port is None else port.value
    base = "" if path is None else path.value
    if url is not None:
        parts = _URL.fullmatch(url.value)
        if parts is None:
            report.error("invalid-url", f"`{url.value}` is not a URL of a service", url.span, "`http://HOST:PORT/PATH`")
            return None
        scheme, name, base = parts["scheme"], parts["host"].strip("[]"), parts["path"] or base
        number = int(parts["port"]) if parts["port"] else DEFAULT_PORTS.get(scheme, _DEFAULT_PORT)
    if not name:
        report.error("missing-field", "a service needs `host` or `url`: required field missing", service.span)
        return None
    if scheme not in ("http", "https", "grpc", "grpcs"):
        report.error("not-supported", f"services of protocol `{scheme}` are not reached", service.span)
        return None
    if base and not base.startswith("/"):
        report.error("invalid-path", "should start with: /", service.value_span("path"))
        return None
    if _PATH.fullmatch(base) is None:
        message = f"invalid path: `{base}` (characters outside of the reserved list of RFC 3986 found)"
        report.error("invalid-path", message, service.value_span("path" if url is None else "url"))
        return None
    implied = DEFAULT_PORTS.get("https" if scheme.endswith("s") else "http") == number
    backend = Backend(
        name=f"{name}:{number}",
        endpoints=(Endpoint(host=name, port=number),),
        protocol=Protocol.HTTP2 if scheme.startswith("grpc") else Protocol.HTTP1,
        server_name=name if scheme in ("https", "grpcs") else None,
        span=service.span,
    )
    return Service(
        backend=backend,
        host=name if implied else f"{name}:{number}",
        path=base,
        enabled=enabled is None or enabled.value,
    )
