"""Routes: one row of a table, one Envoy route (more where its conditions have alternatives)."""

from collections.abc import Iterator, Sequence
from itertools import product

from msgspec import Struct

from crossgate.envoy.conditions import compile_condition
from crossgate.envoy.edits import Variant, variants
from crossgate.envoy.forwards import forward
from crossgate.envoy.kept import kept_of
from crossgate.envoy.matchers import Json, all_of
from crossgate.envoy.redirects import redirect
from crossgate.envoy.route_matches import route_matches
from crossgate.envoy.same_origin import Place
from crossgate.envoy.shared import Shared, left_to_all, metadata
from crossgate.model.edits import Edit
from crossgate.model.gateway import NOT_FOUND, Scheme, Unmatched
from crossgate.model.plain_edits import merged_into, yielding
from crossgate.model.routes import Forward, Redirect, Route
from crossgate.model.table import TEXT, Outcome, Respond, Row, Table

METADATA = "crossgate"
"""The namespace in which a route says for the access log which route, policy and row it stands for."""


class _Means(Struct, frozen=True, kw_only=True):
    """What the Envoy routes of all rows of a route have in common: the route's name, whom it means, and where."""

    name: str
    matches: tuple[Json, ...]
    place: Place
    shares_edits: bool
    kept: frozenset[str] = frozenset()

    def row(self, table: Table, row: Row, then: Json, plain: Sequence[Edit] = ()) -> Iterator[Json]:
        """Yield the Envoy routes of a row that does `then`; `plain` are the edits of the route that come before."""
        edits = table.edits_of(row)
        shared, edits = left_to_all(edits, row.when) if self.shares_edits else ((), edits)
        for variant in variants(merged_into(plain, edits), row.when, self.kept):
            conditions = (*row.when, *variant.when)
            compiled = all_of(compile_condition(condition, self.place) for condition in conditions)
            for match, matchers in product(self.matches, compiled):
                yield {
                    **_named(self.name, table.policy_of(row), row.outcome, row.name, shared),
                    "match": {**match, "headers": [*match.get("headers", ()), *matchers]},
                    **_edited(then, variant),
                }


def route_rows(route: Route, place: Place, *, shares_edits: bool) -> Iterator[Json]:
    """Yield the Envoy routes of a route, in the order of its table; `shares_edits`: some are made for all at once."""
    matches, kept = route_matches(route.match), kept_of(route)
    if route.table is None:
        then, plain = _target(route, (), place.scheme)
        (variant,) = variants(plain, ())
        named = _named(route.name, "", Outcome.NO_POLICY if route.name else Outcome.NO_ROUTE, "")
        yield from ({**named, "match": match, **_edited(then, variant)} for match in matches)
        return
    means = _Means(name=route.name, matches=matches, place=place, shares_edits=shares_edits and not kept, kept=kept)
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
    means = _Means(name="", matches=(match,), place=place, shares_edits=shares_edits)
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
