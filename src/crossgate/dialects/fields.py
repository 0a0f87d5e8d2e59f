"""Typed access to a mapping's fields that turns every wrong value into a diagnostic at that value.

A reader asks for each field that it knows and ends with `finish()`, which reports the keys that nobody asked for. A
null value counts as an absent one, as in Kubernetes. This module knows no field and no dialect.
"""

import math
from collections.abc import Collection
from typing import Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from crossgate.diagnostics import Diagnostic, Diagnostics, Severity
from crossgate.dialects.core_schema import resolve
from crossgate.dialects.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crossgate.source import Span

__all__ = ["Fields", "Text", "Value", "describe", "did_you_mean", "fields", "string_value"]

T_co = TypeVar("T_co", covariant=True)
_Number = TypeVar("_Number", int, float)

_BOOLEAN_WORDS: Final = {
    **dict.fromkeys(("yes", "y", "on", "true"), "true"),
    **dict.fromkeys(("no", "n", "off", "false"), "false"),
}
_SCALARS: Final[dict[type, str]] = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    type(None): "nothing",
}
_LONGEST_QUOTE: Final = 60


class Value(Struct, Generic[T_co], frozen=True, kw_only=True):
    """A value of a known type and the place where it was written."""

    value: T_co
    span: Span


Text: TypeAlias = Value[str]


def describe(node: Node) -> str:
    """Say what a value is, for messages: `a string`, `a list`."""
    match node:
        case MappingNode():
            return "a mapping"
        case SequenceNode():
            return "a list"
        case ScalarNode():
            return _SCALARS[type(node.value)]


def fields(node: Node, report: Diagnostics, what: str) -> "Fields | None":
    """Open a mapping for reading; `what` names it in messages (`the CORS policy`).

    Anything else is reported, and gives `None`.
    """
    if isinstance(node, MappingNode):
        return Fields(node, report, what)
    _wrong_type(node, report, what, "a mapping")
    return None


