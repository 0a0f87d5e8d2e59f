"""Files of YAML and JSON become documents or findings, never exceptions.

Invariant, for any text at all: no exception, no hang, and every span lies inside the text.
"""

import time
from collections.abc import Iterator

import pytest
import yaml as pyyaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.diagnostics import Diagnostics, Severity, render_text
from crossgate.dialects import yaml
from crossgate.dialects.yaml import MappingNode, Node, ScalarNode, SequenceNode, read_documents, to_python
from crossgate.source import Source, Span

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

LOADERS = [pytest.param(pyyaml.CSafeLoader, id="libyaml"), pytest.param(pyyaml.SafeLoader, id="python")]


def read(text: str) -> tuple[list[Node], Diagnostics]:
    report = Diagnostics()
    return read_documents(Source(name="a.yaml", text=text), report), report


def values(text: str) -> list[object]:
    nodes, report = read(text)
    assert not list(report)
    return [to_python(node) for node in nodes]


def ids(report: Diagnostics) -> list[str]:
    return [found.id for found in report]


@pytest.fixture(params=LOADERS)
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "_LOADER", request.param)


@pytest.mark.usefixtures("either_parser")
def test_documents_come_in_order() -> None:
    assert values("a: 1\n---\n- b\n---\nc\n...\n---\nd: {e: f}\n") == [{"a": 1}, ["b"], "c", {"d": {"e": "f"}}]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    "text", ["---\n---\na\n---\n", "# note\n---\na\n", "a\n---\n# nothing\n", "---\n\n---\na\n...\n"]
)
def test_empty_documents_are_left_out(text: str) -> None:
    assert values(text) == ["a"]


def test_a_document_that_says_null_is_one() -> None:
    assert values("~\n---\nnull\n---\n''\n---\n!!null\n") == [None, None, "", None]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "---\n---\n...\n", "\ufeff", "   "])
def test_a_file_without_documents_is_a_warning(text: str) -> None:
    nodes, report = read(text)
    assert nodes == []
    assert [(found.severity, found.id) for found in report] == [(Severity.WARNING, "empty-file")]


@pytest.mark.usefixtures("either_parser")
def test_documents_before_a_syntax_error_are_read() -> None:
    nodes, report = read("a: 1\n---\nb: 2\n---\nc: [\n---\nd: 3\n")
    assert [to_python(node) for node in nodes] == [{"a": 1}, {"b": 2}]
    assert ids(report) == ["yaml-syntax"]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    "text",
    ['{\n\t"a": [\n\t\t1,\n\t\t2\n\t]\n}\n', '\t{"a": [1, 2]}', '\r\n {"a":[1,2]}\r\n', '{"a":\n[1,2]}', "a: [1, 2]"],
)
def test_json_is_read_however_it_is_indented(text: str) -> None:
    assert values(text) == [{"a": [1, 2]}]


@pytest.mark.parametrize("text", ["{a: 1, b: [x, ],}", "[1,\n# note\n2]", "{a: 1}\n---\n{b: 2}", "{'a': 1}"])
def test_what_only_looks_like_json_is_read_as_yaml(text: str) -> None:
    assert values(text) == list(pyyaml.safe_load_all(text))


def test_spans_are_where_values_stand() -> None:
    text = "a: x\nlist:\n  - 1\n  - 'é'\n\n# note\nflow: {b: [c]}\nempty:\nblock: |\n  one\n  two\nlast: end # note\n\n"
    (node,), _ = read(text)
    assert isinstance(node, MappingNode)
    places = {entry.key.text: (str(entry.key.span), _place(entry.value.span)) for entry in node.entries}
    assert places == {
        "a": ("a.yaml:1:1", (1, 4, 1, 5)),
        "list": ("a.yaml:2:1", (3, 3, 4, 8)),
        "flow": ("a.yaml:7:1", (7, 7, 7, 15)),
        "empty": ("a.yaml:8:1", (8, 7, 8, 7)),
        "block": ("a.yaml:9:1", (9, 8, 12, 1)),
        "last": ("a.yaml:12:1", (12, 7, 12, 10)),
    }
    assert _place(node.span) == (1, 1, 12, 10)


def test_columns_count_characters() -> None:
    (node,), _ = read("é界😀: x\n")
    assert isinstance(node, MappingNode)
    assert _place(node.entries[0].value.span) == (1, 6, 1, 7)


def test_a_block_that_ends_with_an_alias_ends_at_the_alias() -> None:
    (node,), _ = read("a: &x {y: 1}\nb:\n  c: *x\n\n")
    assert isinstance(node, MappingNode)
    assert _place(node.span) == (1, 1, 3, 8)
    assert _place(node.entries[1].value.span) == (3, 3, 3, 8)
    assert node.get("b") == MappingNode(
        entries=(_entries(node.entries[1].value)[0],),
        span=node.entries[1].value.span,
    )


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [("a: \x00", "a.yaml:1:4", "U+0000"), ("a\nb\x1b[2J", "a.yaml:2:2", "U+001B"), ("\ud800", "a.yaml:1:1", "U+D800")],
)
def test_unprintable_characters_are_found(text: str, place: str, code: str) -> None:
    nodes, report = read(text)
    (found,) = report
    assert nodes == []
    assert (found.id, str(found.span)) == ("unprintable-character", place)
    assert code in found.message
    assert all(character.isprintable() or character == "\n" for character in render_text(report, colour=False))


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("text", ['{"a": "\\ud800"}', 'a: "\\ud800"'])
def test_half_a_surrogate_pair_is_an_error(text: str) -> None:
    nodes, report = read(text)
    assert report.has_errors
    assert [str(to_python(node)).encode() for node in nodes] in ([], ["{'a': '\ufffd'}".encode()])


