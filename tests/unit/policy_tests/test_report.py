"""Results for programs: JSON, and XML that a parser reads."""

from xml.etree import ElementTree as ET

from crossgate.policy_tests.report import to_junit, to_object
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


def test_xml() -> None:
    suite = ET.fromstring(to_junit(played(TESTS), "shop")).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    passed, failed = suite
    assert (passed.get("name"), len(passed)) == ('a <b> & "c": GET from https://a.test', 0)
    (failure,) = failed
    assert (failure.text or "").splitlines()[1] == "shop.cors.yaml:3:93: status: expected 404, got 200"
