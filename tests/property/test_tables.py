"""Laws of decision tables, and of what the compiler makes of their conditions and edits."""

from collections.abc import Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from crossgate.engine.conditions import Conditions
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request
from crossgate.engine.respond import Response, respond
from crossgate.envoy.conditions import compile_condition
from crossgate.envoy.edits import Variant, variants
from crossgate.envoy.matchers import Alternatives, Json, both, exact, filled, inverted, negated, present, regex
from crossgate.envoy.same_origin import Place
from crossgate.fetch.headers import ORIGIN, VARY, split_list
from crossgate.model.conditions import Condition, Not, SameOrigin
from crossgate.model.edits import Edit
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener, Scheme
from crossgate.model.hosts import ANY_HOST
from crossgate.model.routes import PathPrefix, Route, RouteMatch, Target
from crossgate.model.table import Outcome, Row, Table
from crossgate.model.vary import varying_by_origin
from crossgate.records import replace
from tests.property.gateways import targets
from tests.property.requests import received, some_origins
from tests.property.strategies import conditions, edits, tables
from tests.support.matchers import Headers, matches, matches_any

NAMES = ("a", "b")
VALUES = ("", "x", "y", "x,y")

rows = st.lists(
    st.builds(
        Row,
        outcome=st.sampled_from(Outcome),
        when=st.lists(conditions, max_size=1).map(tuple),
        name=st.sampled_from(["", "one", "two", "three"]),
    ),
    max_size=3,
)


@given(rows=rows)
def test_a_table_decides_every_request_and_hides_no_row(rows: list[Row]) -> None:
    is_total = bool(rows) and not rows[-1].when
    is_shadowed = any(not row.when for row in rows[:-1])
    is_ambiguous = len({row.name for row in rows}) < len(rows)
    try:
        Table(policy="p", rows=tuple(rows))
        is_table = True
    except ValueError:
        is_table = False

    assert is_table == (is_total and not is_shadowed and not is_ambiguous)


@given(table=tables())
def test_all_edits_of_a_row_are_its_own_and_then_those_of_every_row(table: Table) -> None:
    for row in table.rows:
        assert table.edits_of(row) == row.edits + table.every


@given(table=tables())
def test_the_conditions_of_a_table_are_those_of_its_rows_and_edits(table: Table) -> None:
    of_edits = [getattr(edit, "when", None) for row in table.rows for edit in (*row.edits, *table.every)]
    expected = {condition for row in table.rows for condition in row.when} | {when for when in of_edits if when}

    assert set(table.conditions()) == expected


matchers: st.SearchStrategy[Json] = st.one_of(
    st.builds(present, st.sampled_from(NAMES)),
    st.builds(filled, st.sampled_from(NAMES)),
    st.builds(exact, st.sampled_from(NAMES), st.sampled_from(VALUES)),
    st.builds(regex, st.sampled_from(NAMES), st.sampled_from(["", "x", "[xy]?", ".*", "(?i)X.*"])),
)
alternatives: st.SearchStrategy[Alternatives] = st.lists(
    st.lists(matchers | matchers.map(inverted), max_size=2).map(tuple), max_size=2
).map(tuple)
"""Few and short, since negation multiplies them."""
header_lines = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(VALUES), min_size=1, max_size=2))


@given(matcher=matchers, headers=header_lines)
def test_a_matcher_and_its_inverse_exclude_each_other(matcher: Json, headers: Headers) -> None:
    assert matches(inverted(matcher), headers) != matches(matcher, headers)
    assert inverted(inverted(matcher)) == matcher


@given(left=alternatives, right=alternatives, headers=header_lines)
def test_negation(left: Alternatives, right: Alternatives, headers: Headers) -> None:
    holds_left, holds_right = matches_any(left, headers), matches_any(right, headers)

    assert matches_any(negated(left), headers) != holds_left
    assert matches_any(negated(negated(left)), headers) == holds_left
    assert matches_any(both(left, right), headers) == (holds_left and holds_right)
    assert matches_any(negated(both(left, right)), headers) == (not holds_left or not holds_right)
    assert matches_any(both(negated(left), negated(right)), headers) == (not holds_left and not holds_right)


@given(condition=conditions, request=received())
def test_a_condition_is_compiled_to_what_the_engine_says_of_it(condition: Condition, request: Request) -> None:
    inner = condition.condition if isinstance(condition, Not) else condition
    assume(not isinstance(inner, SameOrigin))  # Envoy itself prepares the answer: see tests/differential
    holds = Conditions().hold(inner, request)

    assert matches_any(compile_condition(inner, Place(scheme=Scheme.HTTP)), _headers(request)) == holds
    assert matches_any(compile_condition(Not(condition=inner), Place(scheme=Scheme.HTTP)), _headers(request)) != holds


def _headers(request: Request) -> dict[str, Sequence[str]]:
    names = {name for name, _ in request.headers}
    return {":method": [request.method], **{name: request.values(name) for name in names}}


@given(drawn=st.lists(edits, max_size=4), known=st.lists(conditions, max_size=2), request=received())
def test_the_variant_of_edits_that_a_request_takes_has_what_each_edit_alone_would_add(
    drawn: list[Edit], known: list[Condition], request: Request
) -> None:
    hold = Conditions().hold
    true = [condition for condition in known if hold(condition, request)]
    taken = _taken(drawn, true, request)

    assert taken.add == tuple(option for edit in drawn for option in _taken([edit], [], request).add)
    assert taken.remove == tuple(name for edit in drawn for name in _taken([edit], [], request).remove)


def _taken(drawn: list[Edit], known: list[Condition], request: Request) -> Variant:
    hold = Conditions().hold
    return next(
        variant for variant in variants(drawn, known) if all(hold(condition, request) for condition in variant.when)
    )


upstreams = st.sampled_from([(), ((VARY, "Accept"),), ((VARY, "*"),), ((VARY, "origin"), (VARY, "X-Origin"))])


@given(table=tables(), target=targets, request=received(), other=some_origins, headers=upstreams)
def test_answers_that_differ_by_origin_say_so(
    table: Table, target: Target, request: Request, other: str | None, headers: tuple[tuple[str, str], ...]
) -> None:
    assume(request.method != "OPTIONS")
    varying = varying_by_origin(table)
    match = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
    route = Route(name="r", match=match, target=target, table=varying)
    hosts = (HostRoutes(hostname=ANY_HOST, routes=(route,)),)
    engine = Engine(GatewayConfig(listeners=(Listener(name="l", port=80, hosts=hosts),)))
    without = tuple(line for line in request.headers if line[0] != ORIGIN)
    sent = ((ORIGIN, other),) if other is not None else ()
    answers = [
        respond(engine.conditions, engine.decide(asked, port=80), Response(headers=headers))
        for asked in (request, replace(request, headers=(*without, *sent)))
    ]
    if answers[0] != answers[1]:
        for answer in answers:
            members = {member.lower() for member in split_list(answer.header(VARY) or "")}
            assert members & {"origin", "*"}, answer
