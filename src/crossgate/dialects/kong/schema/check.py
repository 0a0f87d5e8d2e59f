"""Values against a schema: every fault at its place, in the gateway's words.

It must not know what any field means.
"""

import re
from collections.abc import Iterator
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import did_you_mean
from crossgate.dialects.kong.schema.kinds import (
    Anything,
    Array,
    Fault,
    Forbidden,
    Foreign,
    Kind,
    Map,
    Presence,
    Record,
    Rule,
    Scalar,
    Type,
)
from crossgate.dialects.nodes import Entry, MappingNode, Node, PlainScalar, ScalarNode, SequenceNode
from crossgate.records import replace
from crossgate.source import Span

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MISSING: Final = "required field missing"
_EMPTY: Final = "length must be at least 1"
_NOT_EMPTY: Final = Rule(id="invalid-value", says=lambda text: None if text else _EMPTY)

_Found = tuple[str, str | None, str, Span, str | None]
"""Id, field, message, place, hint."""


def is_valid(node: MappingNode, schema: Record, report: Diagnostics) -> bool:
    """Say whether an entity is as its schema wants it, and report every fault where it is not."""
    found = list(_record(node, schema))
    for name, key, message, span, hint in found:
        report.error(name, message if key is None else f"`{key}`: {message}", span, hint)
    return not found


def settled(node: MappingNode, schema: Record) -> MappingNode:
    """Return a valid entity with an empty list wherever a list belongs: to the gateway `{}` and `[]` are one."""
    entries = tuple(_settled(entry, schema.fields[entry.key.text]) for entry in node.entries)
    same = all(new is old for new, old in zip(entries, node.entries, strict=True))
    return node if same else replace(node, entries=entries)


def _settled(entry: Entry, kind: Kind) -> Entry:
    match kind, entry.value:
        case Array(), MappingNode(span=span):
            return replace(entry, value=SequenceNode(items=(), span=span))
        case Map() | Record(), SequenceNode(span=span):
            return replace(entry, value=MappingNode(entries=(), span=span))
        case Record(), MappingNode() as inner:
            return replace(entry, value=settled(inner, kind)) if settled(inner, kind) is not inner else entry
        case _:
            return entry


def _record(node: MappingNode, schema: Record) -> Iterator[_Found]:
    if (fault := schema.first(node)) is not None:
        yield fault.id, fault.field, fault.message, _place(node, fault), None
        return
    given = {entry.key.text: entry for entry in node.entries}
    for name, kind in schema.fields.items():
        if name in given:
            yield from _value(name, given[name].value, kind)
        elif kind.presence is Presence.REQUIRED:
            yield "missing-field", name, _MISSING, node.span, None
    for name, entry in given.items():
        if name not in schema.fields:
            yield "unknown-field", name, "unknown field", entry.key.span, did_you_mean(name, schema.fields)
    for rule in schema.checks:
        for fault in rule(node):
            yield fault.id, fault.field, fault.message, _place(node, fault), None


def _place(node: MappingNode, fault: Fault) -> Span:
    value = None if fault.key is None else node.get(fault.key)
    return node.span if value is None else value.span


def _value(name: str, node: Node, kind: Kind) -> Iterator[_Found]:
    if not (isinstance(node, ScalarNode) and node.value is None):
        yield from _given(name, node, kind)
    elif kind.presence is not Presence.OPTIONAL:
        hint = "leave it out for its default" if kind.presence is Presence.DEFAULTED else None
        yield "missing-field", name, _MISSING, node.span, hint


def _given(name: str, node: Node, kind: Kind) -> Iterator[_Found]:
    match kind:
        case Forbidden(message=message):
            yield "invalid-value", name, message, node.span, f"remove `{name}`"
        case Scalar():
            yield from _scalar(name, node, kind)
        case Array():
            yield from _array(name, node, kind)
        case Map():
            yield from _map(name, node, kind)
        case Record():
            if isinstance(node, MappingNode):
                yield from _record(node, kind)
            elif not _is_empty(node):
                yield "wrong-type", name, "expected a record", node.span, None
        case Foreign():
            yield from _foreign(name, node)
        case Anything():
            pass


