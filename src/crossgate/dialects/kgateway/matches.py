"""An HTTPRoute rule's matches, and the order in which matches of all routes are tried.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch, and kgateway for what it leaves open.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields
from crossgate.dialects.regex import check_regex
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    QueryMatch,
    RouteMatch,
)

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
DEFAULT_MATCH: Final = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
"""What a rule without matches means."""

_REGEX: Final = "RegularExpression"


def read_match(match: Fields, report: Diagnostics) -> RouteMatch | None:
    """Read one item of `matches`, or None where it cannot be used."""
    path_fields = match.mapping("path")
    path = DEFAULT_MATCH.path if path_fields is None else _path(path_fields, report)
    method = match.string("method", one_of=METHODS)
    headers = [_valued(item, report) for item in match.mappings("headers")]
    query = [_valued(item, report) for item in match.mappings("queryParams")]
    match.finish()
    if path is None or None in headers or None in query:
        return None
    return RouteMatch(
        path=path,
        methods=frozenset({method.value}) if method is not None else frozenset(),
        headers=tuple(
            HeaderMatch(name=name.lower(), value=value, is_regex=regex) for name, value, regex in filter(None, headers)
        ),
        query=tuple(QueryMatch(name=name, value=value, is_regex=regex) for name, value, regex in filter(None, query)),
    )


def _path(path: Fields, report: Diagnostics) -> PathMatch | None:
    kind = path.string("type", one_of=("Exact", "PathPrefix", _REGEX))
    value = path.string("value")
    path.finish()
    text = "/" if value is None else value.value
    if kind is not None and kind.value == _REGEX:
        return PathRegex(pattern=text) if value is None or check_regex(value, report) else None
    if not text.startswith("/"):
        report.error("invalid-path", f"the path `{text}` does not begin with a slash", path.value_span("value"))
        return None
    if kind is not None and kind.value == "Exact":
        return ExactPath(path=text)
    return PathPrefix(prefix=text.rstrip("/") or "/", by_element=True)


def _valued(item: Fields, report: Diagnostics) -> tuple[str, str, bool] | None:
    kind = item.string("type", one_of=("Exact", _REGEX))
    name, value = item.string("name", required=True), item.string("value", required=True)
    item.finish()
    if name is None or value is None:
        return None
    is_regex = kind is not None and kind.value == _REGEX
    if is_regex and not check_regex(value, report):
        return None
    return name.value, value.value, is_regex


def precedence(match: RouteMatch) -> tuple[int, int, int, int, int]:
    """Return a key to sort matches by, the one to be tried first smallest: path, method, headers, query."""
    match match.path:
        case ExactPath(path=path):
            kind, length = 0, len(path)
        case PathRegex(pattern=pattern):
            kind, length = 1, len(pattern)
        case PathPrefix(prefix=prefix):
            kind, length = 2, len(prefix)
    return kind, -length, 0 if match.methods else 1, -len(match.headers), -len(match.query)
