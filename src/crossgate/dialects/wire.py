"""Values that would reach the wire, a log or a terminal and that none of them can carry: refused, each at its place.

Each dialect has checks of its own that are stricter; these hold for all, so that no value of a file ends a header, a
request line or a line of output, whatever its reader lets through. This module knows no dialect.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.model.edits import Edit, Literal, Remove
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import (
    ExactPath,
    Forward,
    HeaderMatch,
    PathPrefix,
    PathRegex,
    PathRewrite,
    QueryMatch,
    Redirect,
    Route,
)
from crossgate.model.table import Respond, Table
from crossgate.source import Span

_HOST: Final = re.compile(r"[A-Za-z0-9!$%&'()*+,\-.:;=@\[\]_~]+")
_TARGET: Final = re.compile(r"(?:[!-\[\]-~]|\\[0-9])*")
"""Without the query, and with no backslash but that of a reference to a group."""
_PATH: Final = re.compile(r"[^\x00-\x20\x7f?#]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")

Fault = tuple[str, Span | None]
"""What is wrong, and where."""


def check_wire(config: GatewayConfig, report: Diagnostics) -> None:
    """Report every value of a configuration that cannot be sent or shown."""
    for message, span in dict.fromkeys(_faults(config)):
        report.error("unsendable-value", message, span, "no header, request or name may hold white space or controls")


def _faults(config: GatewayConfig) -> Iterator[Fault]:
    tables: dict[int, Table] = {}
    for listener in config.listeners:
        yield from _name("listener", listener.name, listener.span)
        hosts = [listener.unmatched.table, *(host.unmatched.table for host in listener.hosts)]
        tables |= {id(table): table for table in hosts if table is not None}
        for host in listener.hosts:
            if not _HOST.fullmatch(host.hostname.pattern):
                yield f"`{host.hostname.pattern}` is no host that a request can have", listener.span
    for route in {id(route): route for route in config.routes()}.values():
        yield from _route(route)
        if route.table is not None:
            tables[id(route.table)] = route.table
    for table in tables.values():
        if not table.policy.isprintable():
            yield f"`{table.policy}` is no name for a policy", table.span
        for row in table.rows:
            yield from _edits(table.edits_of(row), table.span)


def _name(what: str, name: str, span: Span | None) -> Iterator[Fault]:
    if not name.isprintable() or " " in name:
        yield f"`{name}` is no name for a {what}", span


def _route(route: Route) -> Iterator[Fault]:
    if not route.name.isprintable():
        yield f"`{route.name}` is no name for a route", route.span
    match route.match.path:
        case ExactPath(path=path) | PathPrefix(prefix=path):
            if not _PATH.fullmatch(path):
                yield f"`{path}` is no path that a request can have", route.span
        case PathRegex():
            pass
    wanted: tuple[HeaderMatch | QueryMatch, ...] = (*route.match.headers, *route.match.query)
    for asked in wanted:
        if _CONTROL.search(asked.name) or (not asked.is_regex and _CONTROL.search(asked.value)):
            yield f"`{asked.name}: {asked.value}` is nothing that a request can have", route.span
    yield from _edits(route.response_edits, route.span)
    match route.target:
        case Forward() as target:
            yield from _rewritten(target.host_rewrite, target.path_rewrite, "an upstream can be sent", route.span)
            yield from _target(target, route.span)
        case Redirect() as target:
            yield from _rewritten(target.host, target.path_rewrite, "a client can be sent to", route.span)
        case Respond():
            pass


def _rewritten(host: str | None, path: PathRewrite | None, what: str, span: Span | None) -> Iterator[Fault]:
    if host is not None and not _HOST.fullmatch(host):
        yield f"`{host}` is no host that {what}", span
    if path is not None and not _TARGET.fullmatch(path.substitution):
        yield f"`{path.substitution}` is no path that {what}", span


def _target(target: Forward, span: Span | None) -> Iterator[Fault]:
    yield from _edits(target.request_edits, span)
    for share in target.backends:
        if share.host_rewrite is not None and not _HOST.fullmatch(share.host_rewrite):
            yield f"`{share.host_rewrite}` is no host that an upstream can be sent", span
        yield from _edits((*share.request_edits, *share.response_edits), span)
    for backend in (share.backend for share in target.backends if share.backend is not None):
        if not backend.name.isprintable():
            yield f"`{backend.name}` is no name for a backend", backend.span
        hosts = [endpoint.host for endpoint in backend.endpoints]
        for host in dict.fromkeys([*hosts, *([] if backend.server_name is None else [backend.server_name])]):
            if not _HOST.fullmatch(host):
                yield f"`{host}` is no host of a backend", backend.span


def _edits(edits: Iterable[Edit], span: Span | None) -> Iterator[Fault]:
    for edit in edits:
        value = None if isinstance(edit, Remove) else getattr(edit, "value", None)
        if isinstance(value, Literal) and _CONTROL.search(value.text):
            yield f"`{edit.name}: {value.text}` is no value of a header", span
