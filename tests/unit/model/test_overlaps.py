"""What two matches have in common."""

import pytest

from crossgate.model.hosts import Hostname
from crossgate.model.overlaps import can_both_mean, means_all_of
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, PathRegex, QueryMatch, RouteMatch

ALL = PathPrefix(prefix="/", by_element=True)
EVERYTHING = RouteMatch(path=ALL)
UNDER_A = RouteMatch(path=PathPrefix(prefix="/a", by_element=True))
FROM_A = RouteMatch(path=PathPrefix(prefix="/a", by_element=False))
ONLY_A = RouteMatch(path=ExactPath(path="/a"))
POST = RouteMatch(path=ALL, methods=frozenset({"POST"}))
TWO = RouteMatch(path=ALL, methods=frozenset({"POST", "GET"}))
PUT = RouteMatch(path=ALL, methods=frozenset({"PUT"}))
HOST = RouteMatch(path=ALL, hostname=Hostname(pattern="a.test"))
OTHER_HOST = RouteMatch(path=ALL, hostname=Hostname(pattern="b.test"))
SNI = RouteMatch(path=ALL, server_names=frozenset({"a.test"}))
FIRST = RouteMatch(path=ALL, query=(QueryMatch(name="x", value="1"),))
SECOND = RouteMatch(path=ALL, query=(QueryMatch(name="x", value="2"),))
DIGIT = RouteMatch(path=ALL, query=(QueryMatch(name="x", value="[0-9]", is_regex=True),))
HEADED = RouteMatch(path=ALL, headers=(HeaderMatch(name="host", value="a"),))
EXPRESSION = RouteMatch(path=PathRegex(pattern="/a.*"))
LIKE_A = RouteMatch(path=PathPrefix(prefix="/ab", by_element=True))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (EVERYTHING, UNDER_A),
        (EVERYTHING, EXPRESSION),
        (EXPRESSION, EXPRESSION),
        (UNDER_A, ONLY_A),
        (FROM_A, UNDER_A),
        (FROM_A, LIKE_A),
        (TWO, POST),
        (EVERYTHING, POST),
        (EVERYTHING, HOST),
        (EVERYTHING, SNI),
        (EVERYTHING, FIRST),
        (EVERYTHING, HEADED),
    ],
)
def test_one_means_all_of_the_other(wide: RouteMatch, narrow: RouteMatch) -> None:
    assert means_all_of(wide, narrow)
    assert can_both_mean(wide, narrow)
    assert can_both_mean(narrow, wide)
    assert wide == narrow or not means_all_of(narrow, wide)


@pytest.mark.parametrize("pair", [(UNDER_A, EXPRESSION), (UNDER_A, POST), (FIRST, DIGIT), (HEADED, POST), (SNI, HOST)])
def test_two_that_only_overlap(pair: tuple[RouteMatch, RouteMatch]) -> None:
    one, other = pair
    assert can_both_mean(one, other)
    assert not means_all_of(one, other)
    assert not means_all_of(other, one)


@pytest.mark.parametrize("pair", [(UNDER_A, LIKE_A), (PUT, TWO), (HOST, OTHER_HOST), (FIRST, SECOND)])
def test_two_that_no_request_can_mean(pair: tuple[RouteMatch, RouteMatch]) -> None:
    one, other = pair
    assert not can_both_mean(one, other)
    assert not can_both_mean(other, one)
