"""Trees whose unquoted scalars have other types than YAML 1.2 gives them: those of a parser that a gateway has.

This module knows how to walk a tree, and no types.
"""

from collections.abc import Callable

from crossgate.dialects.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crossgate.records import replace

Retype = Callable[[ScalarNode], ScalarNode]
"""Returns a scalar with another value, or the same object where its value stays."""


def retyped(node: Node, retype: Retype) -> Node:
    """Return a tree with its scalars typed anew; parts that do not change are the same objects."""
    match node:
        case ScalarNode():
            return retype(node)
        case SequenceNode():
            items = tuple([retyped(item, retype) for item in node.items])
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        case MappingNode():
            return retyped_mapping(node, retype)


def retyped_mapping(node: MappingNode, retype: Retype) -> MappingNode:
    """Return a mapping with its values typed anew; keys are texts as they are written."""
    values = [retyped(entry.value, retype) for entry in node.entries]
    if all(new is entry.value for new, entry in zip(values, node.entries, strict=True)):
        return node
    entries = (Entry(key=entry.key, value=value) for entry, value in zip(node.entries, values, strict=True))
    return replace(node, entries=tuple(entries))
