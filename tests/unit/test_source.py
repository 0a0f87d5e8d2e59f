"""Lines and places of a text, and how a place looks in a terminal."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.source import Source, Span, escape, underline

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def span(text: str, line: int, column: int, end_line: int, end_column: int) -> Span:
    source = Source(name="a.yaml", text=text)
    return Span(source=source, line=line, column=column, end_line=end_line, end_column=end_column)


def test_lines_count_from_one_and_have_no_line_break() -> None:
    source = Source(name="a.yaml", text="a\nb\r\nc\rd\x85e\u2028f\u2029g\x0bh\n")
    assert source.line_count == 8
    assert [source.line(n) for n in range(1, 9)] == ["a", "b", "c", "d", "e", "f", "g\x0bh", ""]


def test_an_empty_text_has_one_empty_line() -> None:
    source = Source(name="a.yaml", text="")
    assert (source.line_count, source.line(1), source.place(0)) == (1, "", (1, 1))


@pytest.mark.parametrize("n", [-1, 0, 3])
def test_there_is_no_line_outside_the_text(n: int) -> None:
    with pytest.raises(IndexError):
        Source(name="a.yaml", text="a\nb").line(n)


@PATIENTLY
@given(st.text(alphabet="ab\n\r\x85\u2028"), st.data())
def test_a_place_is_where_the_character_stands(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    source = Source(name="a.yaml", text=text)
    line, column = source.place(offset)
    assert 1 <= line <= source.line_count
    if offset < len(text) and text[offset] in "ab":
        assert source.line(line)[column - 1] == text[offset]


def test_two_sources_with_the_same_text_are_two() -> None:
    first, second = Source(name="a.yaml", text="a"), Source(name="a.yaml", text="a")
    assert first != second
    assert len({first, second}) == 2


def test_the_text_is_not_in_the_representation() -> None:
    assert "secret" not in repr(Source(name="a.yaml", text="secret"))


def test_a_span_writes_its_start() -> None:
    assert str(span("a: b", 1, 4, 1, 5)) == "a.yaml:1:4"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("grüße 界", "grüße 界"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\nb\tc", r"a\x0ab\x09c"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u202eb", r"a\u202eb"),
        ("\u200b\u2028", r"\u200b\u2028"),
        ("\udcff", r"\udcff"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_a_terminal_would_obey_or_hide_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


@pytest.mark.parametrize(
    ("text", "columns", "shown", "indent", "length"),
    [
        ("a: bcd", (4, 7), "a: bcd", 3, 3),
        ("\ta: b", (2, 3), "    a: b", 4, 1),
        ("a:\tb", (3, 5), "a:    b", 2, 5),
        ("界: b", (1, 2), "界: b", 0, 2),
        ("界: b", (4, 5), "界: b", 4, 1),
        ("e\u0301: b", (5, 6), "e\u0301: b", 3, 1),
        ("\x1b: b", (4, 5), r"\x1b: b", 6, 1),
        ("a:", (3, 3), "a:", 2, 1),
    ],
)
def test_the_marks_stand_under_the_part_that_matters(
    text: str, columns: tuple[int, int], shown: str, indent: int, length: int
) -> None:
    underlined = underline(span(text, 1, columns[0], 1, columns[1]))
    assert (underlined.text, underlined.indent, underlined.length) == (shown, indent, length)


def test_a_span_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    underlined = underline(span("a: [1,\n 2]", 1, 4, 2, 4))
    assert (underlined.text, underlined.indent, underlined.length) == ("a: [1,", 3, 3)


def test_a_long_line_is_clipped_around_the_part_that_matters() -> None:
    text = "x" * 1_000 + "HERE" + "y" * 5_000_000
    underlined = underline(span(text, 1, 1001, 1, 1005))
    assert underlined.text.startswith("…x")
    assert underlined.text.endswith("y…")
    assert len(underlined.text) <= 160
    assert underlined.text[underlined.indent :][: underlined.length] == "HERE"


def test_a_line_that_fits_is_not_clipped() -> None:
    underlined = underline(span("x" * 159, 1, 1, 1, 160))
    assert underlined.text == "x" * 159


@PATIENTLY
@given(st.text(), st.integers(1, 200), st.integers(0, 200))
def test_whatever_the_line_holds_it_is_printable_and_fits(text: str, column: int, length: int) -> None:
    text = text.partition("\n")[0]
    underlined = underline(span(text, 1, column, 1, column + length))
    assert escape(underlined.text) == underlined.text
    assert underlined.indent + underlined.length <= 162
