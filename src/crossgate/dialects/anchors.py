r"""Anchors of users' regular expressions, of which a whole text is meant anyway.

Expressions are matched from end to end, alone or inside a longer one, where `^`, `$`, `\A` and `\z` would never hold.
What they say at the ends of an expression is said by that already; what they say in its middle cannot be enforced.
"""

import re
from typing import Final

from crossgate.dialects.regex import alternatives, characters

_FLAGS: Final = re.compile(r"\(\?[a-zA-Z-]+\)")
_START: Final = re.compile(r"(?:\^|\\A)+")
_END: Final = re.compile(r"(?<!\\)((?:\\\\)*)(?:\$|\\z)+\Z")
_OPENING: Final = re.compile(r"\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?")
_REPETITIONS: Final = ("*", "+", "{")


def without_anchors(pattern: str) -> str | None:
    """Return an expression without the anchors at its ends, those of its alternatives and of groups that stand there.

    None where an anchor stands elsewhere.
    """
    stripped = _without(pattern, at_start=True, at_end=True)
    return None if _has_anchor(stripped) else stripped


def _without(pattern: str, *, at_start: bool, at_end: bool) -> str:
    parts = alternatives(pattern)
    if at_start:
        parts = [_without_start(part) for part in parts]
    if at_end:
        parts = [_without_end(part) for part in parts]
    return "|".join(parts)


def _without_start(part: str) -> str:
    flags = _FLAGS.match(part)
    if flags is not None:
        return flags[0] + _without_start(part[flags.end() :])
    part = _START.sub("", part, count=1) if _START.match(part) else part
    end = next((position for position, character, depth in characters(part) if (character, depth) == (")", 0)), None)
    if not part.startswith("(") or end is None or part[end + 1 :].startswith(_REPETITIONS):
        return part
    return _in_group(part[:end], at_start=True) + part[end:]


def _without_end(part: str) -> str:
    part = _END.sub(r"\1", part)
    close = len(part.rstrip("?")) - 1
    found = list(characters(part))
    is_group = any(position == close and (character, depth) == (")", 0) for position, character, depth in found)
    start = next((position for position, character, depth in reversed(found) if (character, depth) == ("(", 1)), None)
    if not is_group or start is None:
        return part
    return part[:start] + _in_group(part[start:close], at_start=False) + part[close:]


def _in_group(group: str, *, at_start: bool) -> str:
    """Take the anchors off one end of a group, which is written without its last parenthesis."""
    opening = _OPENING.match(group)
    if opening is None:
        return group
    return opening[0] + _without(group[opening.end() :], at_start=at_start, at_end=not at_start)


def _has_anchor(pattern: str) -> bool:
    if any(character in "^$" for _, character, _ in characters(pattern)):
        return True
    return any(escape in {r"\A", r"\z"} for escape in re.findall(r"\\.", pattern, re.DOTALL))
