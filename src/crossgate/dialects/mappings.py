"""Keys and values → a mapping: which keys are allowed, which are there twice, what `<<` brings in.

This module must not know what any key means, save `<<` (https://yaml.org/type/merge.html).
"""

from collections.abc import Iterable, Iterator

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crossgate.source import Span

__all__ = ["build_mapping"]


def build_mapping(pairs: Iterable[tuple[Node, Node]], span: Span, report: Diagnostics) -> MappingNode:
    """Build a mapping of the keys and values as they stand in the file.

    A key that is itself a list or mapping, or that was there before, is reported and left out. The mapping's own keys
    win over merged ones, and earlier merged mappings over later ones; merged entries come first.
    """
    own: dict[str, Entry] = {}
    merges: list[Node] = []
    for key, value in pairs:
        if not isinstance(key, ScalarNode):
            message = "a key must be a single value, not a list or mapping"
            report.error("complex-key", message, key.span, "a value that begins with `{{` needs quotes")
        elif key.text in own:
            first = own[key.text].key.span
            message = f"the key `{key.text}` is there twice"
            report.error("duplicate-key", message, key.span, related=[("it is first given here", first)])
        else:
            own[key.text] = Entry(key=key, value=value)
            if key.text == "<<" and not key.quoted:
                merges.append(value)
    if not merges:
        return MappingNode(entries=tuple(own.values()), span=span)
    del own["<<"]
    merged: dict[str, Entry] = {}
    for mapping in _merged_mappings(merges[0], report):
        for entry in mapping.entries:
            if entry.key.text not in own:
                merged.setdefault(entry.key.text, entry)
    return MappingNode(entries=(*merged.values(), *own.values()), span=span)


def _merged_mappings(value: Node, report: Diagnostics) -> Iterator[MappingNode]:
    for node in value.items if isinstance(value, SequenceNode) else (value,):
        if isinstance(node, MappingNode):
            yield node
        else:
            report.error("invalid-merge", "`<<` takes a mapping or a list of mappings", node.span)
