"""Cases played: each expectation can fail, and what no case reached is known."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.policy_tests.files import POLICY, played

TEST = """\
  - url: https://s.test/r
    origin: https://a.test
    method: PUT
    expect: allowed
    preflight: true
    status: 200
    outcome: actual-allowed
    headers: {access-control-allow-origin: https://a.test, x-none: }
    readable: [X-Total]
    upstream: {headers: {X-Total: "1", X-Secret: "2"}}
"""


def test_all_is_as_expected() -> None:
    found = played(TEST)
    assert found.failed == ()
    assert len(found.results) == 1


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("expect: allowed", "expect: blocked", "verdict"),
        ("preflight: true", "preflight: false", "preflight"),
        ("status: 200", "status: 204", "status"),
        ("actual-allowed", "actual-refused", "outcome"),
        ("allow-origin: https://a.test", "allow-origin: '*'", "access-control-allow-origin"),
        ("x-none: ", "x-none: 'a'", "x-none"),
        ("readable: [X-Total]", "readable: []", "readable"),
        ("readable: [X-Total]", "readable: [X-Total, X-Secret]", "readable"),
    ],
)
def test_an_expectation_that_does_not_come(old: str, new: str, what: str) -> None:
    assert old in TEST
    (failed,) = played(TEST.replace(old, new)).failed
    assert [item.what for item in failed.mismatches] == [what]


def test_a_header_that_must_be_absent_and_is_there() -> None:
    (failed,) = played(TEST.replace("x-none: ", "x-total: ")).failed
    assert [(item.what, item.expected, item.observed) for item in failed.mismatches] == [("x-total", "absent", "`1`")]


TABLE = """\
  - url: https://s.test/r
    methods: [GET, PUT, DELETE]
    allowed:
      https://a.test: [GET, PUT]
      https://b.test: [GET, PUT]
"""


def test_a_table_that_says_what_the_policy_does() -> None:
    assert played(TABLE).failed == ()


@settings(deadline=None, max_examples=16)
@given(origins=st.sets(st.sampled_from(["https://a.test", "https://b.test", "http://a.test", "*"])))
def test_a_table_passes_with_its_own_policy_only(origins: set[str]) -> None:
    listed = ", ".join(f'"{origin}"' for origin in sorted(origins))
    policy = POLICY.replace('"https://a.test", "https://b.test"', listed)
    is_the_same = origins == {"https://a.test", "https://b.test"}
    assert (played(TABLE, policy).failed == ()) is is_the_same
