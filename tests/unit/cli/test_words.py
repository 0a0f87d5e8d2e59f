import pytest

from crossgate.cli.words import condition_text
from crossgate.model.conditions import (
    OPTIONS,
    Condition,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.origins import AnyOrigin, ExactOrigin, OriginSet


def origins(*written: str) -> OriginIn:
    return OriginIn(origins=OriginSet(entries=tuple(ExactOrigin(written=text) for text in written)))


def state(found: HeaderState) -> HeaderIs:
    return HeaderIs(name="access-control-request-method", state=found)


NAME = "`Access-Control-Request-Method`"

CASES: list[tuple[Condition, str, str]] = [
    (state(HeaderState.PRESENT), f"{NAME} is present", f"{NAME} is absent"),
    (state(HeaderState.EMPTY), f"{NAME} is empty", f"{NAME} is absent or not empty"),
    (state(HeaderState.FILLED), f"{NAME} is not empty", f"{NAME} is absent or empty"),
    (state(HeaderState.NOT_BLANK), f"{NAME} is not blank", f"{NAME} is absent or blank"),
    (HeaderEquals(name="origin", value="null"), "`Origin` is `null`", "`Origin` is not `null`"),
    (OPTIONS, "the method is `OPTIONS`", "the method is not `OPTIONS`"),
    (
        MethodIn(methods=frozenset({"PUT", "GET"})),
        "the method is one of `GET` and `PUT`",
        "the method is none of `GET` and `PUT`",
    ),
    (
        RequestedMethodIn(methods=frozenset("ABCDEFG")),
        "the requested method is one of `A`, `B`, `C`, `D`, `E` and 2 more",
        "the requested method is none of `A`, `B`, `C`, `D`, `E` and 2 more",
    ),
    (
        RequestedHeadersIn(names=frozenset({"X-A", "X-B", "X-C"})),
        "every requested header is one of `X-A`, `X-B` and `X-C`",
        "a requested header is none of `X-A`, `X-B` and `X-C`",
    ),
    (
        RequestedHeadersIn(names=frozenset({"X-A"})),
        "every requested header is `X-A`",
        "a requested header is not `X-A`",
    ),
    (
        RequestedHeadersIn(names=frozenset()),
        "every requested header is one of an empty list",
        "a requested header is none of an empty list",
    ),
    (origins("http://a"), "the origin is `http://a`", "the origin is not `http://a`"),
    (origins("b", "a"), "the origin is one of `b` and `a`", "the origin is none of `b` and `a`"),
    (OriginIn(origins=OriginSet(entries=(AnyOrigin(),))), "any origin is allowed", "there is no origin"),
    (
        SameOrigin(),
        "the origin is the request's own scheme, host and port",
        "the origin is not the request's own scheme, host and port",
    ),
]


@pytest.mark.parametrize(("condition", "so", "not_so"), CASES, ids=[so for _, so, _ in CASES])
def test_a_condition_and_its_contrary(condition: Condition, so: str, not_so: str) -> None:
    assert condition_text(condition) == so
    assert condition_text(condition, holds=False) == not_so


@pytest.mark.parametrize(("condition", "so", "not_so"), CASES, ids=[so for _, so, _ in CASES])
def test_a_condition_that_is_denied_says_the_contrary(condition: Condition, so: str, not_so: str) -> None:
    assert not isinstance(condition, Not)
    assert condition_text(Not(condition=condition)) == not_so
    assert condition_text(Not(condition=condition), holds=False) == so
