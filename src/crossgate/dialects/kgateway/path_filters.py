"""RequestRedirect and URLRewrite: another URL, for the client or for the backend.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprequestredirectfilter and #httpurlrewritefilter.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.actions import PathModifier, Redirection
from crossgate.dialects.kgateway.hostnames import parse_hostname
from crossgate.dialects.kgateway.schema import longest

_FULL: Final = "ReplaceFullPath"
_PREFIX: Final = "ReplacePrefixMatch"
_FIELDS: Final = {_FULL: "replaceFullPath", _PREFIX: "replacePrefixMatch"}
_LONGEST: Final = 1024
_STATUSES: Final = (301, 302, 303, 307, 308)
_MAX_PORT: Final = 65535


def read_redirect(found: Fields, report: Diagnostics) -> Redirection:
    """Read a RequestRedirect filter; what is wrong in it is reported."""
    scheme = found.string("scheme", one_of=("http", "https"))
    host = _host(found, report)
    path = found.mapping("path")
    port = found.integer("port", minimum=1, maximum=_MAX_PORT)
    status = found.integer("statusCode")
    found.finish()
    if status is not None and status.value not in _STATUSES:
        hint = f"one of {', '.join(map(str, _STATUSES))}"
        report.error("invalid-value", f"`{status.value}` is not the status of a redirect", status.span, hint)
        status = None
    return Redirection(
        status=302 if status is None else status.value,
        scheme=None if scheme is None else scheme.value,
        host=host,
        port=None if port is None else port.value,
        path=None if path is None else _modifier(path, report),
    )


def read_rewrite(found: Fields, report: Diagnostics) -> tuple[str | None, PathModifier | None]:
    """Read a URLRewrite filter: the host and the path that the backend is to see."""
    host, path = _host(found, report), found.mapping("path")
    found.finish()
    return host, None if path is None else _modifier(path, report)


def _host(found: Fields, report: Diagnostics) -> str | None:
    text = found.string("hostname")
    hostname = None if text is None else parse_hostname(text.value, text.span, report, is_precise=True)
    return None if hostname is None else hostname.pattern


def _modifier(path: Fields, report: Diagnostics) -> PathModifier | None:
    kind = path.string("type", required=True, one_of=tuple(_FIELDS))
    values: dict[str, Text | None] = {
        name: longest(path.string(field), field, _LONGEST, report) for name, field in _FIELDS.items()
    }
    path.finish()
    if kind is None:
        return None
    for name, field in _FIELDS.items():
        if (name == kind.value) is path.has(field):
            continue
        if name == kind.value:
            report.error("missing-field", f"{field} must be specified when type is set to '{name}'", kind.span)
        else:
            report.error("field-not-allowed", f"type must be '{name}' when {field} is set", path.key_span(field))
    text = values[kind.value]
    return None if text is None else PathModifier(value=_absolute(text.value), is_prefix=kind.value == _PREFIX)


def _absolute(path: str) -> str:
    """Return a path with the slash that every path begins with; an empty one stays."""
    return path if path.startswith("/") or not path else f"/{path}"
