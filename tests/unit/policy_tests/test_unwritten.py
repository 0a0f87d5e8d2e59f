"""What an update leaves has a reason, and a help that says what to write."""

import pytest

from crossgate.policy_tests.unwritten import unwritten
from tests.unit.policy_tests.files import played


@pytest.mark.parametrize(
    ("test", "reason", "instead"),
    [
        (
            "{url: 'https://s.test/r', origins: ['https://a.test', 'https://c.test'], expect: allowed}",
            "several cases",
            "`origin: https://c.test`, `method: GET` and `expect: blocked`",
        ),
        (
            "{url: 'https://s.test/r', allowed: {'https://b.test': [GET]}, origins: ['https://a.test']}",
            "several tests",
            "`allowed` of its own",
        ),
    ],
)
def test_what_is_left_is_explained(test: str, reason: str, instead: str) -> None:
    (told, *_) = (unwritten(result, item) for result in played(f"  - {test}\n").failed for item in result.mismatches)
    assert reason in told[0]
    assert instead in told[1]
