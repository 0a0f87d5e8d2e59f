"""Texts that a regular expression matches, so that what hangs on the expression can be asked.

The grammar is read by Python's own parser of expressions, and a text is tried with the engine before it is used. Each
alternative, each member of a class and each optional piece gets its turn in some text, so that of two expressions most
differences are met; that no text is missed is not promised.
"""

import importlib
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import Any, Final

from crossgate.engine.regex import is_full_match

MOST: Final = 200
"""How many texts are made of one expression."""

_CATEGORIES: Final = {
    "CATEGORY_DIGIT": "1",
    "CATEGORY_NOT_DIGIT": "a-",
    "CATEGORY_WORD": "a1_",
    "CATEGORY_NOT_WORD": "-.",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a1-",
}
_LETTERS: Final = "a1-_.A/:0bz"
_ANYTHING: Final = "a.1-"


def samples(pattern: str) -> list[str]:
    """Return texts that an RE2 expression matches from end to end; none where none was found."""
    try:
        # The parser has had no public name since Python 3.11.
        parsed = importlib.import_module("re._parser").parse(pattern.replace(r"\z", r"\Z"))
        texts = list(islice(_texts(parsed), MOST))
    except (ImportError, ValueError, RecursionError, OverflowError, SyntaxError, _NoSample):
        return []
    except Exception as error:  # the parser's own error class has moved between releases
        if type(error).__name__ in {"error", "PatternError"}:
            return []
        raise
    return [text for text in dict.fromkeys(texts) if is_full_match(pattern, text)]


class _NoSample(ValueError):
    """A piece of an expression that no text is made of here."""


def _texts(pieces: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Yield the first text of all pieces, then for each piece in turn its other texts among the first ones."""
    each = [list(islice(_piece(str(kind), said), MOST)) for kind, said in pieces]
    if not all(each):
        return
    first = [texts[0] for texts in each]
    yield "".join(first)
    for turn in zip_longest(*(enumerate(texts[1:]) for texts in each)):
        for place, other in enumerate(turn):
            if other is not None:
                yield "".join((*first[:place], other[1], *first[place + 1 :]))


def _piece(kind: str, said: Any) -> Iterator[str]:  # noqa: ANN401 - each kind says another thing
    match kind:
        case "LITERAL":
            yield chr(said)
        case "NOT_LITERAL":
            yield from (letter for letter in _LETTERS if ord(letter) != said)
        case "ANY":
            yield from _ANYTHING
        case "IN":
            yield from _members(said)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            yield from _repeated(*said)
        case "SUBPATTERN":
            yield from _texts(said[-1])
        case "BRANCH":
            yield from (text for branch in said[1] for text in islice(_texts(branch), MOST))
        case "AT":
            yield ""
        case _:
            raise _NoSample(kind)


def _repeated(least: int, most: int, repeated: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    """Yield as few of something as there may be, one of each, and two."""
    texts = list(islice(_texts(repeated), MOST))
    for times in sorted({int(least), max(int(least), 1), max(int(least), 2)}):
        if times <= int(most):
            yield from (text * times for text in (texts if times else texts[:1]))


def _members(members: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    found = [(str(kind), said) for kind, said in members]
    if found[0][0] == "NEGATE":
        yield from (letter for letter in _LETTERS if not any(_has(member, letter) for member in found[1:]))
        return
    for kind, said in found:
        match kind:
            case "RANGE":
                yield from (chr(said[0]), chr(said[1]))
            case "LITERAL":
                yield chr(said)
            case _:
                yield from _CATEGORIES.get(str(said), "")


def _has(member: tuple[str, Any], letter: str) -> bool:
    kind, said = member
    match kind:
        case "LITERAL":
            return ord(letter) == int(said)
        case "RANGE":
            return int(said[0]) <= ord(letter) <= int(said[1])
        case _:
            return letter in _CATEGORIES.get(str(said), "")
