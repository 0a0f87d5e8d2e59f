"""The values of a YAML or JSON file as a tree in which every value knows where it stands.

Trees are immutable and hold no aliases: a value that is used twice is the same object in two places, and its span is
the place where it was written. This module knows neither syntax nor what any field means.
"""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from typing import TypeAlias

from msgspec import Struct

from crossgate.source import Span

__all__ = ["Entry", "MappingNode", "Node", "Plain", "PlainScalar", "ScalarNode", "SequenceNode", "to_python"]

PlainScalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = PlainScalar | SequenceType["Plain"] | MappingType[str, "Plain"]


class ScalarNode(Struct, frozen=True, kw_only=True):
    """One value without parts.

    `text` is what stands in the file, quotes and folding resolved, before a type was read into it; `quoted` says that
    it was written so that it can only be a string (in quotes, as a block, or tagged `!!str`).
    """

    value: PlainScalar
    text: str
    span: Span
    quoted: bool


class SequenceNode(Struct, frozen=True, kw_only=True):
    """A list."""

    items: tuple["Node", ...]
    span: Span


class Entry(Struct, frozen=True, kw_only=True):
    """One key of a mapping and its value."""

    key: ScalarNode
    value: "Node"


class MappingNode(Struct, frozen=True, kw_only=True):
    """A mapping; no two entries have the same `key.text`. Merged entries (`<<`) keep the spans of their origin."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, key: str) -> "Node | None":
        """Give the value of a key, or `None` if there is no such key; a null value is a node."""
        return next((entry.value for entry in self.entries if entry.key.text == key), None)

    def key_span(self, key: str) -> Span:
        """Give the place of a key, or of the whole mapping if there is no such key."""
        return next((entry.key.span for entry in self.entries if entry.key.text == key), self.span)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def to_python(node: Node) -> Plain:
    """Give the plain value: keys are strings as written, lists and dicts are new ones."""
    match node:
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [to_python(item) for item in node.items]
        case MappingNode():
            return {entry.key.text: to_python(entry.value) for entry in node.entries}
