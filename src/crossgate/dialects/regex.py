"""Users' regular expressions: RE2 is what the data plane runs, so what RE2 refuses cannot be enforced."""

import re
from collections.abc import Iterator
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text

_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]", re.DOTALL)


def check_regex(text: Text, report: Diagnostics, pattern: str | None = None) -> bool:
    """Say whether RE2 takes an expression, and report it where it does not; `pattern` replaces the text as written."""
    reason = refused_by_re2(text.value if pattern is None else pattern)
    if reason is not None:
        report.error(
            "invalid-regex",
            f"`{text.value}` is not a regular expression that can be enforced: {reason}",
            text.span,
            "expressions are RE2's (https://github.com/google/re2/wiki/Syntax): no look-around, no back-references",
        )
        return False
    return True


def is_regex(pattern: str) -> bool:
    """Say whether RE2 takes an expression."""
    return refused_by_re2(pattern) is None


def refused_by_re2(pattern: str) -> str | None:
    """Return what RE2 has against an expression, None where it takes it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error as error:
        return error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
    return None


def alternatives(pattern: str) -> list[str]:
    """Split an expression at the bars outside of groups and classes."""
    cuts = [position for position, character, depth in characters(pattern) if character == "|" and depth == 0]
    starts, ends = [0, *(cut + 1 for cut in cuts)], [*cuts, len(pattern)]
    return [pattern[start:end] for start, end in zip(starts, ends, strict=True)]


def characters(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Yield the characters outside of classes that are not escaped: position, character, depth of groups."""
    depth, position = 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 2
        elif character == "[":
            found = _CLASS.match(pattern, position)
            position = found.end() if found is not None else len(pattern)
        else:
            depth += {"(": 1, ")": -1}.get(character, 0)
            yield position, character, depth
            position += 1
