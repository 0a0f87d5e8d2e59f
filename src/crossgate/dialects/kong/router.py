"""Routes: what they match, in which order they are tried, and how a path reaches the upstream.

Source: the documented priorities of the router flavour `traditional_compatible`: more fields first, then a host without
wildcard, more headers, a regular expression, its priority, the longer prefix.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.regex import check_regex, without_anchors
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    PathRewrite,
    RouteMatch,
)

_METHOD: Final = re.compile(r"[A-Z]+")
_HOST: Final = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?\.?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """One way in which a route matches: a hostname, a match, how the path is rewritten, and the key to sort by."""

    hostname: Hostname
    match: RouteMatch
    rewrite: PathRewrite | None
    priority: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    match: PathMatch
    rewrite: PathRewrite | None
    is_regex: bool
    length: int


def read_matches(route: Fields, service_path: str, report: Diagnostics) -> list[Matched]:
    """Read the matches of a route; there are several where it has several hosts or paths."""
    methods = [text for text in route.strings("methods") if _is_method(text, report)]
    hosts = [host for text in route.strings("hosts") if (host := _host(text, report)) is not None]
    headers = list(_headers(route, report))
    strip = route.boolean("strip_path")
    paths = list(_paths(route, report, service_path, strip=strip is None or strip.value))
    regex_priority = route.integer("regex_priority")
    if not (methods or hosts or headers or paths):
        message = "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"
        report.error("route-without-match", message, route.span)
        return []
    fields = sum(map(bool, (methods, hosts, headers, paths)))
    is_plain_host = bool(hosts) and all(host.is_exact for host in hosts)
    everything = _Path(match=PathPrefix(prefix="/", by_element=False), rewrite=None, is_regex=False, length=0)
    if not paths and service_path:
        everything = _unstripped(everything.match, "/", service_path)
    return [
        Matched(
            hostname=host,
            match=RouteMatch(
                path=path.match, methods=frozenset(text.value for text in methods), headers=tuple(headers)
            ),
            rewrite=path.rewrite,
            priority=(
                -fields,
                not is_plain_host,
                -len(headers),
                not path.is_regex,
                -(regex_priority.value if path.is_regex and regex_priority is not None else 0),
                -path.length,
            ),
        )
        for host in hosts or [ANY_HOST]
        for path in paths or [everything]
    ]


def _is_method(text: Text, report: Diagnostics) -> bool:
    if _METHOD.fullmatch(text.value):
        return True
    report.error("invalid-method", f"invalid value: {text.value}", text.span, f"write `{text.value.upper()}`")
    return False


def _host(text: Text, report: Diagnostics) -> Hostname | None:
    if ":" in text.value:
        report.error("not-supported", "hosts with a port are not followed yet", text.span)
        return None
    if _HOST.fullmatch(text.value) and text.value.count("*") <= 1:
        return Hostname(pattern=text.value.lower())
    report.error("invalid-hostname", f"invalid hostname: {text.value}", text.span, "`*` is one whole label at an edge")
    return None


def _headers(route: Fields, report: Diagnostics) -> Iterator[HeaderMatch]:
    """Yield the header matches; one of a header's values has to be there, in any letter case."""
    headers = route.mapping("headers")
    for key in [] if headers is None else headers.unknown():
        values = headers.strings(key.text) if headers is not None else []
        for value in values:
            if value.value.startswith("~*"):
                report.error("not-supported", "header values that are expressions are not followed yet", value.span)
        pattern = "|".join(re.escape(value.value) for value in values)
        yield HeaderMatch(name=key.text.lower(), value=f"(?i)(?:{pattern})", is_regex=True)


def _paths(route: Fields, report: Diagnostics, service_path: str, *, strip: bool) -> Iterator[_Path]:
    for text in route.strings("paths"):
        if text.value.startswith("~"):
            yield from _regex_path(text, report, service_path, strip=strip)
        elif not text.value.startswith("/"):
            message = "should start with: / (fixed path) or ~/ (regex path)"
            report.error("invalid-path", message, text.span, f"write `/{text.value}`")
        elif "//" in text.value:
            report.error("invalid-path", "must not have empty segments", text.span)
        else:
            yield from _prefixed(text.value, service_path, strip=strip)


def _regex_path(text: Text, report: Diagnostics, service_path: str, *, strip: bool) -> Iterator[_Path]:
    """Yield a path that is an expression: it holds at the start of the request's path and is open at the end."""
    written = text.value[1:]
    pattern = without_anchors(written)
    if not check_regex(text, report, written):
        return
    if pattern is None:
        report.error("invalid-regex", "`^` and `$` in the middle of a path cannot be enforced", text.span)
        return
    closed = written.endswith("$") and not written.endswith("\\$")
    match = PathRegex(pattern=f"(?:{pattern})" + ("" if closed else ".*"))
    base = service_path.rstrip("/")
    rewrite = PathRewrite(pattern=f"^(?:{pattern})/?", substitution=f"{base}/") if strip else None
    if not strip and base:
        rewrite = PathRewrite(pattern="^/", substitution=f"{base}/")
    yield _Path(match=match, rewrite=rewrite, is_regex=True, length=0)


def _prefixed(prefix: str, service_path: str, *, strip: bool) -> Iterator[_Path]:
    """Yield the ways in which a prefix matches: a path that is all prefix joins the service's path without a slash."""
    match = PathPrefix(prefix=prefix, by_element=False)
    base = service_path.rstrip("/")
    if not strip:
        yield _unstripped(match, prefix, service_path)
        return
    if base:
        whole = PathRewrite(pattern="^.*$", substitution=service_path)
        yield _Path(match=ExactPath(path=prefix), rewrite=whole, is_regex=False, length=len(prefix))
    stripped = PathRewrite(pattern=f"^{re.escape(prefix.rstrip('/'))}/?", substitution=f"{base}/")
    rewrite = None if prefix == "/" and not base else stripped
    yield _Path(match=match, rewrite=rewrite, is_regex=False, length=len(prefix))


def _unstripped(match: PathMatch, prefix: str, service_path: str) -> _Path:
    base = service_path.rstrip("/")
    rewrite = PathRewrite(pattern="^/", substitution=f"{base}/") if base else None
    return _Path(match=match, rewrite=rewrite, is_regex=False, length=len(prefix) if prefix != "/" else 1)
