"""Trees are read by key and become plain values."""

from crossgate.dialects.nodes import Entry, MappingNode, ScalarNode, SequenceNode, to_python
from crossgate.source import Source, Span

SOURCE = Source(name="a.yaml", text="a: [1, x]\nb:\n")


def span(column: int) -> Span:
    return Span(source=SOURCE, line=1, column=column, end_line=1, end_column=column + 1)


def scalar(value: str | int | None, column: int) -> ScalarNode:
    return ScalarNode(value=value, text="" if value is None else str(value), span=span(column), quoted=False)


ITEMS = SequenceNode(items=(scalar(1, 5), scalar("x", 8)), span=span(4))
NOTHING = scalar(None, 9)
MAPPING = MappingNode(
    entries=(Entry(key=scalar("a", 1), value=ITEMS), Entry(key=scalar("b", 3), value=NOTHING)),
    span=span(2),
)


def test_a_mapping_gives_values_and_places_by_key() -> None:
    assert MAPPING.get("a") is ITEMS
    assert MAPPING.get("b") is NOTHING
    assert MAPPING.get("c") is None
    assert MAPPING.key_span("b") == span(3)
    assert MAPPING.key_span("c") == MAPPING.span


def test_plain_values() -> None:
    assert to_python(MAPPING) == {"a": [1, "x"], "b": None}
