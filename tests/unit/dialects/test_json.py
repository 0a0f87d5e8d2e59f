"""JSON is read as JSON where YAML would read it differently or not at all."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.json import is_json, json_events
from crossgate.dialects.nodes import MappingNode, to_python
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy


def value(text: str) -> object:
    report = Diagnostics()
    (node,) = read_documents(Source(name="a.json", text=text), report)
    assert not list(report)
    return to_python(node)


@pytest.mark.parametrize("text", ["{}", " \r\n\t[1]", '{"a": 1e5}', '["\x7f\u2028"]', "[" + "9" * 5_000 + "]"])
def test_json_is_recognised(text: str) -> None:
    assert is_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        '"a"',
        "null",
        "{a: 1}",
        "[1,]",
        "{'a': 1}",
        "{}{}",
        "[NaN]",
        "[-Infinity]",
        "[1] # note",
        "\ufeff{}",
        "[" * 200000,
        '["\x01"]',
        '{"a":}',
    ],
    ids=lambda text: repr(text[:12]),
)
def test_all_else_is_left_to_yaml(text: str) -> None:
    assert not is_json(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["\\ud83d\\ude00"]', ["😀"]),
        ('["\\/\\n\\"\\\\"]', ['/\n"\\']),
        ('["a\u2028b\x7f"]', ["a\u2028b\x7f"]),
        (json.dumps({"k" * 5_000: 1}), {"k" * 5_000: 1}),
        ('{"a"\n:\n1}', {"a": 1}),
        ('{"<<": {"a": 1}}', {"<<": {"a": 1}}),
        ("[1.0, -0, 1E3, true, null, [], {}]", [1.0, 0, 1000.0, True, None, [], {}]),
    ],
    ids=lambda case: repr(case)[:20],
)
def test_values(text: str, expected: object) -> None:
    assert value(text) == expected


def test_places() -> None:
    text = '{\n\t"é": [1,\n\t\t"x\u2028y"],\n\t"z": true}\n'
    (node,) = read_documents(Source(name="a.json", text=text), Diagnostics())
    assert isinstance(node, MappingNode)
    items = node.entries[0].value
    assert str(node.key_span("é")) == "a.json:2:2"
    assert (str(items.span), items.span.end_line, items.span.end_column) == ("a.json:2:7", 4, 4)
    assert str(node.key_span("z")) == "a.json:5:2"


def test_events_know_their_offsets() -> None:
    text = '[1, "a"]'
    marks = [(event.start_mark, event.end_mark) for event in json_events(Source(name="a", text=text))]
    assert [text[start.index : end.index] for start, end in marks if start and end] == ["[", "1", '"a"', "]"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@PATIENTLY
@given(st.lists(_JSON) | st.dictionaries(st.text(), _JSON), st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_what_python_writes_is_read_back(plain: object, ascii_only: bool, indent: int | str | None) -> None:  # noqa: FBT001
    assert value(json.dumps(plain, ensure_ascii=ascii_only, indent=indent)) == plain
