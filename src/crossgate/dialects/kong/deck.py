"""What decK adds to declarative files: environment variables, defaults, shared plugin configurations.

The gateway itself knows none of it; decK resolves it before the gateway sees the file, and so does this module.
Source: decK's reference of the state file.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.core_schema import resolve
from crossgate.dialects.nodes import Entry, MappingNode, Node, PlainScalar, ScalarNode, SequenceNode
from crossgate.records import replace

_VARIABLE: Final = re.compile(
    r"\$\{\{\s*env\s+(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')\s*(?:\|\s*(?P<cast>[A-Za-z]+)\s*)?\}\}"
)
_MARK: Final = "${{"
_PREFIX: Final = "DECK_"
_CASTS: Final[dict[str, Callable[[str], PlainScalar]]] = {
    "toInt": int,
    "toFloat": float,
    "toBool": lambda text: {"true": True, "false": False}[text.lower()],
}
_INDENT: Final = "indent"


def substituted(node: Node, environment: Mapping[str, str], report: Diagnostics) -> Node:
    """Return a tree with the variables of the environment that texts name; parts without any are the same objects."""
    match node:
        case ScalarNode():
            return _scalar(node, environment, report) if _MARK in node.text else node
        case SequenceNode():
            items = tuple(substituted(item, environment, report) for item in node.items)
            same = all(new is old for new, old in zip(items, node.items, strict=True))
            return node if same else replace(node, items=items)
        case MappingNode():
            return substituted_mapping(node, environment, report)


def substituted_mapping(node: MappingNode, environment: Mapping[str, str], report: Diagnostics) -> MappingNode:
    """Return a mapping with the variables in its values; keys have none."""
    values = [substituted(entry.value, environment, report) for entry in node.entries]
    if all(new is entry.value for new, entry in zip(values, node.entries, strict=True)):
        return node
    entries = (Entry(key=entry.key, value=value) for entry, value in zip(node.entries, values, strict=True))
    return replace(node, entries=tuple(entries))


def _scalar(node: ScalarNode, environment: Mapping[str, str], report: Diagnostics) -> ScalarNode:
    def value_of(found: re.Match[str]) -> str:
        name = found["double"] if found["double"] is not None else found["single"]
        if name not in environment or not name.startswith(_PREFIX):
            hint = "decK reads variables whose names begin with `DECK_`" if not name.startswith(_PREFIX) else None
            report.error("variable-missing", f"the environment has no variable `{name}`", node.span, hint)
        return environment.get(name, "")

    text = _VARIABLE.sub(value_of, node.text)
    whole = _VARIABLE.fullmatch(node.text)
    cast = None if whole is None else whole["cast"]
    if cast is not None and cast != _INDENT:
        return replace(node, value=_cast(cast, text, node, report), text=text)
    return replace(node, value=text if node.quoted else resolve(text), text=text)


def _cast(name: str, text: str, node: ScalarNode, report: Diagnostics) -> PlainScalar:
    try:
        return _CASTS[name](text)
    except (KeyError, ValueError):
        report.error("invalid-value", f"`{name}` makes nothing of `{text}`", node.span)
        return text


def with_defaults(item: MappingNode, defaults: Node | None) -> MappingNode:
    """Return an entity with the fields that `_info.defaults` gives those that do not write them."""
    if not isinstance(defaults, MappingNode):
        return item
    given = {entry.key.text for entry in item.entries}
    added = tuple(entry for entry in defaults.entries if entry.key.text not in given)
    return replace(item, entries=(*item.entries, *added)) if added else item


def with_shared_config(plugin: MappingNode, shared: Node | None, report: Diagnostics) -> MappingNode:
    """Return a plugin with the shared configuration that its `_config` names; its own fields count more."""
    name = plugin.get("_config")
    if not isinstance(name, ScalarNode) or name.value is None:
        return plugin
    base = shared.get(name.text) if isinstance(shared, MappingNode) else None
    if not isinstance(base, MappingNode):
        message = f"invalid reference '_config: {name.text}' (no such entry in '_plugin_configs')"
        report.error("reference-missing", message, name.span)
        return plugin
    own = plugin.get("config")
    key = ScalarNode(value="config", text="config", span=name.span, quoted=False)
    config = with_defaults(own, base) if isinstance(own, MappingNode) else base
    others = tuple(entry for entry in plugin.entries if entry.key.text != "config")
    return replace(plugin, entries=(*others, Entry(key=key, value=config)))


def defaults_of(file: MappingNode, kind: str) -> Node | None:
    """Return what `_info.defaults` says of a kind of entity, by its name in the singular."""
    info = file.get("_info")
    defaults = info.get("defaults") if isinstance(info, MappingNode) else None
    return defaults.get(kind) if isinstance(defaults, MappingNode) else None