HOSTILE = {
    "lists": "[" * 100_000,
    "mappings": "{" * 100_000,
    "mappings with keys": "{a: " * 100_000,
    "block lists": "- " * 100_000,
    "complex keys": "? " * 100_000,
    "lists of mappings": "[{" * 100_000,
    "block mappings": "".join(" " * n + "a:\n" for n in range(2_000)),
    "closed lists": "[" * 100_000 + "]" * 100_000,
    "closed lists on lines": "[\n" * 100_000 + "]\n" * 100_000,
    "json": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "anchors": "&a " * 100_000,
    "tags": "!a " * 100_000,
    "alias keys": "*a : " * 10_000,
    "values of values": "a: b: " * 100_000,
    "open single quote": "'" * 100_001,
    "open double quote": '"' + "\\" * 100_001,
    "comment": "#" * 1_000_000,
    "line breaks": "\n" * 1_000_000,
    "long word": "a" * 1_000_000,
    "many words": "a " * 500_000,
    "empty block": "a: |\n" + "\n" * 500_000,
    "documents": "---\n" * 100_000,
    "directive": "%" * 100_000,
    "tag directive": "%TAG ! tag:" + "a" * 100_000,
    "zeros": "0" * 1_000_000,
    "long integer in json": "[" + "9" * 100_000 + "]",
    "unfinished float": "1" * 100_000 + "e",
    "long hexadecimal": "0x" + "f" * 100_000,
    "duplicate keys": "{" + "a, " * 2_000 + "}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_neither_raise_nor_hang(text: str) -> None:
    started = time.process_time()
    nodes, report = read(text)
    _check(text, nodes, report)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("depth", [99, 100, 101])
def test_a_hundred_levels_are_read_and_no_more(depth: int) -> None:
    nodes, report = read("[" * depth + "]" * depth)
    assert bool(nodes) == (depth <= 100)
    assert ids(report) == (["excessive-nesting"] if depth > 100 else [])


def test_twenty_thousand_lines_take_less_than_five_seconds() -> None:
    text = "".join(f"- name: n{n}\n  list:\n  - a\n  - 'b'\n  number: {n}\n" for n in range(4_000))
    started = time.process_time()
    assert len(read(text)[0]) == 1
    assert time.process_time() - started < 5  # 0.3 s where this was written


_FRAGMENTS = st.sampled_from(
    [
        *"abc019-:?,[]{}#&*!|>'\"%@` \n\t~.<\\/",
        ": ",
        "- ",
        "\n  ",
        "<<: *a",
        "&a ",
        "*a",
        "!!str ",
        "---\n",
        "...\n",
        "null",
        "true",
        "0x1",
        "\\u00",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "é",
        "😀",
        "\ud800",
        "{}",
        "? ",
    ],
)
_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@PATIENTLY
@given(st.text() | st.lists(_FRAGMENTS).map("".join))
def test_any_text_gives_documents_or_findings(text: str) -> None:
    nodes, report = read(text)
    _check(text, nodes, report)


@PATIENTLY
@given(_PLAIN, st.booleans(), st.data())
def test_mutated_yaml_gives_documents_or_findings(plain: object, flow: bool, data: st.DataObject) -> None:  # noqa: FBT001
    text = pyyaml.dump(plain, default_flow_style=flow, allow_unicode=True)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 3)))
        text = text[:start] + data.draw(_FRAGMENTS | st.just("")) + text[end:]
    nodes, report = read(text)
    _check(text, nodes, report)


def _check(text: str, nodes: list[Node], report: Diagnostics) -> None:
    """Assert that something came of it, that every span lies inside the text and that everything can be shown."""
    assert len(nodes) + len(report) > 0
    spans = [span for node in nodes for span in _spans(node)]
    for found in report:
        spans += [] if found.span is None else [found.span]
        spans += [span for _, span in found.related]
    lines = Source(name="a.yaml", text=text)
    for span in spans:
        assert 1 <= span.line <= span.end_line <= lines.line_count
        assert 1 <= span.column <= len(lines.line(span.line)) + 1
        assert 1 <= span.end_column <= len(lines.line(span.end_line)) + 1
        assert (span.line, span.column) <= (span.end_line, span.end_column)
    for node in nodes:
        to_python(node)
    render_text(report, colour=True)


def _spans(node: Node) -> Iterator[Span]:
    yield node.span
    match node:
        case SequenceNode():
            for item in node.items:
                yield from _spans(item)
        case MappingNode():
            for entry in node.entries:
                yield entry.key.span
                yield from _spans(entry.value)
        case ScalarNode():
            pass


def _entries(node: Node) -> tuple[yaml.Entry, ...]:
    assert isinstance(node, MappingNode)
    return node.entries


def _place(span: Span) -> tuple[int, int, int, int]:
    return span.line, span.column, span.end_line, span.end_column
