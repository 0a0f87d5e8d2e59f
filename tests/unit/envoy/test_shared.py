import pytest

from crossgate.envoy.shared import Shared, left_to_all, made_for_all, metadata
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import OPTIONS, Condition, HeaderIs, HeaderState, Not
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.origins import Normalisation

ALWAYS = Merge(name="vary", member="Origin")
NOT_ON_OPTIONS = Merge(name="vary", member="Origin", when=Not(condition=OPTIONS))
ECHO = Set(name="x-b", value=Echo(header=ORIGIN, normalisation=Normalisation(trailing_slash=True)))
OTHER = Set(name="x-a", value=Literal(text="1"))
SENT = HeaderIs(name=ORIGIN, state=HeaderState.FILLED)


@pytest.mark.parametrize(
    ("edits", "known", "said"),
    [
        ((ALWAYS,), (), {"vary: Origin": "always"}),
        ((NOT_ON_OPTIONS,), (), {"vary: Origin": "not on OPTIONS"}),
        ((ALWAYS, NOT_ON_OPTIONS), (), {"vary: Origin": "always"}),
        ((NOT_ON_OPTIONS,), (Not(condition=OPTIONS),), {"vary: Origin": "always"}),
        ((NOT_ON_OPTIONS,), (OPTIONS,), {}),
        ((Remove(name="vary"), NOT_ON_OPTIONS), (), {"vary: Origin": "not on OPTIONS"}),
        ((ECHO, ALWAYS), (), {"x-b: origin less slash": "always", "vary: Origin": "always"}),
        ((Merge(name="x-c", member="a"),), (), {"x-c: a": "always"}),
        ((), (), {}),
    ],
)
def test_what_an_expression_makes_is_left_to_all(
    edits: tuple[Edit, ...], known: tuple[Condition, ...], said: dict[str, str]
) -> None:
    shared, others = left_to_all((OTHER, *edits), known)

    assert metadata(shared) == ({"crossgate.edits": said} if said else {})
    assert others == (OTHER, *(edit for edit in edits if isinstance(edit, Remove)))


@pytest.mark.parametrize(
    "edits",
    [
        (ALWAYS, Set(name="vary", value=Literal(text="x"))),
        (Append(name="vary", value=Literal(text="x")), ALWAYS),
        (ALWAYS, Merge(name="vary", member="Accept")),
        (Merge(name="vary", member="Origin", when=SENT),),
        (Set(name="x-b", value=Echo(header=ORIGIN)),),
        (ECHO, Set(name="x-b", value=Echo(header=ORIGIN, normalisation=Normalisation(default_port=True)))),
    ],
)
def test_a_row_that_edits_a_header_otherwise_does_it_by_itself(edits: tuple[Edit, ...]) -> None:
    assert left_to_all(edits, ()) == ((), edits)


def test_each_edit_is_made_once() -> None:
    found = [Shared(edit=edit, is_always=is_always) for edit in (ALWAYS, ECHO) for is_always in (True, False)]

    assert [item["header"]["key"] for item in made_for_all(found)] == ["vary", "x-b"]
