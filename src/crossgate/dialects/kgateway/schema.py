"""What the API server checks of every field before it stores an object: lengths, patterns, numbers of items.

Source: the OpenAPI schemas of the Gateway API's CRDs (https://gateway-api.sigs.k8s.io/reference/spec/). What the API
server refuses never reaches a cluster, so it is an error here. This module knows kinds of fields, and no field.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from typing import Final, TypeVar

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.nodes import Node

_T = TypeVar("_T")

_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_KINDS: Final = {
    "group": (re.compile(rf"|{_LABEL}(\.{_LABEL})*"), 253, "a DNS name in lower case, or empty"),
    "kind": (re.compile(r"[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?"), 63, "letters and digits"),
    "namespace": (re.compile(_LABEL), 63, "letters in lower case, digits and `-`"),
    "sectionName": (re.compile(rf"{_LABEL}(\.{_LABEL})*"), 253, "letters in lower case, digits, `-` and `.`"),
    "name": (re.compile(r"(?s).+"), 253, "at least one character"),
}
_SHOWN: Final = 60


def word(
    item: Fields, key: str, report: Diagnostics, *, like: str | None = None, required: bool = False
) -> Text | None:
    """Read a name of some kind (`like`, by default that of the key); one that the API server refuses is reported."""
    text = item.string(key, required=required)
    if text is None:
        return None
    pattern, longest, hint = _KINDS[like or key]
    if len(text.value) <= longest and pattern.fullmatch(text.value):
        return text
    shown = text.value if len(text.value) <= _SHOWN else f"{text.value[: _SHOWN - 1]}…"
    message = f"`{shown}` is not a value of `{key}`"
    report.error("invalid-value", message, text.span, f"{hint}, {longest} characters at most")
    return None


def at_most(
    items: Iterable[_T], key: str, limit: int, place: Callable[[_T], Node | Fields], report: Diagnostics
) -> None:
    """Report the first item of a list beyond those that it may have."""
    found = list(items)
    if len(found) > limit:
        message = f"`{key}` has {len(found)} items, at most {limit} are allowed"
        report.error("too-many-items", message, place(found[limit]).span)


def mappings(item: Fields, key: str, limit: int, report: Diagnostics, *, required: bool = False) -> list[Fields]:
    """Open the mappings of a list that may have so many items."""
    at_most(item.items(key, required=required), key, limit, lambda node: node, report)
    return item.mappings(key)


def strings(item: Fields, key: str, limit: int, report: Diagnostics) -> list[Text]:
    """Read the strings of a list that may have so many items."""
    at_most(item.items(key), key, limit, lambda node: node, report)
    return item.strings(key)


def unique(texts: Iterable[Text], key: Callable[[Text], Hashable], message: str, report: Diagnostics) -> None:
    """Report texts that stand for the same as one before them."""
    first: dict[Hashable, Text] = {}
    for text in texts:
        seen = first.setdefault(key(text), text)
        if seen is not text:
            related = (("first here", seen.span),)
            report.error("duplicate-item", message.format(text.value), text.span, "remove one of them", related)


def longest(text: Text | None, key: str, limit: int, report: Diagnostics, *, shortest: int = 0) -> Text | None:
    """Return a text within its limits; one beyond them is reported, and None."""
    if text is None or shortest <= len(text.value) <= limit:
        return text
    message = f"`{key}` has {len(text.value)} characters, and may have {shortest} to {limit}"
    report.error("out-of-range", message, text.span)
    return None
