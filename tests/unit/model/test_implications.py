from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from crossgate.engine.conditions import Conditions
from crossgate.engine.request import Request
from crossgate.model.conditions import OPTIONS, Condition, HeaderIs, HeaderState, MethodIn, Not, SameOrigin
from crossgate.model.implications import truth
from tests.property.requests import received
from tests.property.strategies import conditions

FILLED = HeaderIs(name="origin", state=HeaderState.FILLED)
NOT_BLANK = HeaderIs(name="origin", state=HeaderState.NOT_BLANK)


@given(condition=conditions, known=st.lists(conditions, max_size=3), request=received())
def test_what_is_said_holds_for_every_request(
    condition: Condition, known: Sequence[Condition], request: Request
) -> None:
    hold = Conditions().hold
    true = [one for one in known if hold(one, request)]

    assert truth(condition, true) in {None, hold(condition, request)}


def test_a_condition_says_of_itself_and_its_opposite() -> None:
    assert truth(OPTIONS, [OPTIONS]) is True
    assert truth(OPTIONS, [Not(condition=OPTIONS)]) is False
    assert truth(Not(condition=OPTIONS), [OPTIONS]) is False
    assert truth(OPTIONS, []) is None


def test_stronger_states_say_of_weaker_ones() -> None:
    assert truth(FILLED, [NOT_BLANK]) is True
    assert truth(NOT_BLANK, [FILLED]) is None
    assert truth(NOT_BLANK, [Not(condition=FILLED)]) is False
    assert truth(SameOrigin(), [Not(condition=FILLED)]) is False


def test_methods_exclude_each_other() -> None:
    assert truth(MethodIn(methods=frozenset({"GET"})), [OPTIONS]) is False
    assert truth(MethodIn(methods=frozenset({"GET", "OPTIONS"})), [OPTIONS]) is None
