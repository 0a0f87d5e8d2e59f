"""Results as XML that every parser reads."""

from xml.dom import minidom
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from crossgate.policy_tests.junit import to_junit
from crossgate.policy_tests.run import Run
from crossgate.records import replace
from tests.unit.policy_tests.files import played

TESTS = """\
  - {name: "a <b> & \\"c\\"", url: 'https://s.test/r', origin: 'https://a.test', expect: allowed}
  - {name: two, url: 'https://s.test/r', origin: 'https://x.test', expect: allowed, status: 404}
"""


def test_xml() -> None:
    suite = ET.fromstring(to_junit(played(TESTS), "shop")).find("testsuite")  # noqa: S314 - our own
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    passed, failed = suite
    assert (passed.get("name"), len(passed)) == ('a <b> & "c": GET from https://a.test', 0)
    (failure,) = failed
    assert (failure.text or "").splitlines()[1] == "shop.cors.yaml:3:93: status: expected 404, got 200"


FOUND = played(TESTS)


@settings(deadline=None)
@given(st.text(st.characters(codec=None)))
def test_xml_is_well_formed_whatever_a_case_and_its_file_are_called(name: str) -> None:
    renamed = tuple(replace(result, case=replace(result.case, name=name)) for result in FOUND.results)
    text = to_junit(Run(results=renamed, coverage=FOUND.coverage), name)
    suite = minidom.parseString(text.encode("utf-8")).getElementsByTagName("testsuite")[0]  # noqa: S318 - our own
    assert len(suite.getElementsByTagName("testcase")) == 2


def test_what_xml_forbids_is_escaped() -> None:
    text = to_junit(played(TESTS), "a\ufffe\x00\ud800\x1b")
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n")
    assert 'name="a\\ufffe\\x00\\ud800\\x1b"' in text
