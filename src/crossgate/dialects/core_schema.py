"""The type of an unquoted YAML scalar, by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).

Unlike YAML 1.1, `yes`, `on`, dates and `1:30` are strings. JSON's numbers and words are a subset. This module knows
nothing but the text of one scalar.
"""

import re
from typing import Final

from crossgate.dialects.nodes import PlainScalar

__all__ = ["resolve"]

_WORDS: Final[dict[str, PlainScalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_BASED: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NUMBER_START: Final = frozenset("+-.0123456789")
_LONGEST_INTEGER: Final = 4300  # digits; Python refuses to convert longer ones, whose cost is quadratic


def resolve(text: str) -> PlainScalar:
    """Give the value that a plain scalar stands for; an integer of over 4,300 digits becomes a float."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.fullmatch(text) and len(text) <= _LONGEST_INTEGER:
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
