"""An HTTPRoute rule's matches, and the order in which matches of all routes are tried.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch, and kgateway for what it leaves open.
"""

import re
from typing import Final

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.header_filters import is_header_name
from crossgate.dialects.kgateway.schema import longest, mappings, unique
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
_MOST: Final = 16
_LONGEST_PATH: Final = 1024
_LONGEST_HEADER: Final = 4096
_LONGEST_QUERY: Final = 1024

_WITHIN: Final = ("//", "/./", "/../", "%2f", "%2F", "#")
_AT_END: Final = ("/..", "/.")
_ALLOWED: Final = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+")

Valued = tuple[Text, Text, bool]
"""The name and value of a header or parameter, and whether the value is an expression."""


def read_match(match: Fields, report: Diagnostics) -> tuple[RouteMatch, int] | None:
    """Read one item of `matches` and the length of its path as it is written; None where it cannot be used.

    An expression that does not parse is confined to its match, which is left out, as the gateway does.
    """
    path_fields = match.mapping("path")
    path = (DEFAULT_MATCH.path, 1) if path_fields is None else _path(path_fields, report)
    method = match.string("method", one_of=METHODS)
    headers = _all_valued(match, "headers", _LONGEST_HEADER, report)
    query = _all_valued(match, "queryParams", _LONGEST_QUERY, report)
    match.finish()
    if path is None or headers is None or query is None:
        return None
    folded: dict[str, HeaderMatch] = {}
    for name, value, is_regex in headers:
        lower = name.value.lower()
        folded.setdefault(lower, HeaderMatch(name=lower, value=value.value, is_regex=is_regex))
    read = RouteMatch(
        path=path[0],
        methods=frozenset({method.value}) if method is not None else frozenset(),
        headers=tuple(folded.values()),
        query=tuple(
            QueryMatch(name=name.value, value=value.value, is_regex=is_regex) for name, value, is_regex in query
        ),
    )
    return read, path[1]


def _path(path: Fields, report: Diagnostics) -> tuple[PathMatch, int] | None:
    kind = path.string("type", one_of=("Exact", "PathPrefix", _REGEX))
    value = longest(path.string("value"), "value", _LONGEST_PATH, report)
    path.finish()
    text = "/" if value is None else value.value
    if kind is not None and kind.value == _REGEX:
        if value is None or check_regex(value, Contained(report)):
            return PathRegex(pattern=text), len(text)
        return None
    if value is not None and not _is_path(value, report):
        return None
    if kind is not None and kind.value == "Exact":
        return ExactPath(path=text), len(text)
    return PathPrefix(prefix=text.rstrip("/") or "/", by_element=True), len(text)


def _is_path(value: Text, report: Diagnostics) -> bool:
    """Say whether a literal path is one that the API server takes, and report it where it is not."""
    text, reason = value.value, None
    if not text.startswith("/"):
        reason = "value must be an absolute path and start with '/'"
    elif part := next((part for part in _WITHIN if part in text), None):
        reason = f"must not contain '{part}'"
    elif part := next((part for part in _AT_END if text.endswith(part)), None):
        reason = f"must not end with '{part}'"
    elif not _ALLOWED.fullmatch(text):
        reason = "must only contain valid characters"
    if reason is not None:
        message = f"the path `{text}` is not valid: {reason} when type one of ['Exact', 'PathPrefix']"
        report.error("invalid-path", message, value.span)
    return reason is None


def _all_valued(match: Fields, key: str, limit: int, report: Diagnostics) -> list[Valued] | None:
    items = [_valued(item, limit, report) for item in mappings(match, key, _MOST, report)]
    found = [item for item in items if item is not None]
    unique((name for name, _, _ in found), lambda name: name.value, f"`{{}}` stands twice in `{key}`", report)
    return None if None in items else found


def _valued(item: Fields, limit: int, report: Diagnostics) -> Valued | None:
    kind = item.string("type", one_of=("Exact", _REGEX))
    name = item.string("name", required=True)
    value = longest(item.string("value", required=True), "value", limit, report, shortest=1)
    item.finish()
    if name is None or not is_header_name(name, report) or value is None:
        return None
    is_regex = kind is not None and kind.value == _REGEX
    if is_regex and not check_regex(value, Contained(report)):
        return None
    return name, value, is_regex


def precedence(match: RouteMatch, length: int) -> tuple[int, int, int, int, int]:
    """Return a key to sort matches by, the one to be tried first smallest: path, method, headers, query.

    `length` is that of the path as it is written, with the slash at its end that means nothing. The API leaves the
    place of expressions open: kgateway tries them between exact paths and prefixes, and does not prefer the longer.
    """
    match match.path:
        case ExactPath():
            kind = 0
        case PathRegex():
            kind, length = 1, 0
        case PathPrefix():
            kind = 2
    return kind, -length, 0 if match.methods else 1, -len(match.headers), -len(match.query)
