from crossgate.cli.snippet import snippet
from crossgate.source import Source, Span


def test_a_part_of_a_line_is_underlined() -> None:
    source = Source(name="a.yaml", text="x: 1\n" * 9 + "origins: ['\x1b']\n")
    span = Span(source=source, line=10, column=11, end_line=10, end_column=14)
    assert list(snippet(span)) == [
        "   --> a.yaml:10:11",
        "    |",
        "10  | origins: ['\\x1b']",
        "    |           ^^^^^^",
    ]
