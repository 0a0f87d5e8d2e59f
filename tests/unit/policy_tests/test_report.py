"""Results for programs, as JSON."""

from crossgate.policy_tests.report import to_object
from tests.unit.policy_tests.files import played

TESTS = """\
  - {name: "a <b> & \\"c\\"", url: 'https://s.test/r', origin: 'https://a.test', expect: allowed}
  - {name: two, url: 'https://s.test/r', origin: 'https://x.test', expect: allowed, status: 404}
"""


def test_an_object() -> None:
    found = to_object(played(TESTS))
    assert (found["schema"], found["cases"], found["failed"]) == ("crossgate.test/1", 2, 1)
    passed, failed = found["results"]
    assert (passed["passed"], passed["mismatches"], passed["at"]) == (True, [], "shop.cors.yaml:2:88")
    assert [item["what"] for item in failed["mismatches"]] == ["verdict", "status"]
    assert found["coverage"]["rows"] > len(found["coverage"]["unreached"]) > 0
