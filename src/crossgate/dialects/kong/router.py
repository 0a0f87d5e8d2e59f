"""Routes: what they match, in which order they are tried, and how a path reaches the upstream.

Source: the documented priorities of the router flavour `traditional_compatible`: more fields first, then a host without
wildcard, more headers, a regular expression, its priority, the longer prefix.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value
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

_NO_REGEX: Final = re.compile(r"[a-zA-Z0-9._~/%-]*")
_JOINT: Final = r"(?:\.{1,2}$|\.{0,2}/)?"
"""What is dropped behind a prefix that is stripped: the slash, and dots that would lead out of the service's path."""
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


def read_matches(route: Fields, service_path: str, report: Diagnostics, *, marks_regexes: bool) -> list[Matched]:
    """Read the matches of a route; there are several where it has several hosts or paths.

    `marks_regexes`: a path that is a regular expression begins with `~`. In formats before 3.0 any path is one that has
    other characters than paths have.
    """
    methods = [text for text in route.strings("methods") if _is_method(text, report)]
    hosts = [host for text in route.strings("hosts") if (host := _host(text, report)) is not None]
    headers = list(_headers(route, report))
    strip = route.boolean("strip_path")
    written = [text if marks_regexes else _marked(text) for text in route.strings("paths")]
    paths = list(_paths(written, report, service_path, strip=strip is None or strip.value))
    regex_priority = route.integer("regex_priority")
    if not any(route.has(key) for key in ("methods", "hosts", "headers", "paths")):
        message = "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"
        report.error("route-without-match", message, route.span)
    if not (methods or hosts or headers or paths):
        return []
    fields = sum(map(bool, (methods, hosts, headers, paths)))
    is_plain_host = bool(hosts) and all(host.is_exact for host in hosts)
    if not paths:
        paths = [replace(path, length=0) for path in _prefixed("/", service_path, strip=False)]
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
        for path in paths
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
        if key.text.lower() == "host":
            message = "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
            report.error("invalid-value", message, key.span, "write it under `hosts`")
        for value in values:
            if value.value.startswith("~*"):
                report.error("not-supported", "header values that are expressions are not followed yet", value.span)
        pattern = "|".join(re.escape(value.value) for value in values)
        yield HeaderMatch(name=key.text.lower(), value=f"(?i)(?:{pattern})", is_regex=True)


def _marked(path: Text) -> Text:
    """Return a path of an older format as format 3.0 writes it."""
    return path if _NO_REGEX.fullmatch(path.value) else Value(value=f"~{path.value}", span=path.span)


def _paths(paths: Iterable[Text], report: Diagnostics, service_path: str, *, strip: bool) -> Iterator[_Path]:
    for text in paths:
        if text.value.startswith("~/"):
            yield from _regex_path(text, report, service_path, strip=strip)
        elif not text.value.startswith("/"):
            message = "should start with: / (fixed path) or ~/ (regex path)"
            hint = f"write `~/{text.value[1:]}`" if text.value.startswith("~") else f"write `/{text.value}`"
            report.error("invalid-path", message, text.span, hint)
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
    rewrite = PathRewrite(pattern=f"^(?:{pattern}){_JOINT}", substitution=f"{base}/") if strip else None
    if not strip and base:
        rewrite = PathRewrite(pattern="^/", substitution=f"{base}/")
    yield _Path(match=match, rewrite=rewrite, is_regex=True, length=0)


def _prefixed(prefix: str, service_path: str, *, strip: bool) -> Iterator[_Path]:
    """Yield the ways in which a prefix matches: what is left of a path joins the service's path by one slash.

    Where nothing is left, no slash is added.
    """
    base = service_path.rstrip("/")
    strips = strip and prefix != "/"
    leaves_nothing = not prefix.endswith("/") if strips else prefix == "/" and not service_path.endswith("/")
    if base and leaves_nothing:
        alone = PathRewrite(pattern="^.*$", substitution=base)
        yield _Path(match=ExactPath(path=prefix), rewrite=alone, is_regex=False, length=len(prefix))
    start = f"{re.escape(prefix)}{_JOINT}" if strips else "/"
    rewrite = PathRewrite(pattern=f"^{start}", substitution=f"{base}/") if base or strips else None
    match = PathPrefix(prefix=prefix, by_element=False)
    yield _Path(match=match, rewrite=rewrite, is_regex=False, length=len(prefix))
