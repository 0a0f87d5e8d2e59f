from crossgate.model.conditions import OPTIONS
from crossgate.model.edit_sequences import asked, in_sequence
from crossgate.model.edits import Append, Echo, Literal, Merge, Remove, Set


def test_only_what_is_replaced_or_read_asks_whether_it_is_made() -> None:
    line = Append(name="x-a", value=Literal(text="1"))
    only = Set(name="x-a", value=Literal(text="2"), when=OPTIONS)

    assert asked((line,), (only,)) == (OPTIONS,)
    assert asked((only,), (line,)) == ()
    assert asked((line,), (Remove(name="x-a"), only)) == ()


def test_the_last_of_two_that_give_a_header_its_line_counts_if_it_is_made() -> None:
    one, other = Set(name="x-a", value=Literal(text="1")), Set(name="x-a", value=Echo(header="origin"))

    assert in_sequence((one,), (other,), ()) == (one, other)


def test_both_lines_stay_where_both_add_one() -> None:
    line = Append(name="x-a", value=Literal(text="1"))

    assert in_sequence((line,), (line,), ()) == (line, line)


def test_a_member_is_merged_into_what_was_set_before() -> None:
    merge, value = Merge(name="vary", member="Origin"), Set(name="vary", value=Literal(text="*"))

    assert in_sequence((value,), (merge,), ()) == (value,)
