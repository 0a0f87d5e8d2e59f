"""Records that know their place, and copies of records."""

from dataclasses import dataclass

import pytest
from msgspec import Struct

from crossgate.records import Located, replace
from crossgate.source import Source, Span


class Fruit(Located, frozen=True, kw_only=True):
    name: str
    by: Span | None = None


class Stone(Located, frozen=True, kw_only=True):
    name: str


class Plain(Struct, frozen=True, kw_only=True):
    name: str
    size: int = 0


@dataclass(frozen=True, kw_only=True)
class Derived:
    name: str
    size: int = 0


def place(line: int) -> Span:
    return Span(source=Source(name="a.yaml", text="x\ny\n"), line=line, column=1, end_line=line, end_column=2)


def test_places_do_not_count() -> None:
    here, there = Fruit(name="plum", span=place(1), by=place(2)), Fruit(name="plum", span=place(2))
    assert here == there
    assert hash(here) == hash(there)
    assert {here: 1}[there] == 1


def test_everything_else_counts() -> None:
    assert Fruit(name="plum") != Fruit(name="pear")
    assert Fruit(name="plum") != Stone(name="plum")
    assert Fruit(name="plum") != "plum"


@pytest.mark.parametrize("kind", [Plain, Derived])
def test_a_copy_has_the_changes(kind: type[Plain] | type[Derived]) -> None:
    before = kind(name="a", size=3)
    assert replace(before, name="b") == kind(name="b", size=3)
    assert before.name == "a"


@pytest.mark.parametrize("kind", [Plain, Derived])
def test_no_copy_has_more_fields(kind: type[Plain] | type[Derived]) -> None:
    with pytest.raises(TypeError, match="colour"):
        replace(kind(name="a"), colour="red")  # type: ignore[call-arg]


def test_a_copy_keeps_its_place_unless_told() -> None:
    here = Fruit(name="plum", span=place(1))
    assert replace(here, name="pear").span == here.span
    assert replace(here, span=None).span is None
