"""The preflight for a private network, and what lets a page in."""

import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.private_network import is_let_in, private_preflight
from crossgate.engine.respond import Response

FETCH = PlannedFetch(origin="https://a.test", url="http://h.test/")
GRANTED = {"access-control-allow-origin": "https://a.test", "access-control-allow-private-network": "true"}


def test_a_simple_request_is_asked_for_too() -> None:
    sent = private_preflight(FETCH)
    assert sent.method == "OPTIONS"
    assert ("access-control-request-private-network", "true") in sent.headers
    assert ("access-control-request-method", "GET") in sent.headers


@pytest.mark.parametrize(
    ("status", "changes", "wanted"),
    [
        (200, {}, True),
        (403, {}, False),
        (200, {"access-control-allow-private-network": "yes"}, False),
        (200, {"access-control-allow-origin": "https://b.test"}, False),
    ],
)
def test_what_lets_in(status: int, changes: dict[str, str], wanted: bool) -> None:  # noqa: FBT001 - a parameter
    answer = Response(status=status, headers=tuple((GRANTED | changes).items()))
    assert is_let_in(FETCH, answer) is wanted
