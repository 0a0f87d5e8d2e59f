import pytest

from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import OPTIONS
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.plain_edits import (
    check_plain,
    check_plain_of_requests,
    merged_into,
    one_after_another,
    yielding,
)


def put(name: str, text: str) -> Set:
    return Set(name=name, value=Literal(text=text))


def add(name: str, text: str) -> Append:
    return Append(name=name, value=Literal(text=text))


PLAIN = (Remove(name="a"), put("content-type", "a/b"), add("x_y.z", ""))


def test_plain_edits() -> None:
    check_plain(PLAIN)
    check_plain_of_requests(PLAIN)


@pytest.mark.parametrize(
    "edit",
    [
        Set(name="a", value=Echo(header=ORIGIN)),
        Append(name="a", value=Literal(text="b"), when=OPTIONS),
        Merge(name="a", member="b"),
    ],
)
def test_what_asks_for_more_is_not_plain(edit: Edit) -> None:
    with pytest.raises(ValueError, match="plain"):
        check_plain((edit,))


@pytest.mark.parametrize("edit", [Remove(name="host"), put("host", "a.test")])
def test_the_host_of_a_request_is_not_edited(edit: Edit) -> None:
    check_plain((edit,))
    with pytest.raises(ValueError, match="Host"):
        check_plain_of_requests((edit,))


def test_what_comes_later_removes_and_replaces_what_came_before() -> None:
    first = (Remove(name="a"), put("b", "1"), add("c", "1"), add("d", "1"))

    assert one_after_another(first, (put("b", "2"), Remove(name="c"), add("d", "2"))) == (
        Remove(name="a"),
        add("d", "1"),
        put("b", "2"),
        Remove(name="c"),
        add("d", "2"),
    )


def test_what_others_set_is_theirs_even_where_they_do_not_set_it_always() -> None:
    echo = Set(name="b", value=Echo(header=ORIGIN), when=OPTIONS)

    assert yielding((put("b", "1"), add("b", "2"), Remove(name="b")), (echo,)) == (Remove(name="b"),)
    assert yielding((put("b", "1"),), (Merge(name="b", member="x"), add("b", "2"))) == (put("b", "1"),)


def test_a_member_is_merged_into_what_was_put_there_before() -> None:
    merge = Merge(name="vary", member="Origin", when=OPTIONS)
    merged = Set(name="vary", value=Literal(text="Accept,Cookie, Origin"), when=OPTIONS)

    assert merged_into((put("vary", "Accept"), add("vary", "Cookie"), add("a", "1")), (merge,)) == (
        add("a", "1"),
        put("vary", "Accept,Cookie"),
        merged,
    )
    assert merged_into((), (merge,)) == (merge,)
