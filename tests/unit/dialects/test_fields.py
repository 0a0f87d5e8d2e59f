"""Typed access to fields: every wrong value is a diagnostic at that value."""

import pytest

from crossgate.diagnostics import Contained, Diagnostics, Severity
from crossgate.dialects.fields import Fields, Value, describe, fields, string_value
from crossgate.dialects.nodes import Node
from crossgate.dialects.yaml import read_documents
from crossgate.source import Source


def parse(text: str) -> Node:
    report = Diagnostics()
    (node,) = read_documents(Source(name="a.yaml", text=text), report)
    assert not list(report)
    return node


def opened(text: str) -> tuple[Fields, Diagnostics]:
    report = Diagnostics()
    found = fields(parse(text), report, "the policy")
    assert found is not None
    return found, report


def told(report: Diagnostics) -> list[tuple[str, str, str, str | None]]:
    return [(found.id, found.message, str(found.span).removeprefix("a.yaml:"), found.hint) for found in report]


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("{}", "a mapping"),
        ("[]", "a list"),
        ("~", "nothing"),
        ("true", "a boolean"),
        ("1", "an integer"),
        ("1.5", "a number"),
        ("a", "a string"),
        ("'1'", "a string"),
    ],
)
def test_every_value_has_a_description(text: str, description: str) -> None:
    assert describe(parse(text)) == description


def test_only_a_mapping_has_fields() -> None:
    report = Diagnostics()
    assert fields(parse("[a]"), report, "the policy") is None
    assert told(report) == [("wrong-type", "the policy must be a mapping, not a list", "1:1", None)]


def test_values_come_with_their_places() -> None:
    found, report = opened("s: x\ni: 5\nf: 1.5\nb: false\nl: [a, b]\nm: {k: v}\nms: [{}, {}]\nn: [1]\n")
    text, integer, number, boolean = found.string("s"), found.integer("i"), found.number("f"), found.boolean("b")
    assert text is not None
    assert integer is not None
    assert number is not None
    assert boolean is not None
    assert (text.value, integer.value, number.value, boolean.value) == ("x", 5, 1.5, False)
    assert [str(value.span) for value in (text, integer)] == ["a.yaml:1:4", "a.yaml:2:4"]
    assert [(item.value, str(item.span)) for item in found.strings("l")] == [("a", "a.yaml:5:5"), ("b", "a.yaml:5:8")]
    mapping = found.mapping("m")
    assert mapping is not None
    assert (mapping.what, str(mapping.span)) == ("`m`", "a.yaml:6:4")
    assert [str(item.span) for item in found.mappings("ms")] == ["a.yaml:7:6", "a.yaml:7:10"]
    assert found.node("n") is not None
    found.finish()
    assert not list(report)


@pytest.mark.parametrize("text", ["{}", "{x: }", "{x: ~}", "{x: null}"])
def test_null_counts_as_absent(text: str) -> None:
    found, report = opened(text)
    assert [found.string("x"), found.integer("x"), found.number("x"), found.boolean("x")] == [None] * 4
    assert [found.mapping("x"), found.node("x")] == [None] * 2
    assert found.strings("x") == []
    assert found.mappings("x") == []
    assert not found.has("x")
    found.finish()
    assert not list(report)


def test_an_empty_list_is_not_an_absent_one() -> None:
    found, report = opened("x: []")
    assert found.strings("x") == []
    assert found.has("x")
    assert not list(report)


@pytest.mark.parametrize(("text", "place"), [("a: 1", "1:1"), ("a: 1\nx: ~", "2:1")])
@pytest.mark.parametrize("method", ["string", "integer", "number", "boolean", "strings", "mapping", "mappings", "node"])
def test_a_required_field_that_is_absent_is_an_error(text: str, place: str, method: str) -> None:
    found, report = opened(text)
    assert not getattr(found, method)("x", required=True)
    assert told(report) == [("missing-field", "the policy needs the field `x`", place, None)]


@pytest.mark.parametrize(
    ("method", "value", "message", "hint"),
    [
        ("string", "1", "a string, not an integer", 'put it in quotes: `"1"`'),
        ("string", "true", "a string, not a boolean", 'put it in quotes: `"true"`'),
        ("string", "[a]", "a string, not a list", None),
        ("integer", "a", "an integer, not a string", None),
        ("integer", "'5'", "an integer, not a string", "remove the quotes"),
        ("integer", "5.0", "an integer, not a number", None),
        ("integer", "true", "an integer, not a boolean", None),
        ("number", "'1.5'", "a number, not a string", "remove the quotes"),
        ("number", "false", "a number, not a boolean", None),
        ("number", "{}", "a number, not a mapping", None),
        ("boolean", "'true'", "a boolean, not a string", "remove the quotes"),
        ("boolean", "yes", "a boolean, not a string", "write `true`"),
        ("boolean", "Off", "a boolean, not a string", "write `false`"),
        ("boolean", "'no'", "a boolean, not a string", "write `false`"),
        ("boolean", "tRUE", "a boolean, not a string", "write `true`"),
        ("boolean", "1", "a boolean, not an integer", None),
        ("boolean", "maybe", "a boolean, not a string", None),
        ("boolean", "[true]", "a boolean, not a list", None),
        ("strings", "a", "a list, not a string", "write it as a list: `[…]`"),
        ("strings", "{a: b}", "a list, not a mapping", None),
        ("mappings", "1", "a list, not an integer", "write it as a list: `[…]`"),
        ("mapping", "a", "a mapping, not a string", None),
        ("mapping", "[{}]", "a mapping, not a list", None),
    ],
)
def test_a_value_of_the_wrong_type_is_an_error(method: str, value: str, message: str, hint: str | None) -> None:
    found, report = opened(f"x: {value}")
    assert not getattr(found, method)("x")
    assert told(report) == [("wrong-type", f"`x` must be {message}", "1:4", hint)]


