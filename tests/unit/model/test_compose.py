"""The composed table answers as running one around the other would, for tables of the whole vocabulary."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from crossgate.engine.conditions import Conditions
from crossgate.engine.request import Request
from crossgate.engine.respond import _edited, _is_made, _presented
from crossgate.model.compose import compose
from crossgate.model.conditions import OPTIONS, HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.origins import ExactOrigin, OriginSet
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.property.requests import received
from tests.property.strategies import tables

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
UPSTREAMS = st.sampled_from(
    [(), (("vary", "Accept"), ("x-a", "u")), (("vary", "*"), ("access-control-allow-origin", "*"))]
)

NO_ORIGIN = Not(condition=HeaderIs(name="origin", state=HeaderState.FILLED))
FROM_A = OriginIn(origins=OriginSet(entries=(ExactOrigin(written="http://a.test"),)))
FORBIDDEN = Respond(status=403, body="no")


def first(table: Table, request: Request) -> Row:
    hold = Conditions().hold
    return next(row for row in table.rows if all(hold(condition, request) for condition in row.when))


def edited(lines: Sequence[tuple[str, str]], edits: Sequence[Edit], request: Request) -> list[tuple[str, str]]:
    made = [edit for edit in edits if _is_made(Conditions(), edit, request)]
    return list(_edited(list(lines), made, request))


def table(*rows: Row, policy: str = "p", every: tuple[Edit, ...] = ()) -> Table:
    return Table(policy=policy, rows=rows, every=every)


def composed_or_none(outer: Table, inner: Table) -> Table | None:
    try:
        return compose(outer, inner)
    except ValueError:
        return None


@PATIENTLY
@given(outer=tables(), inner=tables(), request=received(), upstream=UPSTREAMS)
def test_it_answers_as_one_around_the_other(
    outer: Table, inner: Table, request: Request, upstream: tuple[tuple[str, str], ...]
) -> None:
    composed = composed_or_none(outer, inner)
    assume(composed is not None)
    assert composed is not None
    row, outermost, within = first(composed, request), first(outer, request), first(inner, request)
    lines = [] if isinstance(outermost.action, Respond) else [*edited(upstream, inner.edits_of(within), request)]
    expected = edited(lines, outer.edits_of(outermost), request)
    if isinstance(outermost.action, Respond):
        assert row.action == outermost.action
        got = edited([], composed.edits_of(row), request)
    else:
        assert row.action == within.action
        got = edited(upstream, composed.edits_of(row), request)

    assert _presented(got) == _presented(expected)


@PATIENTLY
@given(outer=tables(), inner=tables())
def test_rows_have_names_of_their_own_and_the_last_one_no_condition(outer: Table, inner: Table) -> None:
    composed = composed_or_none(outer, inner)
    assume(composed is not None)
    assert composed is not None

    assert len({row.name for row in composed.rows}) == len(composed.rows)
    assert composed.rows[-1].when == ()


def test_what_the_outer_one_answers_the_inner_one_never_sees() -> None:
    outer = table(
        Row(outcome=Outcome.PREFLIGHT_ALLOWED, when=(OPTIONS,), action=Respond(status=200)),
        Row(outcome=Outcome.ACTUAL_REFUSED),
        policy="outer",
    )
    inner = table(Row(outcome=Outcome.ACTUAL_REFUSED, action=FORBIDDEN), policy="inner")
    composed = compose(outer, inner)

    assert [(composed.policy_of(row), row.action) for row in composed.rows] == [
        ("outer", Respond(status=200)),
        ("inner", FORBIDDEN),
    ]


def test_the_outer_one_has_the_last_word_on_the_headers_of_a_refusal() -> None:
    grant = Set(name="access-control-allow-origin", value=Echo(header="origin"))
    outer = table(
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(FROM_A,), edits=(grant,)),
        Row(outcome=Outcome.ACTUAL_REFUSED),
    )
    composed = compose(outer, table(Row(outcome=Outcome.ACTUAL_REFUSED, action=FORBIDDEN), policy="inner"))

    assert composed.rows[0].outcome is Outcome.ACTUAL_REFUSED
    assert composed.rows[0].action == FORBIDDEN
    assert composed.rows[0].edits == (grant,)
    assert composed.policy_of(composed.rows[0]) == "inner"


def test_a_grant_of_the_outer_one_is_the_outcome_where_the_request_goes_on() -> None:
    outer = table(Row(outcome=Outcome.ACTUAL_ALLOWED), policy="outer")
    composed = compose(outer, table(Row(outcome=Outcome.ACTUAL_REFUSED), policy="inner"))

    assert [(row.outcome, composed.policy_of(row)) for row in composed.rows] == [(Outcome.ACTUAL_ALLOWED, "outer")]


def test_rows_that_no_request_can_reach_are_left_out() -> None:
    outer = table(Row(outcome=Outcome.NO_ORIGIN, when=(NO_ORIGIN,)), Row(outcome=Outcome.ACTUAL_REFUSED))
    inner = table(
        Row(outcome=Outcome.NO_ORIGIN, when=(Not(condition=HeaderIs(name="origin", state=HeaderState.NOT_BLANK)),)),
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(FROM_A,)),
        Row(outcome=Outcome.ACTUAL_REFUSED),
    )

    assert [row.name for row in compose(outer, inner).rows] == [
        "no-origin, no-origin",
        "actual-refused, no-origin",
        "actual-refused, actual-allowed",
        "actual-refused, actual-refused",
    ]


vary = Merge(name="vary", member="Origin")


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ((Append(name="x-a", value=Literal(text="1")),), (Remove(name="x-a"),), (Remove(name="x-a"),)),
        (
            (Append(name="x-a", value=Literal(text="1")),),
            (Set(name="x-a", value=Literal(text="2")),),
            (Set(name="x-a", value=Literal(text="2")),),
        ),
        ((Set(name="vary", value=Literal(text="A")),), (vary,), (Set(name="vary", value=Literal(text="A, Origin")),)),
        ((Set(name="vary", value=Literal(text="origin")),), (vary,), (Set(name="vary", value=Literal(text="origin")),)),
        ((vary,), (vary,), (vary,)),
    ],
)
def test_edits_of_one_header(inner: tuple[Edit, ...], outer: tuple[Edit, ...], expected: tuple[Edit, ...]) -> None:
    composed = compose(
        table(Row(outcome=Outcome.ACTUAL_ALLOWED, edits=outer)), table(Row(outcome=Outcome.ACTUAL_ALLOWED, edits=inner))
    )

    assert composed.rows[0].edits == expected


def test_an_edit_that_holds_for_some_requests_parts_a_row() -> None:
    only = Set(name="x-a", value=Literal(text="2"), when=OPTIONS)
    line = Append(name="x-a", value=Literal(text="1"))
    composed = compose(
        table(Row(outcome=Outcome.ACTUAL_ALLOWED, edits=(only,))), table(Row(outcome=Outcome.NO_ORIGIN, edits=(line,)))
    )

    assert [(row.name, row.when, row.edits) for row in composed.rows] == [
        ("actual-allowed, no-origin", (OPTIONS,), (only,)),
        ("actual-allowed, no-origin (2)", (), (line,)),
    ]


def test_a_merge_into_a_value_that_the_request_brings_is_refused() -> None:
    echoing = table(Row(outcome=Outcome.NO_ORIGIN, edits=(Set(name="vary", value=Echo(header="origin")),)))
    with pytest.raises(ValueError, match="not known beforehand"):
        compose(table(Row(outcome=Outcome.NO_ORIGIN, edits=(vary,))), echoing)
