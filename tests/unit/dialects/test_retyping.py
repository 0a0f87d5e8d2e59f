"""Trees of which only what changes is made anew."""

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.nodes import MappingNode, ScalarNode, to_python
from crossgate.dialects.retyping import retyped, retyped_mapping
from crossgate.dialects.yaml import read_documents
from crossgate.records import replace
from crossgate.source import Source


def louder(node: ScalarNode) -> ScalarNode:
    return replace(node, value="A") if node.value == "a" else node


def test_values_change_and_keys_stay() -> None:
    (node,) = read_documents(Source(name="any.yaml", text="a: [a, b, {b: a}]\nc: {d: [e]}\n"), Diagnostics())
    assert isinstance(node, MappingNode)
    made = retyped_mapping(node, louder)
    assert to_python(made) == {"a": ["A", "b", {"b": "A"}], "c": {"d": ["e"]}}
    assert made.get("c") is node.get("c")
    assert retyped(made, louder) is made