@pytest.mark.parametrize("method", ["string", "integer", "boolean"])
def test_messages_stay_short_whatever_the_value(method: str) -> None:
    found, report = opened(f"x: 0x{'f' * 20_000}")
    getattr(found, method)("x", *((0, 9) if method == "integer" else ()))
    assert all(len(message) + len(hint or "") < 200 for _, message, _, hint in told(report))
    assert len(report) == 1


def test_wrong_elements_are_reported_and_the_others_kept() -> None:
    found, report = opened("x: [a, 1, ~, b, [c]]\ny: [{}, a, {k: v}]\n")
    assert [text.value for text in found.strings("x")] == ["a", "b"]
    assert len(found.mappings("y")) == 2
    assert told(report) == [
        ("wrong-type", "an item of `x` must be a string, not an integer", "1:8", 'put it in quotes: `"1"`'),
        ("wrong-type", "an item of `x` must be a string, not nothing", "1:11", None),
        ("wrong-type", "an item of `x` must be a string, not a list", "1:17", None),
        ("wrong-type", "an item of `y` must be a mapping, not a string", "2:9", None),
    ]


@pytest.mark.parametrize(
    ("value", "hint"),
    [("Exat", "did you mean `Exact`?"), ("exact", "did you mean `Exact`?"), ("zzz", "it can be `Exact`, `Prefix`")],
)
def test_a_string_that_is_none_of_the_allowed_ones_is_an_error(value: str, hint: str) -> None:
    found, report = opened(f"x: {value}")
    assert found.string("x", one_of=("Exact", "Prefix")) is None
    assert told(report) == [("invalid-value", f"`{value}` is not a value of `x`", "1:4", hint)]


def test_a_string_that_is_one_of_the_allowed_ones_is_fine() -> None:
    found, report = opened("x: Exact")
    assert found.string("x", one_of=("Exact", "Prefix")) is not None
    assert not list(report)


@pytest.mark.parametrize("method", ["integer", "number"])
def test_bounds_are_allowed_and_what_is_beyond_is_not(method: str) -> None:
    found, report = opened("a: 1\nb: 5\nc: 0\nd: 6\n")
    assert [getattr(found, method)(key, 1, 5) is not None for key in "abcd"] == [True, True, False, False]
    assert told(report) == [
        ("out-of-range", "`c` must be at least 1, not `0`", "3:4", None),
        ("out-of-range", "`d` must be at most 5, not `6`", "4:4", None),
    ]


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "1e999"])
def test_a_number_is_finite(value: str) -> None:
    found, report = opened(f"x: {value}")
    assert found.number("x", 0) is None
    assert told(report) == [("invalid-value", "`x` must be a finite number", "1:4", None)]


def test_fields_that_nobody_asked_for_are_unknown() -> None:
    found, report = opened("allowOrigin: x\nmaxAge: 1\nother: 2\nzzz: 3\n")
    found.strings("allowOrigins")
    found.integer("maxAge")
    found.ignore("other")
    assert [key.text for key in found.unknown()] == ["allowOrigin", "zzz"]
    found.finish()
    assert told(report) == [
        ("unknown-field", "unknown field `allowOrigin` in the policy", "1:1", "did you mean `allowOrigins`?"),
        ("unknown-field", "unknown field `zzz` in the policy", "4:1", None),
    ]
    assert report.has_errors


def test_unknown_fields_can_be_warnings() -> None:
    found, report = opened("a: 1")
    found.finish(severity=Severity.WARNING)
    assert [(item.severity, item.id) for item in report] == [(Severity.WARNING, "unknown-field")]


def test_places_of_keys_and_values() -> None:
    found, _ = opened("a: 1\nb:\n  c: 2\n")
    assert (str(found.key_span("b")), str(found.value_span("b"))) == ("a.yaml:2:1", "a.yaml:3:3")
    assert found.key_span("x") == found.value_span("x") == found.span


def test_a_single_node_can_be_read_as_a_string() -> None:
    report = Diagnostics()
    node = parse("x")
    assert string_value(node, report, "it") == Value(value="x", span=node.span)
    assert string_value(parse("1"), report, "it") is None
    assert [message for _, message, _, _ in told(report)] == ["it must be a string, not an integer"]


def test_a_mapping_can_be_read_for_another_collector() -> None:
    found, report = opened("a: 1")
    part = Contained(report)
    again = found.reporting_to(part)
    again.string("a")
    assert [key.text for key in found.unknown()] == ["a"]
    assert [key.text for key in again.unknown()] == []
    assert part.has_errors
    assert [item.is_contained for item in report] == [True]
