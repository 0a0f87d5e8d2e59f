"""Upstreams and their targets: the backends among which a service's requests are shared out, by weight.

Source: the references of upstreams and targets.
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.routes import Backend, Endpoint, Protocol, WeightedBackend
from crossgate.source import Span

_WEIGHT: Final = 100
_WEIGHT_AT_MOST: Final = 65535
_PORT: Final = 8000
"""The port of a target without one."""
_TARGET: Final = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:]+)(?::(?P<port>[0-9]{1,5}))?")
_SECURE: Final = frozenset({"https", "grpcs"})
_TURNS: Final = ("round-robin",)
"""What sharing out by weight comes to."""
_NOT_FOLLOWED: Final = (
    *("hash_on", "hash_fallback", "hash_on_header", "hash_fallback_header", "hash_on_cookie", "hash_on_cookie_path"),
    *("hash_on_query_arg", "hash_fallback_query_arg", "hash_on_uri_capture", "hash_fallback_uri_capture"),
    *("healthchecks", "client_certificate", "use_srv_name", "sticky_sessions_cookie", "sticky_sessions_cookie_path"),
)


class _Target(Struct, frozen=True, kw_only=True):
    host: str
    port: int
    weight: int
    span: Span


class Upstream(Struct, frozen=True, kw_only=True):
    """Targets; `host_header` is the Host that they all are sent, None: each is sent its own."""

    targets: tuple[_Target, ...]
    host_header: str | None = None

    def shares(self, protocol: str, connect_timeout: float) -> tuple[WeightedBackend, ...]:
        """Return the backends, as they are spoken to in a protocol; those without weight get no requests."""
        return tuple(self._share(target, protocol, connect_timeout) for target in self.targets if target.weight)

    def _share(self, target: _Target, protocol: str, connect_timeout: float) -> WeightedBackend:
        is_secure = protocol in _SECURE
        host = f"[{target.host}]" if ":" in target.host else target.host
        implied = DEFAULT_PORTS["https" if is_secure else "http"] == target.port
        return WeightedBackend(
            backend=Backend(
                name=f"{target.host}:{target.port}",
                endpoints=(Endpoint(host=target.host, port=target.port),),
                protocol=Protocol.HTTP2 if protocol.startswith("grpc") else Protocol.HTTP1,
                server_name=(self.host_header or target.host) if is_secure else None,
                connect_timeout=connect_timeout,
                span=target.span,
            ),
            weight=target.weight,
            host_rewrite=None if self.host_header else host if implied else f"{host}:{target.port}",
        )


def read_upstream(upstream: Fields, targets: Iterable[Fields], report: Diagnostics) -> Upstream:
    """Read an upstream and its targets."""
    host_header, algorithm = upstream.string("host_header"), upstream.string("algorithm")
    for key in _NOT_FOLLOWED:
        node = upstream.node(key)
        if node is not None and not (key.startswith("hash") and upstream.string(key) is None):
            _say(key, upstream, report)
    if algorithm is not None and algorithm.value not in _TURNS:
        _say("algorithm", upstream, report)
    upstream.ignore("name", "slots", "tags", "created_at", "updated_at")
    upstream.finish()
    return Upstream(
        targets=tuple(target for item in targets if (target := _target(item, report)) is not None),
        host_header=None if host_header is None else host_header.value,
    )


def _say(key: str, upstream: Fields, report: Diagnostics) -> None:
    message = f"`{key}` of an upstream is not followed: its targets get requests by weight alone"
    report_unenforced(report, key, message, upstream.key_span(key), is_harmless=True)


def _target(target: Fields, report: Diagnostics) -> _Target | None:
    address = target.string("target", required=True)
    weight = target.integer("weight", minimum=0, maximum=_WEIGHT_AT_MOST)
    target.ignore("tags", "created_at", "updated_at", "failover")
    target.finish()
    if address is None:
        return None
    parts = _TARGET.fullmatch(address.value)
    if parts is None:
        report.error("invalid-target", f"`{address.value}` is not a target", address.span, "`HOST:PORT`")
        return None
    return _Target(
        host=parts["host"].strip("[]"),
        port=int(parts["port"] or _PORT),
        weight=_WEIGHT if weight is None else weight.value,
        span=address.span,
    )
