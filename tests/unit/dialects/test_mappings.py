"""Which keys are allowed, which are there twice, and what `<<` brings in."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.nodes import MappingNode, Node, to_python
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source


def read(text: str) -> tuple[Node, Diagnostics]:
    report = Diagnostics()
    (node,) = read_documents(Source(name="a.yaml", text=text), report)
    return node, report


@pytest.mark.parametrize(
    "text",
    ["a: 1\n'a': 2\nb: 3\n", '{"a": 1, "a": 2, "b": 3}', "{a: 1, ? a\n : 2, b: 3}", "&k a: 1\n*k : 2\nb: 3\n"],
)
def test_a_key_that_is_there_twice_is_an_error_that_names_both(text: str) -> None:
    node, report = read(text)
    (found,) = report
    assert (found.id, found.message) == ("duplicate-key", "the key `a` is there twice")
    assert [label for label, _ in found.related] == ["it is first given here"]
    assert to_python(node) == {"a": 1, "b": 3}


def test_each_further_place_is_named() -> None:
    _, report = read("a: 1\na: 2\na: 3\n")
    assert [(str(found.span), str(found.related[0][1])) for found in report] == [
        ("a.yaml:2:1", "a.yaml:1:1"),
        ("a.yaml:3:1", "a.yaml:1:1"),
    ]


def test_keys_that_are_no_strings_are_kept_as_written() -> None:
    node, report = read("1: a\ntrue: b\n0x1: c\n~: d\n'': e\n? \n: f\n")
    assert to_python(node) == {"1": "a", "true": "b", "0x1": "c", "~": "d", "": "e"}
    assert [found.id for found in report] == ["duplicate-key"]


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "[]"])
def test_a_key_of_parts_is_an_error(key: str) -> None:
    node, report = read(f"? {key}\n: b\nc: d\n")
    assert [(found.id, str(found.span)) for found in report] == [("complex-key", "a.yaml:1:3")]
    assert to_python(node) == {"c": "d"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[&x {a: 1, b: 2}, {<<: *x, b: 3}]", {"a": 1, "b": 3}),
        ("[&x {a: 1, b: 2}, {b: 3, <<: *x}]", {"a": 1, "b": 3}),
        ("[&x {a: 1}, {<<: [*x, {a: 2, c: 4}]}]", {"a": 1, "c": 4}),
        ("[&x {a: 1}, &y {<<: *x, b: 2}, {<<: *y}]", {"a": 1, "b": 2}),
        ("[{<<: {}}]", {}),
        ("[{<<: []}]", {}),
        ('[{"<<": {a: 1}}]', {"<<": {"a": 1}}),
    ],
)
def test_merges(text: str, value: object) -> None:
    node, report = read(text)
    assert not list(report)
    plain = to_python(node)
    assert isinstance(plain, list)
    assert plain[-1] == value


def test_merged_entries_keep_the_place_where_they_were_written() -> None:
    node, _ = read("base: &b\n  a: 1\nuse:\n  <<: *b\n")
    assert isinstance(node, MappingNode)
    use = node.get("use")
    assert isinstance(use, MappingNode)
    assert str(use.key_span("a")) == "a.yaml:2:3"


@pytest.mark.parametrize(("value", "place"), [("a", "1:5"), ("[a]", "1:6"), ("[[]]", "1:6"), ("~", "1:5")])
def test_only_mappings_can_be_merged(value: str, place: str) -> None:
    node, report = read(f"<<: {value}\nb: c\n")
    assert [(found.id, str(found.span)) for found in report] == [("invalid-merge", f"a.yaml:{place}")]
    assert to_python(node) == {"b": "c"}


def test_two_merges_in_one_mapping_are_a_duplicate_key() -> None:
    _, report = read("<<: {a: 1}\n<<: {b: 2}\n")
    assert [found.id for found in report] == ["duplicate-key"]
