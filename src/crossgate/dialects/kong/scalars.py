"""Unquoted scalars as the gateway's YAML parser types them, which is by YAML 1.1 (https://yaml.org/type/).

`yes` and `off` are booleans, `010` is eight, `1_000` a number, and a whole number is an integer however it is written.
Everything else of a tree stays what it is.
"""

import re
from typing import Final

from crossgate.dialects.nodes import MappingNode, Node, PlainScalar, ScalarNode
from crossgate.dialects.retyping import retyped, retyped_mapping
from crossgate.records import replace

_WORDS: Final = {
    **{form: True for word in ("yes", "on") for form in (word, word.title(), word.upper())},
    **{form: False for word in ("no", "off") for form in (word, word.title(), word.upper())},
}
_OCTAL: Final = re.compile(r"[-+]?0_*[0-7][0-7_]*")
_DECIMAL: Final = re.compile(r"[-+]?_*[0-9][0-9_]*")
_BINARY: Final = re.compile(r"[-+]?0b_*[01][01_]+")
_HEXADECIMAL: Final = re.compile(r"[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*")
_SEXAGESIMAL: Final = re.compile(r"[-+]?[0-9]+(?::[0-5]?[0-9])+")
_START: Final = frozenset("+-0123456789yYnNoO_")
_LONGEST: Final = 4300  # digits that Python converts


def typed(node: Node) -> Node:
    """Return a tree with its scalars typed as the gateway does; parts that do not change are the same objects."""
    return retyped(node, _scalar)


def typed_mapping(node: MappingNode) -> MappingNode:
    """Return a mapping with its values typed; keys are texts as they are written."""
    return retyped_mapping(node, _scalar)


def _scalar(node: ScalarNode) -> ScalarNode:
    if node.quoted or node.text[:1] not in _START or len(node.text) > _LONGEST:
        return _whole(node)
    if node.text in _WORDS:
        return replace(node, value=_WORDS[node.text])
    value = _number(node.text)
    return _whole(node) if value is None else replace(node, value=value)


def _whole(node: ScalarNode) -> ScalarNode:
    """Return a float that is whole as the integer that it is."""
    return replace(node, value=int(node.value)) if isinstance(node.value, float) and node.value.is_integer() else node


def _number(text: str) -> PlainScalar:
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").replace("_", "")
    if _OCTAL.fullmatch(text):
        return sign * int(digits, 8)
    if _DECIMAL.fullmatch(text):
        return sign * int(digits) if digits == "0" or len(digits) > 1 or not digits.startswith("0") else None
    if _BINARY.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
        return sign * int(digits, 0)
    if _SEXAGESIMAL.fullmatch(text):
        total = 0
        for part in digits.split(":"):
            total = total * 60 + int(part)
        return sign * total
    return None
