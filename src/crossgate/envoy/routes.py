"""Routes: one row of a table, one Envoy route (more where its conditions have alternatives)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crossgate.envoy.conditions import compile_condition
from crossgate.envoy.edits import Variant, variants
from crossgate.envoy.forwards import forward
from crossgate.envoy.kept import kept_of
from crossgate.envoy.matchers import NOTHING, Json, all_of, exact, one_of, quote, regex, safe_regex
from crossgate.envoy.redirects import redirect
from crossgate.envoy.same_origin import Place
from crossgate.envoy.shared import Shared, left_to_all, metadata
from crossgate.envoy.tls import named_one_of
from crossgate.model.edits import Edit
from crossgate.model.gateway import NOT_FOUND, Scheme, Unmatched
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.plain_edits import merged_into, yielding
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
)
from crossgate.model.table import TEXT, Outcome, Respond, Row, Table

METADATA = "crossgate"
"""The namespace in which a route says for the access log which route, policy and row it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Means:
    """What the Envoy routes of all rows of a route have in common: the route's name, whom it means, and where."""

    name: str
    match: Json
    place: Place
    shares_edits: bool
    kept: frozenset[str] = frozenset()

    def row(self, table: Table, row: Row, then: Json, plain: Sequence[Edit] = ()) -> Iterator[Json]:
        """Yield the Envoy routes of a row that does `then`; `plain` are the edits of the route that come before."""
        edits = table.edits_of(row)
        shared, edits = left_to_all(edits, row.when) if self.shares_edits else ((), edits)
        for variant in variants(merged_into(plain, edits), row.when, self.kept):
            conditions = (*row.when, *variant.when)
            for matchers in all_of(compile_condition(condition, self.place) for condition in conditions):
                yield {
                    **_named(self.name, table.policy_of(row), row.outcome, row.name, shared),
                    "match": {**self.match, "headers": [*self.match.get("headers", ()), *matchers]},
                    **_edited(then, variant),
                }


def route_rows(route: Route, place: Place, *, shares_edits: bool) -> Iterator[Json]:
    """Yield the Envoy routes of a route, in the order of its table; `shares_edits`: some are made for all at once."""
    match, kept = _match(route.match), kept_of(route)
    if route.table is None:
        then, plain = _target(route, (), place.scheme)
        (variant,) = variants(plain, ())
        yield {**_named(route.name, "", Outcome.NO_POLICY, ""), "match": match, **_edited(then, variant)}
        return
    means = _Means(name=route.name, match=match, place=place, shares_edits=shares_edits and not kept, kept=kept)
    target = None if _is_edited(route) else _target(route, (), place.scheme)
    for row in route.table.rows:
        if isinstance(row.action, Respond):
            yield from means.row(route.table, row, _respond(row.action))
        else:
            yield from means.row(route.table, row, *(target or _target(route, route.table.edits_of(row), place.scheme)))


def unmatched_rows(unmatched: Unmatched, place: Place, *, shares_edits: bool) -> Iterator[Json]:
    """Yield the Envoy routes for what no route means; none where Envoy's own answer does."""
    if unmatched == NOT_FOUND:
        return
    match: Json = {"prefix": "/"}
    if unmatched.table is None:
        yield {**_named("", "", Outcome.NO_ROUTE, ""), "match": match, **_respond(unmatched.answer)}
        return
    means = _Means(name="", match=match, place=place, shares_edits=shares_edits)
    for row in unmatched.table.rows:
        answer = row.action if isinstance(row.action, Respond) else unmatched.answer
        yield from means.row(unmatched.table, row, _respond(answer))


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
    if match.server_names:
        found |= named_one_of(match.server_names)
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
    if answer.content_type == TEXT:
        return {"direct_response": direct}
    media = {"header": {"key": "content-type", "value": answer.content_type}}
    return {
        "direct_response": direct,
        "response_headers_to_add": [{**media, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}],
    }


def _is_edited(route: Route) -> bool:
    """Say whether responses are edited before the edits of a row, so that it matters which those are."""
    target = route.target
    return bool(route.response_edits) or (
        isinstance(target, Forward) and any(share.response_edits for share in target.backends)
    )


def _target(route: Route, row_edits: Sequence[Edit], scheme: Scheme) -> tuple[Json, tuple[Edit, ...]]:
    """Return what a route does before `row_edits`, and the edits of its own that are still to be made."""
    match route.target:
        case Respond() as answer:
            return _respond(answer), yielding(route.response_edits, row_edits)
        case Redirect() as wanted:
            return redirect(wanted, scheme), yielding(route.response_edits, row_edits)
        case Forward() as wanted:
            return {"route": forward(wanted, route.response_edits, row_edits)}, ()