def string_value(node: Node, report: Diagnostics, what: str) -> Text | None:
    """Read a node as a string; `what` names it in messages. Anything else is reported, and gives `None`."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return Value(value=node.value, span=node.span)
    hint = None
    if isinstance(node, ScalarNode) and node.value is not None and len(node.text) <= _LONGEST_QUOTE:
        hint = f'put it in quotes: `"{node.text}"`'
    _wrong_type(node, report, what, "a string", hint)
    return None


class Fields:
    """The fields of one mapping; every method that takes a key records it as known."""

    def __init__(self, mapping: MappingNode, report: Diagnostics, what: str) -> None:
        """Open `mapping`; `fields()` does so after checking that it is one."""
        self.what = what
        self._mapping = mapping
        self._report = report
        self._entries: dict[str, Entry] = {entry.key.text: entry for entry in mapping.entries}
        self._known: dict[str, None] = {}

    def reporting_to(self, report: Diagnostics) -> "Fields":
        """Open the same mapping anew, with another collector for what is wrong in it; what is known stays known."""
        again = Fields(self._mapping, report, self.what)
        again.ignore(*self._known)
        return again

    @property
    def span(self) -> Span:
        """The place of the whole mapping."""
        return self._mapping.span

    def key_span(self, key: str) -> Span:
        """Give the place of a key, or of the whole mapping if it isn't there."""
        entry = self._entries.get(key)
        return self.span if entry is None else entry.key.span

    def value_span(self, key: str) -> Span:
        """Give the place of a key's value, or of the whole mapping if the key isn't there."""
        entry = self._entries.get(key)
        return self.span if entry is None else entry.value.span

    def has(self, key: str) -> bool:
        """Say whether the field is there and not null, be its value right or wrong."""
        return self.node(key) is not None

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """Give the field's value as it stands, or `None` if it is absent or null."""
        self._known[key] = None
        entry = self._entries.get(key)
        if entry is not None and not (isinstance(entry.value, ScalarNode) and entry.value.value is None):
            return entry.value
        if required:
            self._report.error("missing-field", f"{self.what} needs the field `{key}`", self.key_span(key))
        return None

    def string(self, key: str, *, required: bool = False, one_of: Collection[str] | None = None) -> Text | None:
        """Give a string, one of `one_of` if that is given."""
        node = self.node(key, required=required)
        text = None if node is None else string_value(node, self._report, f"`{key}`")
        if text is None or one_of is None or text.value in one_of:
            return text
        hint = did_you_mean(text.value, one_of) or f"it can be {_alternatives(one_of)}"
        self._report.error("invalid-value", f"`{_short(text.value)}` is not a value of `{key}`", text.span, hint)
        return None

    def integer(
        self, key: str, minimum: int | None = None, maximum: int | None = None, *, required: bool = False
    ) -> Value[int] | None:
        """Give an integer within bounds that are themselves allowed; `5.0` is none."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return self._bounded(key, node, node.value, minimum, maximum)
        _wrong_type(node, self._report, f"`{key}`", "an integer", _unquote_hint(node))
        return None

    def number(
        self, key: str, minimum: float | None = None, maximum: float | None = None, *, required: bool = False
    ) -> Value[float] | None:
        """Give a finite number within bounds that are themselves allowed."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            if _is_finite(node.value):
                return self._bounded(key, node, node.value, minimum, maximum)
            self._report.error("invalid-value", f"`{key}` must be a finite number", node.span)
            return None
        _wrong_type(node, self._report, f"`{key}`", "a number", _unquote_hint(node))
        return None

    def boolean(self, key: str, *, required: bool = False) -> Value[bool] | None:
        """Give a boolean; the words of YAML 1.1 (`yes`) are none, nor is a quoted `true`."""
        node = self.node(key, required=required)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return Value(value=node.value, span=node.span)
        hint = _unquote_hint(node)
        if hint is None and isinstance(node, ScalarNode) and node.text.lower() in _BOOLEAN_WORDS:
            hint = f"write `{_BOOLEAN_WORDS[node.text.lower()]}`"
        _wrong_type(node, self._report, f"`{key}`", "a boolean", hint)
        return None

    def strings(self, key: str, *, required: bool = False) -> list[Text]:
        """Give the strings of a list; an element that is none is reported, and the others are kept.

        An absent field and an empty list both give `[]`; `has` tells them apart.
        """
        found = (string_value(item, self._report, f"an item of `{key}`") for item in self.items(key, required=required))
        return [text for text in found if text is not None]

    def mapping(self, key: str, *, required: bool = False) -> "Fields | None":
        """Open the mapping that is the field's value."""
        node = self.node(key, required=required)
        return None if node is None else fields(node, self._report, f"`{key}`")

    def mappings(self, key: str, *, required: bool = False) -> "list[Fields]":
        """Open the mappings of a list; an element that is none is reported, and the others are kept."""
        opened = (fields(item, self._report, f"an item of `{key}`") for item in self.items(key, required=required))
        return [mapping for mapping in opened if mapping is not None]

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Give the elements of a list as they stand; null ones are among them."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if isinstance(node, SequenceNode):
            return node.items
        hint = "write it as a list: `[…]`" if isinstance(node, ScalarNode) else None
        _wrong_type(node, self._report, f"`{key}`", "a list", hint)
        return ()

    def ignore(self, *keys: str) -> None:
        """Record keys as known that this reader has no use for."""
        self._known.update(dict.fromkeys(keys))

    def unknown(self) -> list[ScalarNode]:
        """Give the keys that nobody has asked for, in the order of the file."""
        return [entry.key for text, entry in self._entries.items() if text not in self._known]

    def finish(self, *, severity: Severity = Severity.ERROR) -> None:
        """Report every key that nobody has asked for; call it after the last field was read."""
        for key in self.unknown():
            hint = did_you_mean(key.text, self._known)
            message = f"unknown field `{_short(key.text)}` in {self.what}"
            found = Diagnostic(severity=severity, id="unknown-field", message=message, span=key.span, hint=hint)
            self._report.add(found)

    def _bounded(
        self, key: str, node: ScalarNode, value: _Number, minimum: _Number | None, maximum: _Number | None
    ) -> Value[_Number] | None:
        if minimum is not None and value < minimum:
            limit = f"at least {minimum}"
        elif maximum is not None and value > maximum:
            limit = f"at most {maximum}"
        else:
            return Value(value=value, span=node.span)
        self._report.error("out-of-range", f"`{key}` must be {limit}, not `{_short(node.text)}`", node.span)
        return None


def _is_finite(value: float) -> bool:
    """Say whether a number is one that a float holds; integers have no bound of their own."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _wrong_type(node: Node, report: Diagnostics, what: str, expected: str, hint: str | None = None) -> None:
    report.error("wrong-type", f"{what} must be {expected}, not {describe(node)}", node.span, hint)


def _unquote_hint(node: Node) -> str | None:
    """Advise on a string that would be right without its quotes."""
    if isinstance(node, ScalarNode) and node.quoted and not isinstance(resolve(node.text), str | None):
        return "remove the quotes"
    return None


def did_you_mean(word: str, known: Collection[str]) -> str | None:
    """Ask whether one of the known words was meant; None where none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 - slow to import, and seldom needed

    by_lower = {name.lower(): name for name in known}
    close = get_close_matches(_short(word).lower(), by_lower, n=1)
    return f"did you mean `{by_lower[close[0]]}`?" if close else None


def _alternatives(words: Collection[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
