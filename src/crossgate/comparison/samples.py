"""A text that a regular expression matches, so that what hangs on the expression can be asked.

The grammar is read by Python's own parser of expressions, and the text is tried with the engine before it is used.
"""

import importlib
from collections.abc import Iterable
from typing import Any, Final

from crossgate.engine.regex import is_full_match

_ANYTHING: Final = "a"
_CATEGORIES: Final = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
_LETTERS: Final = "a1-_.A/:0bz"


def sample(pattern: str) -> str | None:
    """Return a text that an RE2 expression matches from end to end, or None where none was found."""
    try:
        # The parser has had no public name since Python 3.11.
        parsed = importlib.import_module("re._parser").parse(pattern.replace(r"\z", r"\Z"))
        text = _text(parsed)
    except (ImportError, ValueError, RecursionError, OverflowError, SyntaxError, _NoSample):
        return None
    except Exception as error:  # the parser's own error class has moved between releases
        if type(error).__name__ in {"error", "PatternError"}:
            return None
        raise
    return text if is_full_match(pattern, text) else None


class _NoSample(ValueError):
    """A piece of an expression that no text is made of here."""


def _text(pieces: Iterable[tuple[Any, Any]]) -> str:
    return "".join(_piece(str(kind), said) for kind, said in pieces)


def _piece(kind: str, said: Any) -> str:  # noqa: ANN401 - each kind says another thing
    match kind:
        case "LITERAL":
            return chr(said)
        case "NOT_LITERAL":
            return next(letter for letter in _LETTERS if ord(letter) != said)
        case "ANY":
            return _ANYTHING
        case "IN":
            return _one_of(said)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, _, repeated = said
            return _text(repeated) * int(least)
        case "SUBPATTERN":
            return _text(said[-1])
        case "BRANCH":
            return _text(said[1][0])
        case "AT":
            return ""
        case _:
            raise _NoSample(kind)


def _one_of(members: Iterable[tuple[Any, Any]]) -> str:
    found = [(str(kind), said) for kind, said in members]
    if found[0][0] == "NEGATE":
        return next(letter for letter in _LETTERS if not any(_has(member, letter) for member in found[1:]))
    kind, said = found[0]
    if kind == "RANGE":
        return chr(said[0])
    return _CATEGORIES.get(str(said), _ANYTHING) if kind == "CATEGORY" else chr(said)


def _has(member: tuple[str, Any], letter: str) -> bool:
    kind, said = member
    match kind:
        case "LITERAL":
            return ord(letter) == int(said)
        case "RANGE":
            return int(said[0]) <= ord(letter) <= int(said[1])
        case _:
            return _CATEGORIES.get(str(said)) == letter
