"""The same-origin test of the engine against the plainest reading of it, for a listener of either scheme."""

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings

from crossgate.engine.decide import Engine
from crossgate.engine.request import BadRequest, receive
from crossgate.model.conditions import SameOrigin
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.routes import PathPrefix, Route, RouteMatch
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.property.same_origins import pairs
from tests.support.plain_same_origin import is_loosely_same, is_same

PORT = 80


def asking(*, loosely: bool) -> Engine:
    """Return an engine that answers 204 to requests of their own origin, and 403 to others."""
    same = Row(outcome=Outcome.SAME_ORIGIN, when=(SameOrigin(loosely=loosely),), action=Respond(status=204))
    table = Table(policy="p", rows=(same, Row(outcome=Outcome.ACTUAL_REFUSED, action=Respond(status=403))))
    match = RouteMatch(path=PathPrefix(prefix="/", by_element=False))
    route = Route(name="r", match=match, target=Respond(status=200), table=table)
    host = HostRoutes(hostname=ANY_HOST, routes=(route,))
    return Engine(GatewayConfig(listeners=(Listener(name="l", port=PORT, hosts=(host,)),)))


STRICT, LOOSE = asking(loosely=False), asking(loosely=True)
READINGS = ((STRICT, is_same), (LOOSE, is_loosely_same))


@pytest.mark.parametrize("scheme", ["http", "https"])
@given(pair=pairs())
@example(pair=("a.test", "http://a.test"))
@example(pair=("a.test:443", "https://a.test"))
@example(pair=("[::1]:80", "http://[::1]/"))
@example(pair=("[2001:db8::1]", "http://[2001:db8::2]:8080"))
@example(pair=("a.test", "http://u@a.test/x?y#z"))
@settings(deadline=None, max_examples=1000)
def test_the_engine_reads_it_as_plainly(scheme: str, pair: tuple[str, str]) -> None:
    authority, origin = pair
    request = receive("GET", "/", [("Host", authority), ("Origin", origin)], scheme=scheme)
    assert not isinstance(request, BadRequest)
    for engine, reading in READINGS:
        decided = engine.decide(request, port=PORT).outcome is Outcome.SAME_ORIGIN
        assert decided is says(reading, scheme, authority, origin.strip(" "))


def says(reading: Callable[[str, str, str], bool], scheme: str, authority: str, origin: str) -> bool:
    return bool(origin) and reading(scheme, authority, origin)


@pytest.mark.parametrize(
    ("authority", "origin", "strictly", "loosely"),
    [
        ("a.test", "http://a.test", True, True),
        ("A.test:80", "HTTP://a.TEST/", True, True),
        ("a.test:8080", "http://a.test:8080", True, True),
        ("a.test", "http://a.test.", False, False),
        ("a.test.", "http://a.test.", True, True),
        ("a.test", "https://a.test", False, False),
        ("a.test", "http://a.test:080", False, False),
        ("[::1]", "http://[::1]:80", True, True),
        ("[::1]", "http://[::2]", False, True),
        ("[2001:db8::1]", "http://[2001:db9::1]", False, False),
        ("[2001:db8::1]:81", "http://[2001:db8::9]:82", False, True),
        ("a.test", "http://user@a.test", False, True),
        ("a.test", "http://a.test/path", False, True),
        ("a.test", "null", False, False),
    ],
)
def test_what_is_the_same(authority: str, origin: str, strictly: bool, loosely: bool) -> None:  # noqa: FBT001 - a table
    request = receive("GET", "/", [("Host", authority), ("Origin", origin)], scheme="http")
    assert not isinstance(request, BadRequest)
    found = tuple(engine.decide(request, port=PORT).outcome is Outcome.SAME_ORIGIN for engine in (STRICT, LOOSE))
    assert found == (strictly, loosely)