def _scalar(name: str, node: Node, kind: Scalar) -> Iterator[_Found]:
    if not isinstance(node, ScalarNode) or not _is_of(node, kind.type):
        yield "wrong-type", name, f"expected {kind.type.value}", node.span, _type_hint(node, kind.type)
    elif (fault := _fault_of(node.value, kind)) is not None:
        ident, message, hint = fault
        yield ident, name, message, node.span, hint


def _fault_of(value: PlainScalar, kind: Scalar) -> tuple[str, str, str | None] | None:
    """Return id, text and hint of what is wrong with a value of the right type, in the gateway's order of checks."""
    if kind.one_of and value not in kind.one_of:
        words = list(map(str, kind.one_of))
        return kind.id, f"expected one of: {', '.join(words)}", did_you_mean(str(value), words) if value else None
    if kind.is_uuid and not _UUID.fullmatch(str(value)):
        return "invalid-value", "expected a valid UUID", None
    if isinstance(value, str):
        faults = ((rule.id, rule.says(value), rule.helps(value)) for rule in (_NOT_EMPTY, *kind.rules))
        return next(((ident, message, hint) for ident, message, hint in faults if message is not None), None)
    return None if value is None else _number_fault(value, kind)


def _number_fault(value: float, kind: Scalar) -> tuple[str, str, str | None] | None:
    if kind.is_positive and value <= 0:
        return "invalid-value", "expected a valid timestamp", None
    if kind.between is not None and not kind.between[0] <= value <= kind.between[1]:
        return "out-of-range", f"value should be between {kind.between[0]} and {kind.between[1]}", None
    return None


def _is_of(node: ScalarNode, wanted: Type) -> bool:
    match wanted:
        case Type.STRING:
            return isinstance(node.value, str)
        case Type.BOOLEAN:
            return isinstance(node.value, bool)
        case Type.INTEGER:
            return isinstance(node.value, int) and not isinstance(node.value, bool)
        case Type.NUMBER:
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _type_hint(node: Node, wanted: Type) -> str | None:
    """Advise on a value that is right but for its quotes, or for their lack."""
    if not isinstance(node, ScalarNode):
        return None
    if wanted is Type.STRING and "\n" not in node.text:
        return f'put it in quotes: `"{node.text}"`'
    return "remove the quotes" if node.quoted and node.text else None


def _array(name: str, node: Node, kind: Array) -> Iterator[_Found]:
    if not isinstance(node, SequenceNode):
        if not _is_empty(node):
            hint = "write it as a list: `[…]`" if isinstance(node, ScalarNode) else None
            yield "wrong-type", name, f"expected {kind.called}", node.span, hint
        return
    found = [fault for item in node.items for fault in _element(name, item, kind.elements)]
    yield from found
    if not found:
        texts = tuple(item.text for item in node.items if isinstance(item, ScalarNode))
        if (message := kind.rule(texts)) is not None:
            yield "invalid-value", name, message, node.span, None


def _element(name: str, item: Node, kind: "Scalar | Record | Anything") -> Iterator[_Found]:
    if isinstance(item, ScalarNode) and item.value is None:
        yield "missing-field", name, _MISSING, item.span, None
    else:
        yield from _value(name, item, kind)


def _map(name: str, node: Node, kind: Map) -> Iterator[_Found]:
    if not isinstance(node, MappingNode):
        if not (isinstance(node, SequenceNode) and not node.items):
            yield "wrong-type", name, "expected a map", node.span, None
        return
    for entry in node.entries:
        yield from _scalar(name, entry.key, kind.keys)
        yield from _element_of_map(name, entry.value, kind.values)


def _element_of_map(name: str, node: Node, kind: Array) -> Iterator[_Found]:
    if isinstance(node, ScalarNode) and node.value is None:
        yield "missing-field", name, _MISSING, node.span, None
    else:
        yield from _array(name, node, kind)


def _foreign(name: str, node: Node) -> Iterator[_Found]:
    match node:
        case MappingNode():
            if node.get("id") is None and node.get("name") is None:
                yield "missing-field", name, "missing primary key", node.span, "write the name: `NAME`, or `{id: …}`"
        case ScalarNode(value=str()):
            if not node.value:
                yield "invalid-value", name, _EMPTY, node.span, None
        case _:
            yield "wrong-type", name, "expected a string", node.span, None


def _is_empty(node: Node) -> bool:
    """Say whether a mapping or list is empty, which is both to the gateway."""
    return (isinstance(node, MappingNode) and not node.entries) or (isinstance(node, SequenceNode) and not node.items)
