"""Values as the plugin takes them: it refuses none, and makes of each what it can.

What its document does not say is taken here too, with a warning at the value. This module does not know what any field
means. Source: the documentation of gjson's `Array`, `String`, `Bool` and `Int`, through which the plugin reads.
"""

import json
import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, describe
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode, SequenceNode, to_python
from crossgate.model.policy import Declared

_TRUE: Final = frozenset({"1", "t", "true"})
_WHOLE: Final = re.compile(r"-?[0-9]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def strings(config: Fields, key: str, report: Diagnostics) -> tuple[Declared[str], ...]:
    """Read a list of strings; anything else is taken for a list of one, and blank items for none."""
    node = config.node(key)
    if node is None:
        return ()
    if not isinstance(node, SequenceNode):
        warn(node, f"`{key}` is a list, not {describe(node)}", "write it as a list", report)
    items = node.items if isinstance(node, SequenceNode) else (node,)
    return tuple(declared for item in items if (declared := _string(item, key, report)) is not None)


def boolean(config: Fields, key: str, report: Diagnostics) -> Declared[bool]:
    """Read a boolean, absent for false; numbers but 0, `1`, `t` and `true` in any letters are true."""
    node = config.node(key)
    if node is None:
        return Declared(value=False)
    value = node.value if isinstance(node, ScalarNode) else None
    if isinstance(value, bool):
        return Declared(value=value, span=node.span)
    is_true = value.lower() in _TRUE if isinstance(value, str) else bool(value)
    written = str(is_true).lower()
    warn(node, f"`{key}` is a boolean, not {describe(node)}; it is read as {written}", None, report)
    return Declared(value=is_true, span=node.span)


def seconds(config: Fields, key: str, default: int, report: Diagnostics) -> Declared[float]:
    """Read a whole number of seconds; what is no positive one gives the default."""
    node = config.node(key)
    if node is None:
        return Declared(value=default)
    value = _whole(node)
    if not isinstance(node, ScalarNode) or not isinstance(node.value, int) or isinstance(node.value, bool):
        read = "" if value <= 0 else f"; it is read as {value}"
        is_fraction = isinstance(node, ScalarNode) and isinstance(node.value, float)
        found = f"`{node.text}`" if is_fraction and isinstance(node, ScalarNode) else describe(node)
        warn(node, f"`{key}` is a whole number of seconds, not {found}{read}", None, report)
    if value <= 0:
        warn(node, f"`{key}` is no positive number, so the default holds: {default} seconds", None, report)
        return Declared(value=default, span=node.span)
    return Declared(value=value, span=node.span)


def warn(node: Node, message: str, hint: str | None, report: Diagnostics) -> None:
    """Say of a value that it is taken although the document does not have it."""
    report.warning("lenient-value", message, node.span, hint)


def _string(item: Node, key: str, report: Diagnostics) -> Declared[str] | None:
    value = item.value if isinstance(item, ScalarNode) else None
    if not isinstance(item, ScalarNode) or not isinstance(value, str):
        hint = "put it in quotes" if isinstance(item, ScalarNode) and value is not None else "remove it"
        warn(item, f"an item of `{key}` is a string, not {describe(item)}", hint, report)
    text = _text(item).strip()
    if _CONTROL.search(text):
        report.error("invalid-value", f"an item of `{key}` holds a control character", item.span)
        return None
    return Declared(value=text, span=item.span) if text else None


def _text(item: Node) -> str:
    """Return the text that a value becomes: numbers and booleans as JSON has them, what has parts as JSON too."""
    match item:
        case MappingNode() | SequenceNode():
            return json.dumps(to_python(item), separators=(",", ":"))
        case ScalarNode(value=str() as text):
            return text
        case ScalarNode(value=None):
            return ""
        case ScalarNode(value=float() as number) if number.is_integer():
            return f"{number:.0f}"
        case ScalarNode(value=value):
            return json.dumps(value)


def _whole(node: Node) -> int:
    """Return the whole number that a value becomes, 0 where it becomes none."""
    match node:
        case ScalarNode(value=str() as text):
            return int(text) if _WHOLE.fullmatch(text) else 0
        case ScalarNode(value=int() | float() as number):
            try:
                return int(number)
            except (ValueError, OverflowError):
                return 0
        case _:
            return 0
