"""Scalars typed as the gateway's YAML parser types them."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.scalars import typed
from crossgate.dialects.nodes import to_python
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source


def value_of(text: str) -> object:
    report = Diagnostics()
    (node,) = read_documents(Source(name="kong.yaml", text=f"- {text}\n"), report)
    assert not report.has_errors
    read = to_python(typed(node))
    assert isinstance(read, list)
    return read[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, True) for word in ("yes", "On", "TRUE", "true")),
        *((word, False) for word in ("no", "Off", "FALSE")),
        *((word, word) for word in ("y", "n", "yEs", "cors", "_")),
        ("010", 8),
        ("08", 8),
        ("1_000", 1000),
        ("-12", -12),
        ("0b101", 5),
        ("0x1F", 31),
        ("1:30", 90),
        ("3600.0", 3600),
        ("1.5", 1.5),
        ("~", None),
        ('"yes"', "yes"),
        ("'010'", "010"),
        ("!!str 010", "010"),
    ],
)
def test_a_scalar_has_the_type_that_the_gateway_gives_it(text: str, value: object) -> None:
    found = value_of(text)
    assert (type(found), found) == (type(value), value)


def test_what_does_not_change_is_the_same_object() -> None:
    (node,) = read_documents(Source(name="kong.yaml", text="a: [b, {c: true}]\n"), Diagnostics())
    assert typed(node) is node
