import pytest

from crossgate.model.conditions import OPTIONS, HeaderIs, HeaderState, MethodIn, SameOrigin
from crossgate.model.edits import Append, Literal, Merge, Remove, Set
from crossgate.model.table import CONTINUE, Outcome, Respond, Row, Table

FIRST = Row(outcome=Outcome.PREFLIGHT_ALLOWED, when=(OPTIONS,))
LAST = Row(outcome=Outcome.ACTUAL_REFUSED)


def test_a_row_is_called_after_its_outcome_unless_it_has_a_name() -> None:
    assert LAST.name == "actual-refused"
    assert Row(outcome=Outcome.ACTUAL_REFUSED, name="by-method").name == "by-method"
    assert LAST.action == CONTINUE


def test_the_smallest_table() -> None:
    assert Table(policy="p", rows=(LAST,)).rows == (LAST,)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ((), "the last row of a table has no condition"),
        ((FIRST,), "the last row of a table has no condition"),
        ((LAST, FIRST), "the last row of a table has no condition"),
        ((LAST, Row(outcome=Outcome.NO_ORIGIN)), "hides the rows behind it"),
        ((FIRST, FIRST, LAST), "not unique"),
        ((FIRST, Row(outcome=Outcome.NO_ORIGIN, name="preflight-allowed")), "not unique"),
    ],
)
def test_a_table_that_cannot_be_built(rows: tuple[Row, ...], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Table(policy="p", rows=rows)


def test_rows_of_one_outcome_have_names_of_their_own() -> None:
    other = Row(outcome=Outcome.PREFLIGHT_ALLOWED, when=(SameOrigin(),), name="preflight-allowed-same-origin")
    assert [row.name for row in Table(policy="p", rows=(FIRST, other, LAST)).rows] == [
        "preflight-allowed",
        "preflight-allowed-same-origin",
        "actual-refused",
    ]


@pytest.mark.parametrize("status", [200, 204, 403, 599])
def test_a_final_status(status: int) -> None:
    assert Respond(status=status).status == status


@pytest.mark.parametrize("status", [0, 100, 199, 600])
def test_no_final_status(status: int) -> None:
    with pytest.raises(ValueError, match="final"):
        Respond(status=status)


def test_the_edits_of_every_row_come_after_its_own() -> None:
    own, every = Remove(name="a"), Set(name="b", value=Literal(text=""))
    row = Row(outcome=Outcome.NO_ORIGIN, edits=(own,))
    assert Table(policy="p", rows=(row,), every=(every,)).edits_of(row) == (own, every)


def test_all_conditions_of_rows_and_edits() -> None:
    asked = HeaderIs(name="origin", state=HeaderState.PRESENT)
    get = MethodIn(methods=frozenset({"GET"}))
    row = Row(
        outcome=Outcome.NO_ORIGIN,
        when=(OPTIONS, SameOrigin()),
        edits=(Remove(name="x"), Set(name="x", value=Literal(text="1"), when=asked)),
    )
    every = (Append(name="x", value=Literal(text="2")), Merge(name="vary", member="Origin", when=get))
    table = Table(policy="p", rows=(row, LAST), every=every)
    assert list(table.conditions()) == [OPTIONS, SameOrigin(), asked, get, get]


def test_outcomes_are_the_closed_list_of_the_command_line() -> None:
    assert {outcome.value for outcome in Outcome} == {
        "bad-request",
        "no-route",
        "no-policy",
        "no-origin",
        "same-origin",
        "preflight-allowed",
        "preflight-refused",
        "preflight-forwarded",
        "actual-allowed",
        "actual-refused",
    }
