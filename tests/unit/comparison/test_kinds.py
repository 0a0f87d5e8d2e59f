"""How two sides of a fetch can differ, one kind after the other."""

import pytest

from crossgate.browser.exchanges import ACTUAL, Exchange, ResponseType, Sent, Verdict
from crossgate.browser.failures import Code, Failure
from crossgate.browser.gateway import Answered
from crossgate.comparison.kinds import Kind, Side, kinds_of
from crossgate.engine.respond import Response

SENT = Sent(kind=ACTUAL, method="GET", url="http://h.test/", headers=(), credentials=False)
FAILURE = Failure(code=Code.ALLOW_ORIGIN_MISSING, reason="none")


def side(
    *, failure: Failure | None = None, status: int = 200, readable: tuple[str, ...] = (), seen: bool = True
) -> Side:
    answer = Answered(response=Response(status=status), decision=None, is_elsewhere=seen)
    exchange = Exchange(sent=SENT, answer=answer, failure=failure)
    verdict = Verdict(exchanges=(exchange,), failure=failure, type=ResponseType.CORS, status=status, readable=readable)
    return Side(verdict=verdict)


BLOCKED = side(failure=FAILURE)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (side(), side(), []),
        (BLOCKED, side(), [(Kind.NEWLY_ALLOWED, ())]),
        (side(), BLOCKED, [(Kind.NO_LONGER_ALLOWED, ())]),
        (side(), Side(verdict=None), [(Kind.NO_LONGER_ALLOWED, ())]),
        (side(), side(readable=("x-a",)), [(Kind.NEWLY_READABLE, ("x-a",))]),
        (side(readable=("x-b",)), side(), [(Kind.NO_LONGER_READABLE, ("x-b",))]),
        (side(), side(status=204), [(Kind.STATUS, ())]),
        (side(failure=FAILURE, seen=False), BLOCKED, [(Kind.NEWLY_FORWARDED, ("actual",))]),
        (BLOCKED, Side(verdict=BLOCKED.verdict, is_left=True), [(Kind.NEWLY_UPSTREAM, ())]),
        (Side(verdict=None, is_private=False), Side(verdict=None, is_private=True), [(Kind.NEWLY_PRIVATE, ())]),
        (Side(verdict=None, is_private=True), Side(verdict=None, is_private=False), [(Kind.NO_LONGER_PRIVATE, ())]),
    ],
)
def test_a_kind(old: Side, new: Side, wanted: list[tuple[Kind, tuple[str, ...]]]) -> None:
    assert list(kinds_of(old, new)) == wanted
