"""Routes: what an entity of the file asks requests to be like, and the ways in which that matches at a listener.

Source: the route's reference, and the documents on the router's flavours (`precedence.py`).
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.kong.matching import ANYWHERE, Host, read_headers, read_hosts, read_server_names, spellings
from crossgate.dialects.kong.names import Flavour
from crossgate.dialects.kong.paths import REGEX_MARK, Joining, Way, as_sent, marked
from crossgate.dialects.kong.precedence import Key, Path, Weights, at_host, compatible, ordered, traditional
from crossgate.dialects.regex import check_regex
from crossgate.fetch.methods import is_token
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.gateway import Scheme
from crossgate.model.hosts import Hostname
from crossgate.model.routes import HeaderMatch, PathRewrite, RouteMatch

MATCHING: Final = ("methods", "hosts", "headers", "paths", "snis")
"""The fields of which a route needs one."""


class Place(Struct, frozen=True, kw_only=True):
    """Where requests arrive: a listener's scheme and port."""

    scheme: Scheme
    port: int


class Criteria(Struct, frozen=True, kw_only=True):
    """What a route asks for, and how it rewrites paths; one that asks for nothing matches nothing."""

    methods: frozenset[str]
    hosts: tuple[Host, ...]
    headers: tuple[HeaderMatch, ...]
    server_names: frozenset[str]
    paths: tuple[Path, ...]
    has_paths: bool
    weights: Weights
    strips: bool
    is_plain: bool
    """Whether its path and the service's are put together as they are (`path_handling: v1`)."""


class Matched(Struct, frozen=True, kw_only=True):
    """One way in which a route matches: a hostname, a match, how the path is rewritten, and the key to sort by."""

    hostname: Hostname
    match: RouteMatch
    rewrite: PathRewrite | None
    priority: Key


def read_criteria(
    route: Fields, flavour: Flavour, report: Diagnostics, *, position: int, marks_regexes: bool
) -> Criteria:
    """Read what a route matches by.

    `marks_regexes`: a path that is a regular expression begins with `~`. In formats before 3.0 any path is one that has
    other characters than paths have.
    """
    if not any(route.has(key) for key in MATCHING):
        message = "must set one of 'methods', 'hosts', 'headers', 'paths', 'snis' when 'protocols' is 'https'"
        report.error("route-without-match", message, route.span)
    hosts = read_hosts(route, report)
    headers = read_headers(route, report, lists_expressions=flavour is Flavour.COMPATIBLE)
    methods = frozenset(text.value for text in route.strings("methods") if _is_method(text, report))
    written = [text if marks_regexes else Value(value=marked(text.value), span=text.span) for text in _paths(route)]
    names, strips = read_server_names(route), route.boolean("strip_path")
    regex_priority, created_at = route.integer("regex_priority"), route.integer("created_at")
    handling = route.string("path_handling", one_of=("v0", "v1"))
    is_plain = handling is not None and handling.value == "v1"
    if is_plain and flavour is not Flavour.TRADITIONAL and handling is not None:
        report.warning(
            "path-handling-ignored",
            f"`path_handling: v1` is followed by the router flavour `{Flavour.TRADITIONAL}` alone",
            handling.span,
            "remove it, or say that the gateway has that flavour",
        )
    are_exact = [host.hostname.is_exact for host in hosts]
    return Criteria(
        methods=methods,
        hosts=hosts,
        headers=headers,
        server_names=names,
        paths=tuple(path for text in written if (path := _path(text, report)) is not None),
        has_paths=bool(written),
        weights=Weights(
            has_methods=bool(methods),
            has_hosts=bool(hosts),
            has_server_names=bool(names),
            is_plain_host=bool(hosts) and all(are_exact),
            is_wildcard_with_port=any(not host.hostname.is_exact and host.port is not None for host in hosts),
            headers=len(headers),
            regex_priority=0 if regex_priority is None else regex_priority.value,
            created_at=None if created_at is None else created_at.value,
            position=position,
        ),
        strips=strips is None or strips.value,
        is_plain=is_plain and flavour is Flavour.TRADITIONAL,
    )


def _paths(route: Fields) -> list[Text]:
    return route.strings("paths")


def _is_method(text: Text, report: Diagnostics) -> bool:
    if text.value.isascii() and text.value.isalpha() and text.value.isupper() and is_token(text.value):
        return True
    report.error("invalid-method", f"invalid value: {text.value}", text.span, f"write `{text.value.upper()}`")
    return False


def _path(text: Text, report: Diagnostics) -> Path | None:
    written = text.value
    if written.startswith(f"{REGEX_MARK}/"):
        expression = written.removeprefix(REGEX_MARK)
        if not check_regex(text, report, as_sent(expression)):
            return None
        return Path(text=expression, is_regex=True)
    if not written.startswith("/"):
        message = "should start with: / (fixed path) or ~/ (regex path)"
        hint = f"write `~/{written[1:]}`" if written.startswith(REGEX_MARK) else f"write `/{written}`"
        report.error("invalid-path", message, text.span, hint)
        return None
    if "//" in written:
        report.error("invalid-path", "must not have empty segments", text.span)
        return None
    return Path(text=written, is_regex=False)


def matches(
    criteria: Criteria, flavour: Flavour, place: Place, *, route_id: str, service_path: str
) -> Iterator[Matched]:
    """Yield the ways in which a route matches at a listener; the keys of all routes have one length."""
    if not (criteria.methods or criteria.hosts or criteria.headers or criteria.server_names or criteria.paths):
        return
    is_secure = place.scheme is Scheme.HTTPS
    implied = DEFAULT_PORTS[place.scheme] if flavour is Flavour.TRADITIONAL else place.port
    for key, way in _ways(criteria, flavour, route_id, service_path):
        for host in criteria.hosts or (ANYWHERE,):
            is_plain_with_port = host.hostname.is_exact and host.port is not None
            for headers in spellings(criteria.headers):
                yield Matched(
                    hostname=host.hostname,
                    match=RouteMatch(
                        path=way.match,
                        methods=criteria.methods,
                        headers=(*host.headers(implied), *headers),
                        server_names=criteria.server_names if is_secure else frozenset(),
                    ),
                    rewrite=way.rewrite,
                    priority=at_host(flavour, key, is_plain_with_port=is_plain_with_port),
                )


def _ways(criteria: Criteria, flavour: Flavour, route_id: str, service_path: str) -> Iterator[tuple[Key, Way]]:
    joining = Joining(base=service_path or "/", strips=criteria.strips, is_plain=criteria.is_plain)
    if not criteria.has_paths:
        own = compatible(criteria.weights, None, route_id)
        key = traditional(criteria.weights, None) if flavour is Flavour.TRADITIONAL else own
        yield (*key, 0), joining.prefix("/")
        return
    for key, path in ordered(flavour, criteria.weights, route_id, criteria.paths):
        yield key, joining.regex(path.text) if path.is_regex else joining.prefix(path.text)
