from collections.abc import Callable

import pytest

from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set

VALUE = Literal(text="")

MAKERS: dict[str, Callable[[str], Edit]] = {
    "remove": lambda name: Remove(name=name),
    "set": lambda name: Set(name=name, value=VALUE),
    "append": lambda name: Append(name=name, value=VALUE),
    "merge": lambda name: Merge(name=name, member="Origin"),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("name", ["vary", "access-control-allow-origin", "x-cors-version", "p3p"])
def test_a_header_that_is_edited(make: Callable[[str], Edit], name: str) -> None:
    assert make(name).name == name


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("name", ["Vary", "", "a b", "a:", "content-length", "transfer-encoding", "a\n"])
def test_a_header_that_nobody_edits(make: Callable[[str], Edit], name: str) -> None:
    with pytest.raises(ValueError, match="not a header to edit"):
        make(name)


@pytest.mark.parametrize("member", ["Origin", "accept-encoding"])
def test_a_member_that_is_merged(member: str) -> None:
    assert Merge(name="vary", member=member).member == member


@pytest.mark.parametrize("member", ["", "*", "a, b", "a b"])
def test_no_member(member: str) -> None:
    with pytest.raises(ValueError, match="not a member to merge"):
        Merge(name="vary", member=member)


def test_a_header_that_is_echoed() -> None:
    assert Echo(header="origin").missing is None
    with pytest.raises(ValueError, match="CORS"):
        Echo(header="cookie")
