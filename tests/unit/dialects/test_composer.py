"""Types, tags, anchors and aliases, within bounds."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.composer import MAXIMUM_EXPANSION
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode, to_python
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source


def read(text: str) -> tuple[list[Node], Diagnostics]:
    report = Diagnostics()
    return read_documents(Source(name="a.yaml", text=text), report), report


def found_in(text: str) -> list[tuple[str, str]]:
    return [(found.id, str(found.span)) for found in read(text)[1]]


def only(text: str) -> object:
    (node,), report = read(text)
    assert not list(report)
    return to_python(node)


def scalar(text: str) -> ScalarNode:
    (node,), _ = read(text)
    assert isinstance(node, ScalarNode)
    return node


@pytest.mark.parametrize(
    ("text", "value", "written", "quoted"),
    [
        ("1", 1, "1", False),
        ("0x1f", 31, "0x1f", False),
        ("'1'", "1", "1", True),
        ('"\\u0041"', "A", "A", True),
        ("|\n  1\n", "1\n", "1\n", True),
        (">-\n  a\n  b\n", "a b", "a b", True),
        ("!!str 1", "1", "1", True),
        ("! true", "true", "true", True),
        ("!!int '1'", 1, "1", True),
        ("!!float 1", 1.0, "1", False),
        ("!!bool true", True, "true", False),
        ("!!null ''", None, "", True),
        ("yes", "yes", "yes", False),
        ("2020-01-01", "2020-01-01", "2020-01-01", False),
    ],
)
def test_scalars_have_a_value_and_what_was_written(text: str, value: object, written: str, quoted: bool) -> None:  # noqa: FBT001
    node = scalar(text)
    assert (node.value, type(node.value), node.text, node.quoted) == (value, type(value), written, quoted)


@pytest.mark.parametrize(
    "text", ["!!map {a: 1}", "!!seq [a]", "! {a: 1}", "%TAG !y! tag:yaml.org,2002:\n---\n!y!str a"]
)
def test_standard_tags_are_known(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("text", "tag"),
    [("a: !foo b", "!foo"), ("a: !foo {b: c}", "!foo"), ("a: !!binary aGk=", "!!binary"), ("a: !!set {b}", "!!set")],
)
def test_unknown_tags_are_errors(text: str, tag: str) -> None:
    _, report = read(text)
    assert [(found.id, found.message) for found in report] == [("unknown-tag", f"unknown tag `{tag}`")]


@pytest.mark.parametrize("text", ["!!int a", "!!int true", "!!bool 1", "!!null a", "!!float a", "!!float true"])
def test_a_value_that_is_not_what_its_tag_says_is_an_error(text: str) -> None:
    assert found_in(text) == [("wrong-type", "a.yaml:1:1")]


def test_an_alias_is_the_value_itself() -> None:
    (node,), report = read("a: &x {b: 1}\nc: *x\nd: &y e\n*y : f\n")
    assert not list(report)
    assert isinstance(node, MappingNode)
    assert node.get("c") is node.get("a")
    assert to_python(node) == {"a": {"b": 1}, "c": {"b": 1}, "d": "e", "e": "f"}


def test_an_anchor_may_be_given_again_and_ends_with_its_document() -> None:
    assert only("[&x a, *x, &x b, *x]") == ["a", "a", "b", "b"]
    assert found_in("- &x a\n---\n- *x\n") == [("undefined-alias", "a.yaml:3:3")]


def test_an_alias_that_leads_nowhere_is_an_error() -> None:
    _, report = read("origins:\n- *foo\n")
    (found,) = report
    assert (found.id, str(found.span)) == ("undefined-alias", "a.yaml:2:3")
    assert found.hint == "a value that begins with `*` needs quotes: `'*foo'`"


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: [*a]}", "&a {*a : b}", "&a {<<: *a}", "a: &b\n  c: &d [*b]\n"])
def test_an_alias_inside_its_own_value_is_an_error(text: str) -> None:
    nodes, report = read(text)
    assert "recursive-alias" in [found.id for found in report]
    for node in nodes:
        to_python(node)


def bomb(levels: int, width: int, template: str = "- &a{} [{}]\n") -> str:
    lines = ["- &a0 [x]\n"]
    lines += [template.format(n, ", ".join([f"*a{n - 1}"] * width)) for n in range(1, levels)]
    return "".join(lines)


def test_aliases_that_multiply_without_bounds_are_an_error() -> None:
    nodes, report = read(bomb(9, 9))
    assert nodes == []
    assert [found.id for found in report] == ["excessive-aliases"]
    assert f"{MAXIMUM_EXPANSION:,}" in next(iter(report)).message
    assert found_in(bomb(5, 9)) == []


def test_merges_that_multiply_without_bounds_are_an_error() -> None:
    wide = "- &w {" + ", ".join(f"k{n}" for n in range(1_000)) + "}\n"
    assert found_in(wide + "- <<: *w\n" * 100) == []
    assert [name for name, _ in found_in(wide + "- <<: *w\n" * 1_100)] == ["excessive-aliases"]


def test_aliases_cannot_nest_deeper_than_values() -> None:
    def chain(levels: int) -> str:
        return "- &a0 x\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, levels))

    assert found_in(chain(99)) == []
    assert [name for name, _ in found_in(chain(200))] == ["excessive-nesting"]
    assert found_in("- &a " + "[" * 60 + "]" * 60 + "\n- " + "[" * 60 + "*a" + "]" * 60) == [
        ("excessive-nesting", "a.yaml:2:63"),
    ]
