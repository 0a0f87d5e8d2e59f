"""Engine = Envoy where edits are made for all routes at once, as they are where routes are many."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.engine.respond import Response, respond
from crossgate.envoy import virtual_hosts
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import OPTIONS, Condition, HeaderIs, HeaderState, Not
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.origins import Normalisation
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Backend, Endpoint, ExactPath, Forward, Route, RouteMatch, WeightedBackend
from crossgate.model.table import CONTINUE, Action, Outcome, Respond, Row, Table
from crossgate.records import replace
from tests.differential.effort import effort
from tests.support.backend import asked, start_backend
from tests.support.data_plane import DataPlane, running_data_plane
from tests.support.wire import Connection

BACKEND = "backend.test:80"
NOWHERE = Backend(name=BACKEND, endpoints=(Endpoint(host="127.0.0.1", port=1),))
FORWARD = Forward(backends=(WeightedBackend(backend=NOWHERE),))
EDITED = {"vary", "x-a", "x-b"}
ORIGINS = ((), ((ORIGIN, "http://a.test:80/"),), ((ORIGIN, "https://a.test:80"),), ((ORIGIN, ""),))
PORTS = itertools.count(1)
SENT_BY_THE_UPSTREAM = (None, "", "*", "origin, X", "Accept-Encoding", "X-Origin")

SENT = HeaderIs(name=ORIGIN, state=HeaderState.FILLED)
firsts: st.SearchStrategy[Condition] = st.sampled_from([OPTIONS, Not(condition=OPTIONS), SENT])
actions: st.SearchStrategy[Action] = st.sampled_from([CONTINUE, Respond(status=204)])
whens = st.sampled_from([None, Not(condition=OPTIONS), OPTIONS, SENT])
normalisations = st.builds(Normalisation, trailing_slash=st.booleans(), default_port=st.booleans())
echoes = st.builds(Echo, header=st.just(ORIGIN), normalisation=normalisations)
edits: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Merge, name=st.just("vary"), member=st.sampled_from(["Origin", "Origin", "Accept"]), when=whens),
    st.just(Merge(name="vary", member="Origin", when=Not(condition=OPTIONS))),
    st.just(Remove(name="vary")),
    st.builds(Set, name=st.sampled_from(["x-a", "x-b"]), value=echoes, when=whens),
    st.builds(Set, name=st.sampled_from(["vary", "x-a"]), value=st.just(Literal(text="Set")), when=whens),
    st.builds(Append, name=st.just("vary"), value=st.just(Literal(text="Appended"))),
)
some_edits = st.lists(edits, max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    first = Row(
        outcome=Outcome.PREFLIGHT_ALLOWED,
        when=(draw(firsts),),
        action=draw(actions),
        edits=draw(some_edits),
    )
    return Table(
        policy="p", rows=(first, Row(outcome=Outcome.ACTUAL_ALLOWED, edits=draw(some_edits))), every=draw(some_edits)
    )


@pytest.fixture(scope="module")
def plane() -> Iterator[DataPlane]:
    with running_data_plane() as found:
        yield found


@pytest.fixture(scope="module")
def backend(plane: DataPlane) -> Iterator[Endpoint]:
    server, port = plane.run(start_backend())
    yield Endpoint(host="127.0.0.1", port=port)
    server.get_loop().call_soon_threadsafe(server.close)


@given(drawn=st.lists(tables(), min_size=10, max_size=20))
@effort(15)
def test_both_make_the_same_edits(plane: DataPlane, backend: Endpoint, drawn: list[Table]) -> None:
    port = next(PORTS)
    routes = tuple(
        Route(name=str(number), match=RouteMatch(path=ExactPath(path=f"/{number}")), target=FORWARD, table=table)
        for number, table in enumerate(drawn)
    )
    listener = Listener(name="l", port=port, hosts=(HostRoutes(hostname=ANY_HOST, routes=routes),))
    config = with_endpoints(GatewayConfig(listeners=(listener,)), {BACKEND: (backend,)})
    engine = Engine(config)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(virtual_hosts, "_SHARING_FROM", 0)
        path = plane.serve(config)[port]
    with Connection(path) as connection:
        for number, method, origin, vary in itertools.product(
            range(len(drawn)), ("GET", "OPTIONS"), ORIGINS, SENT_BY_THE_UPSTREAM
        ):
            upstream = Response(status=200, headers=() if vary is None else (("vary", vary),), body="x")
            lines = [("Host", "a.test"), *origin, asked(upstream.status, upstream.headers, upstream.body)]
            request = receive(method, f"/{number}", lines, scheme="http")
            assert not isinstance(request, BadRequest)
            expected = respond(engine.conditions, engine.decide(request, port=port), replace(upstream))
            answer = connection.exchange(method, f"/{number}", lines)
            seen = [(name, value) for name, value in answer.headers if name in EDITED]
            assert _joined(seen) == _joined(expected.headers), (number, method, origin, vary)


def _joined(headers: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:  # type: ignore[attr-defined]
        if name in EDITED:
            found[name] = f"{found[name]},{value}" if name in found else value
    return found
