r"""Anchors of users' regular expressions, of which a whole text is meant anyway.

Expressions are matched from end to end, alone or inside a longer one, where `^`, `$`, `\A` and `\z` would never hold.
What they say at the ends of an expression is said by that already; what they say in its middle cannot be enforced.
"""

import re
from typing import Final

from crossgate.dialects.regex import alternatives, characters

_FLAGS: Final = re.compile(r"(?:\(\?[a-zA-Z-]+\))+")
_START: Final = re.compile(r"(?:\^|\\A)+")
_OPENING: Final = re.compile(r"\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?")
_REPETITIONS: Final = ("*", "+", "{")
_DEEPEST: Final = 50
"""Anchors in groups inside more groups than these are left where they are, and so count as in the middle."""


def without_anchors(pattern: str) -> str | None:
    """Return an expression without the anchors at its ends, those of its alternatives and of groups that stand there.

    None where an anchor stands elsewhere.
    """
    stripped = _without(pattern, at_start=True, at_end=True)
    return None if _has_anchor(stripped) else stripped


def _without(pattern: str, *, at_start: bool, at_end: bool, depth: int = 0) -> str:
    parts = alternatives(pattern)
    if at_start:
        parts = [_without_start(part, depth) for part in parts]
    if at_end:
        parts = [_without_end(part, depth) for part in parts]
    return "|".join(parts)


def _without_start(part: str, depth: int) -> str:
    flags = _FLAGS.match(part)
    kept, part = ("", part) if flags is None else (flags[0], part[flags.end() :])
    anchors = _START.match(part)
    part = part if anchors is None else part[anchors.end() :]
    end = next((position for position, character, level in characters(part) if (character, level) == (")", 0)), None)
    if not part.startswith("(") or end is None or part[end + 1 :].startswith(_REPETITIONS):
        return kept + part
    return kept + _in_group(part[:end], depth, at_start=True) + part[end:]


def _without_end(part: str, depth: int) -> str:
    part = _without_last_anchors(part)
    close = len(part.rstrip("?")) - 1
    found = list(characters(part))
    is_group = any(position == close and (character, level) == (")", 0) for position, character, level in found)
    start = next((position for position, character, level in reversed(found) if (character, level) == ("(", 1)), None)
    if not is_group or start is None:
        return part
    return part[:start] + _in_group(part[start:close], depth, at_start=False) + part[close:]


def _without_last_anchors(part: str) -> str:
    """Take off anchors from the last one on: an expression that looked for the first of a run would look for each."""
    while True:
        anchor = next((anchor for anchor in ("$", r"\z") if part.endswith(anchor)), None)
        before = part[: -len(anchor)] if anchor is not None else ""
        if anchor is None or (len(before) - len(before.rstrip("\\"))) % 2:
            return part
        part = before


def _in_group(group: str, depth: int, *, at_start: bool) -> str:
    """Take the anchors off one end of a group, which is written without its last parenthesis."""
    opening = _OPENING.match(group)
    if opening is None or depth == _DEEPEST:
        return group
    return opening[0] + _without(group[opening.end() :], at_start=at_start, at_end=not at_start, depth=depth + 1)


def _has_anchor(pattern: str) -> bool:
    if any(character in "^$" for _, character, _ in characters(pattern)):
        return True
    return any(escape in {r"\A", r"\z"} for escape in re.findall(r"\\.", pattern, re.DOTALL))
