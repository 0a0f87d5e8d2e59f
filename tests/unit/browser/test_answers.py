import pytest

from crossgate.browser.answers import own_names, readable_names, reader_of
from tests.unit.browser.vectors import Case, cases


@pytest.mark.parametrize("case", cases("expose"))
def test_what_a_page_can_read(case: Case) -> None:
    name = case["header"].lower()
    lines = (*(("access-control-expose-headers", value) for value in case["expose-headers"]), (name, "1"))
    readable = readable_names(lines, credentials=case["credentials"] == "include")
    assert (name in readable) == case["readable"]


def test_lines_are_joined_and_trimmed_of_white_space_only() -> None:
    header = reader_of((("a", " 1\t"), ("b", ""), ("a", "\r\n2\x0b")))
    assert [header(name) for name in "abc"] == ["1, 2\x0b", "", None]


def test_names_are_told_once() -> None:
    lines = (("a", "1"), ("set-cookie", "c"), ("a", "2"), ("access-control-expose-headers", "*"))
    assert own_names(lines) == ("a", "access-control-expose-headers")
    assert readable_names(lines, credentials=False) == ("a", "access-control-expose-headers")
    assert readable_names(lines, credentials=True) == ()
