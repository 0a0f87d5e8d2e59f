"""Whom a route means, as Envoy's route matches: one, or a few where what is meant has alternatives."""

from typing import Final

from crossgate.envoy.matchers import (
    NOTHING,
    Alternatives,
    Json,
    both,
    exact,
    filled,
    negated,
    one_of,
    quote,
    regex,
    safe_regex,
)
from crossgate.envoy.tls import named_one_of
from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    Preflights,
    QueryMatch,
    RouteMatch,
)

_METHOD: Final = ":method"
_PREFLIGHT: Final[Alternatives] = ((exact(_METHOD, "OPTIONS"), filled(ORIGIN), filled(REQUEST_METHOD)),)


def route_matches(match: RouteMatch) -> tuple[Json, ...]:
    """Return the matches of which a request that is meant fulfils one."""
    headers = [_header(header) for header in match.headers]
    if match.hostname is not None and match.hostname != ANY_HOST:
        headers.insert(0, _hostname(match.hostname))
    found: Json = _path(match.path)
    if match.server_names:
        found |= named_one_of(match.server_names)
    if match.query:
        found["query_parameters"] = [_query(query) for query in match.query]
    return tuple(
        {**found, **({"headers": [*alternative, *headers]} if alternative or headers else {})}
        for alternative in _methods(match)
    )


def _methods(match: RouteMatch) -> Alternatives:
    """Match the methods of the kind of request that is meant."""
    match match.preflights:
        case Preflights.AS_ANNOUNCED:
            listed = (tuple(_lists(name) for name in sorted(match.announced)),)
            return both(both(_PREFLIGHT, _one_of(REQUEST_METHOD, match.methods)), listed)
        case Preflights.NONE:
            return both(_one_of(_METHOD, match.methods), negated(_PREFLIGHT))
        case Preflights.AS_SENT:
            return _one_of(_METHOD, match.methods)


def _one_of(name: str, methods: frozenset[str]) -> Alternatives:
    return ((one_of(name, methods),) if methods else (),)


def _lists(name: str) -> Json:
    """Match preflights that list a header of the request to come."""
    return regex(REQUEST_HEADERS, rf"(?is)(?:.*,)?[ \t]*{quote(name)}[ \t]*(?:,.*)?")


def _path(path: PathMatch) -> Json:
    match path:
        case ExactPath(path=wanted):
            return {"path": wanted}
        case PathPrefix(prefix=prefix, by_element=True) if {"?", "#"} & set(prefix):
            return safe_regex(NOTHING)  # no path has them, and Envoy takes none of them here
        case PathPrefix(prefix=prefix, by_element=by_element):
            return {"path_separated_prefix": prefix} if by_element and prefix != "/" else {"prefix": prefix}
        case PathRegex(pattern=pattern):
            return safe_regex(pattern)


def _header(header: HeaderMatch) -> Json:
    """Match a header that is there; unlike those of conditions these matchers are never negated."""
    made = regex(header.name, header.value) if header.is_regex else exact(header.name, header.value)
    return {key: value for key, value in made.items() if key != "treat_missing_header_as_empty"}


def _query(query: QueryMatch) -> Json:
    value: Json = safe_regex(query.value) if query.is_regex else {"exact": query.value}
    return {"name": query.name, "string_match": value}


def _hostname(hostname: Hostname) -> Json:
    """Match the host as virtual hosts do: what follows the last colon is a port, unless a bracket closes behind it."""
    before, star, after = (quote(part) for part in hostname.pattern.partition("*"))
    any_name, portless_name = (".+", r"(?:[^:]+|.*:[^:]*\][^:]*)") if star else ("", "")
    return regex(":authority", rf"(?i){before}{any_name}{after}:[^:\]]*|{before}{portless_name}{after}")
