"""Unquoted scalars of Kubernetes manifests, as what sends them to the cluster types them, which is by YAML 1.1.

`yes` and `off` are booleans, `010` is eight, `1_000` a number, and a whole number is an integer however it is written.
Dates and base 60 stay texts. Source: https://kubernetes.io/docs/concepts/configuration/overview/, https://yaml.org/type/.
"""

import re
from typing import Final

from crossgate.dialects.nodes import MappingNode, PlainScalar, ScalarNode
from crossgate.dialects.retyping import retyped_mapping
from crossgate.records import replace

_WORDS: Final = {
    **{form: True for word in ("yes", "on") for form in (word, word.title(), word.upper())},
    **{form: False for word in ("no", "off") for form in (word, word.title(), word.upper())},
}
_OCTAL: Final = re.compile(r"[-+]?0[0-7]+")
_DECIMAL: Final = re.compile(r"[-+]?[0-9]+")
_LONGEST: Final = 30  # characters of what can be an integer of 64 bits


def typed(node: MappingNode) -> MappingNode:
    """Return an object with its values typed as a cluster gets them; parts that do not change are the same objects."""
    return retyped_mapping(node, _scalar)


def _scalar(node: ScalarNode) -> ScalarNode:
    if node.quoted:
        return node
    value = node.value
    if isinstance(value, str):
        read = _number(value) if "_" in value else _WORDS.get(value)
        return node if read is None else replace(node, value=read)
    if isinstance(value, float) and value.is_integer():
        return replace(node, value=int(value))
    if isinstance(value, int) and not isinstance(value, bool) and _OCTAL.fullmatch(node.text):
        return replace(node, value=int(node.text, 8))
    return node


def _number(text: str) -> PlainScalar:
    """Return the integer that a text with underscores is, None where it is none."""
    digits = text.replace("_", "")
    if len(digits) > _LONGEST:
        return None
    if _OCTAL.fullmatch(digits):
        return int(digits, 8)
    return int(digits) if _DECIMAL.fullmatch(digits) else None
