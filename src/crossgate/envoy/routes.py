"""Routes: one row of a table, one Envoy route (more where its conditions have alternatives)."""

from collections.abc import Iterator

from crossgate.envoy.clusters import cluster_name
from crossgate.envoy.conditions import compile_condition
from crossgate.envoy.edits import Variant, variants
from crossgate.envoy.matchers import NOTHING, Json, all_of, exact, one_of, quote, regex, safe_regex
from crossgate.envoy.redirects import redirect, regex_rewrite
from crossgate.envoy.shared import Shared, left_to_all, metadata
from crossgate.model.gateway import NOT_FOUND, Scheme, Unmatched
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    ExactPath,
    Forward,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    QueryMatch,
    Redirect,
    Route,
    RouteMatch,
    Target,
)
from crossgate.model.table import Outcome, Respond, Table

METADATA = "crossgate"
"""The namespace in which a route says for the access log which route, policy and row it stands for."""


def route_rows(route: Route, scheme: Scheme, *, shares_edits: bool) -> Iterator[Json]:
    """Yield the Envoy routes of a route, in the order of its table; `shares_edits`: some are made for all at once."""
    match = _match(route.match)
    if route.table is None:
        yield {
            **_named(route.name, "", Outcome.NO_POLICY, ""),
            "match": match,
            **_target(route.target, scheme),
        }
        return
    yield from _rows(route.name, route.table, match, _target(route.target, scheme), scheme, shares_edits=shares_edits)


def unmatched_rows(unmatched: Unmatched, scheme: Scheme, *, shares_edits: bool) -> Iterator[Json]:
    """Yield the Envoy routes for what no route means; none where Envoy's own answer does."""
    if unmatched == NOT_FOUND:
        return
    match: Json = {"prefix": "/"}
    if unmatched.table is None:
        yield {**_named("", "", Outcome.NO_ROUTE, ""), "match": match, **_respond(unmatched.answer)}
        return
    yield from _rows("", unmatched.table, match, _respond(unmatched.answer), scheme, shares_edits=shares_edits)


def _rows(  # noqa: PLR0913 - what a route and a listener say, and nothing of it belongs together
    name: str, table: Table, match: Json, target: Json, scheme: Scheme, *, shares_edits: bool
) -> Iterator[Json]:
    for row in table.rows:
        then = _respond(row.action) if isinstance(row.action, Respond) else target
        shared, edits = left_to_all(table.edits_of(row), row.when) if shares_edits else ((), table.edits_of(row))
        for variant in variants(edits, row.when):
            for matchers in all_of(compile_condition(condition, scheme) for condition in (*row.when, *variant.when)):
                yield {
                    **_named(name, table.policy_of(row), row.outcome, row.name, shared),
                    "match": {**match, "headers": [*match.get("headers", ()), *matchers]},
                    **_edited(then, variant),
                }


def _edited(then: Json, variant: Variant) -> Json:
    fields = variant.fields()
    of_target = [
        option for option in then.get("response_headers_to_add", ()) if option["header"]["key"] not in variant.remove
    ]
    added = [*of_target, *fields.get("response_headers_to_add", ())]
    rest = {key: value for key, value in then.items() if key != "response_headers_to_add"}
    return {**rest, **fields, **({"response_headers_to_add": added} if added else {})}


def _named(route: str, policy: str, outcome: Outcome, row: str, shared: tuple[Shared, ...] = ()) -> Json:
    said = {"route": route, "policy": policy, "outcome": outcome.value, "row": row}
    return {
        "name": f"{route or 'no route'} {row or outcome.value}",
        "metadata": {
            "filter_metadata": {
                METADATA: {key: value for key, value in said.items() if value},
                **metadata(shared),
            }
        },
    }


def _match(match: RouteMatch) -> Json:
    headers = [_header(header) for header in match.headers]
    if match.hostname is not None and match.hostname != ANY_HOST:
        headers.insert(0, _hostname(match.hostname))
    if match.methods:
        headers.insert(0, one_of(":method", match.methods))
    found: Json = _path(match.path)
    if headers:
        found["headers"] = headers
    if match.query:
        found["query_parameters"] = [_query(query) for query in match.query]
    return found


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


def _respond(answer: Respond) -> Json:
    direct: Json = {"status": answer.status}
    if not answer.body:
        return {"direct_response": direct}
    direct["body"] = {"inline_string": answer.body}
    if answer.content_type == "text/plain":
        return {"direct_response": direct}
    media = {"header": {"key": "content-type", "value": answer.content_type}}
    return {
        "direct_response": direct,
        "response_headers_to_add": [{**media, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}],
    }


def _target(target: Target, scheme: Scheme) -> Json:
    match target:
        case Respond():
            return _respond(target)
        case Redirect():
            return redirect(target, scheme)
        case Forward():
            return {"route": _forward(target)}


def _forward(forward: Forward) -> Json:
    weighted = [
        {"name": cluster_name(share.backend), "weight": share.weight}
        for share in forward.backends
        if share.weight and share.backend is not None
    ]
    route: Json = (
        {"cluster": weighted[0]["name"]} if len(weighted) == 1 else {"weighted_clusters": {"clusters": weighted}}
    )
    if forward.host_rewrite is not None:
        route["host_rewrite_literal"] = forward.host_rewrite
    if forward.path_rewrite is not None:
        route["regex_rewrite"] = regex_rewrite(forward.path_rewrite)
    route["timeout"] = "0s" if forward.timeout is None else f"{forward.timeout:g}s"
    route["upgrade_configs"] = [{"upgrade_type": "websocket"}]
    return route
