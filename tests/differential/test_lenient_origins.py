"""Engine = Envoy where an origin is read as a URL that is split leniently, and nobody sends a plainer one."""

import itertools
from typing import Final

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.engine.respond import Response
from crossgate.fetch.headers import ALLOW_ORIGIN, ORIGIN
from crossgate.model.conditions import HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Echo, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.origins import ExactOrigin, Normalisation, OriginEntry, OriginSet, Reading, RegexOrigin, Subject
from crossgate.model.routes import ExactPath, Route, RouteMatch
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection, Lines

AS_URL: Final = Normalisation(default_port=True, reading=Reading.URL)
FIRST_LINE: Final = Normalisation(reading=Reading.FIRST_LINE)
PORTS: Final = itertools.count(1)

pieces = st.sampled_from(
    [
        *("http://", "https://", "HTTP://", "app://", "//", "http:", "9p://", "://", *"@:/?#[],; .|-"),
        *(
            "a.test",
            "b",
            "::1",
            "[::1]",
            "[::80]",
            ":80",
            ":443",
            ":8080",
            "user:pass@",
            "null",
            ", ",
            "\xe9",
            "\xc3\xa9",
        ),
    ]
)
origins = st.lists(pieces, min_size=1, max_size=7).map("".join)
ODD: Final = [
    *("null", "a.test", "http://a.test", "http://a.test:80", "https://a.test:443/", "http://[::1]:80", "http://[::80]"),
    *(
        "http://u:p@a.test/x?y#z",
        "http://u@",
        "http://:80",
        "http://:80:",
        "http://[]",
        "http://[a]b]:1",
        "//a.test:80",
    ),
    *("http://a.test,http://b.test", "http://a.test, http://b.test", "http://a.test,", ",http://a.test", "http://a#@b"),
    *(
        "http://a:b:80",
        "http://a.test:",
        "http://u@v@a.test",
        "http://[::1",
        "http:a.test",
        "http:///a.test",
        "http://@a",
    ),
]


def table(entry: OriginEntry) -> Table:
    within = OriginIn(origins=OriginSet(entries=(entry,), normalisation=AS_URL))
    echo = Set(name=ALLOW_ORIGIN, value=Echo(header=ORIGIN, normalisation=AS_URL))
    whole = Set(name=ALLOW_ORIGIN, value=Echo(header=ORIGIN, normalisation=FIRST_LINE))
    absent = Not(condition=HeaderIs(name=ORIGIN, state=HeaderState.FILLED))
    return Table(
        policy="p",
        rows=(
            Row(outcome=Outcome.NO_ORIGIN, when=(absent,)),
            Row(outcome=Outcome.ACTUAL_REFUSED, when=(Not(condition=within),), edits=(whole,)),
            Row(outcome=Outcome.ACTUAL_ALLOWED, when=(within,), edits=(echo,)),
            Row(outcome=Outcome.NO_POLICY),
        ),
    )


def regex(pattern: str, subject: Subject) -> OriginEntry:
    return RegexOrigin(written=pattern, pattern=pattern, subject=subject)


ENTRIES: Final = (
    *(ExactOrigin(written=text) for text in ("http://a.test", "http://::1:8080", "null", "http://a.test/x", "a.test")),
    *(regex(text, Subject.ORIGIN) for text in (".*", r"https?://(?:[^.]+\.)?test(?s:.*)", "(?:null|a$)(?s:.*)")),
    *(regex(text, Subject.HOST) for text in (".*", r"(?:.*\.)?test", "::1|null")),
)


def configuration(port: int) -> GatewayConfig:
    routes = tuple(
        Route(
            name=str(number),
            match=RouteMatch(path=ExactPath(path=f"/{number}")),
            target=Respond(status=204),
            table=table(entry),
        )
        for number, entry in enumerate(ENTRIES)
    )
    return GatewayConfig(
        listeners=(Listener(name="l", port=port, hosts=(HostRoutes(hostname=ANY_HOST, routes=routes),)),)
    )


@given(drawn=st.lists(origins, min_size=40, max_size=60))
@example(drawn=ODD)
@settings(deadline=None, max_examples=6, suppress_health_check=list(HealthCheck), derandomize=True)
def test_both_split_alike(plane: DataPlane, drawn: list[str]) -> None:
    port = next(PORTS)
    config = configuration(port)
    engine, path = Engine(config), plane.serve(config)[port]
    with Connection(path) as connection:
        for number, origin in itertools.product(range(len(ENTRIES)), ["", *drawn]):
            lines: Lines = [("Host", "k.test"), (ORIGIN, origin.strip())]
            assert_read_alike(engine, port, connection, "GET", f"/{number}", lines, Response())
            assert_read_alike(engine, port, connection, "GET", f"/{number}", [*lines, (ORIGIN, "null")], Response())


def test_an_absent_origin_is_in_no_set(plane: DataPlane) -> None:
    port = next(PORTS)
    config = configuration(port)
    engine, path = Engine(config), plane.serve(config)[port]
    with Connection(path) as connection:
        for number in range(len(ENTRIES)):
            assert_read_alike(engine, port, connection, "GET", f"/{number}", [("Host", "k.test")], Response())
