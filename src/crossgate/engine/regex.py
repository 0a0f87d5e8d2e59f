"""RE2 as the data plane runs it: one byte is one character, and an expression matches from end to end."""

import re
from functools import lru_cache
from typing import Any, Final

_REFERENCE: Final = re.compile(rb"\\([0-9\\])")


def is_full_match(pattern: str, text: str, *, fold_case: bool = False) -> bool:
    """Say whether an expression matches a text from the wire from end to end, perhaps in any letter case."""
    return _compiled(f"(?i)(?:{pattern})" if fold_case else pattern).fullmatch(text.encode("latin-1")) is not None


def replaced(pattern: str, substitution: str, text: str) -> str:
    r"""Return a text with every match replaced; `\0` to `\9` in the substitution stand for groups.

    As RE2's `GlobalReplace` has it, an empty match right behind another one counts as none.
    """
    expression, source, made = _compiled(pattern), text.encode("latin-1"), bytearray()
    place, last = 0, -1
    while place <= len(source) and (match := expression.search(source, place)) is not None:
        start, end = match.span()
        made += source[place:start]
        if start == end == last:
            made += source[start : start + 1]
            place = start + 1
            continue
        made += _filled(substitution.encode(), match)
        place = last = end
    return (made + source[place:]).decode("latin-1")


def _filled(substitution: bytes, match: Any) -> bytes:  # noqa: ANN401 - the library has no types
    return _REFERENCE.sub(lambda found: found[1] if found[1] == b"\\" else match[int(found[1])] or b"", substitution)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - the library has no types
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(pattern.encode(), options)
