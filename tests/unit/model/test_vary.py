import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.engine.request import Request
from crossgate.engine.respond import Response, respond
from crossgate.fetch.headers import REQUEST_METHOD
from crossgate.model.conditions import (
    OPTIONS,
    Condition,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    Not,
    OriginIn,
    SameOrigin,
)
from crossgate.model.edits import Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.origins import ExactOrigin, OriginSet
from crossgate.model.routes import PathPrefix, Route, RouteMatch
from crossgate.model.table import CONTINUE, Action, Outcome, Respond, Row, Table
from crossgate.model.vary import is_varying_by_origin, varying_by_origin
from crossgate.records import replace

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

GIVEN = HeaderIs(name="origin", state=HeaderState.FILLED)
ALLOWED = OriginIn(origins=OriginSet(entries=(ExactOrigin(written="http://a"),)))
OTHER = HeaderIs(name=REQUEST_METHOD, state=HeaderState.PRESENT)
ECHO = Set(name="access-control-allow-origin", value=Echo(header="origin"))
STATIC = Set(name="access-control-allow-origin", value=Literal(text="*"))


def table(*rows: tuple[tuple[Condition, ...], Action, tuple[Edit, ...]], every: tuple[Edit, ...] = ()) -> Table:
    named = (
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=when, action=action, edits=edits, name=str(place))
        for place, (when, action, edits) in enumerate(rows)
    )
    return Table(policy="p", rows=tuple(named), every=every)


LAST: tuple[tuple[Condition, ...], Action, tuple[Edit, ...]] = ((), CONTINUE, ())

VARYING = {
    "an echo": table(((), CONTINUE, (ECHO,))),
    "an allowed origin": table(((ALLOWED,), CONTINUE, (STATIC,)), LAST),
    "an absent origin": table(((Not(condition=GIVEN),), CONTINUE, (STATIC,)), LAST),
    "an origin that equals": table(((HeaderEquals(name="origin", value="null"),), Respond(status=403), ()), LAST),
    "the same origin": table(((SameOrigin(),), Respond(status=403), ()), LAST),
    "an edit by the origin": table(((), CONTINUE, (replace(STATIC, when=ALLOWED),))),
    "an edit of every row by the origin": table(LAST, every=(replace(STATIC, when=ALLOWED),)),
    "an echo of every row": table(LAST, every=(ECHO,)),
}

CONSTANT = {
    "nothing": table(LAST),
    "one answer for all": table(((), CONTINUE, (STATIC,))),
    "one answer by many ways": table(((ALLOWED,), CONTINUE, (STATIC,)), ((), CONTINUE, (STATIC,))),
    "another header": table(((OTHER,), CONTINUE, (STATIC,)), LAST),
    "an echo of another header": table(((), CONTINUE, (replace(ECHO, value=Echo(header=REQUEST_METHOD)),))),
    "preflights alone": table(((OPTIONS, ALLOWED), Respond(status=200), (ECHO,)), LAST),
}


@pytest.mark.parametrize("case", VARYING)
def test_answers_that_vary_say_so(case: str) -> None:
    given = VARYING[case]
    assert is_varying_by_origin(given)
    vary = Merge(name="vary", member="Origin", when=Not(condition=OPTIONS))
    assert varying_by_origin(given) == replace(given, every=(*given.every, vary))


@pytest.mark.parametrize("case", CONSTANT)
def test_answers_that_are_the_same_for_all_stay_as_they_are(case: str) -> None:
    assert varying_by_origin(CONSTANT[case]) is CONSTANT[case]


conditions: st.SearchStrategy[Condition] = st.sampled_from(
    [OPTIONS, GIVEN, ALLOWED, OTHER, SameOrigin(), Not(condition=GIVEN), Not(condition=ALLOWED), Not(condition=OPTIONS)]
)
actions: st.SearchStrategy[Action] = st.sampled_from([CONTINUE, Respond(status=403)])
some_edits: list[Edit] = [ECHO, STATIC, replace(STATIC, when=ALLOWED), replace(STATIC, when=OTHER), Remove(name="x")]
edits = st.lists(st.sampled_from(some_edits), max_size=2).map(tuple[Edit, ...])
whens = st.lists(conditions, min_size=1, max_size=2).map(tuple[Condition, ...])
tables = st.builds(
    lambda rows, last, every: table(*rows, ((), *last), every=every),
    st.lists(st.tuples(whens, actions, edits), max_size=3),
    st.tuples(actions, edits),
    edits,
)


def answer(given: Table, method: str, headers: tuple[tuple[str, str], ...]) -> Response:
    match = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
    route = Route(name="r", match=match, target=Respond(status=404), table=given)
    listener = Listener(name="l", port=80, hosts=(HostRoutes(hostname=ANY_HOST, routes=(route,)),))
    engine = Engine(GatewayConfig(listeners=(listener,)))
    request = Request(method=method, scheme="http", authority="b", target="/", headers=headers)
    return respond(engine.conditions, engine.decide(request, port=80), Response())


@PATIENTLY
@given(given_table=tables, method=st.sampled_from(["GET", "POST"]), asks=st.booleans())
def test_where_origin_is_not_named_it_makes_no_difference(given_table: Table, method: str, *, asks: bool) -> None:
    if is_varying_by_origin(given_table):
        return
    more = ((REQUEST_METHOD, "PUT"),) if asks else ()
    origins = ("", "null", "http://a", "http://b", "http://c")
    answers = {answer(given_table, method, (*((("origin", origin),) if origin else ()), *more)) for origin in origins}
    assert len(answers) == 1
