"""The users' expressions, which the gateway runs with PCRE2 and the data plane with RE2.

What both refuse is invalid; what only one refuses is told apart, since an expression must not be enforced differently
from what it means. Source: https://www.pcre.org/current/doc/html/pcre2pattern.html.
"""

import re
from collections.abc import Callable
from typing import Final

from crossgate.dialects.regex import characters, refused_by_re2

_ONLY_PCRE2: Final = (
    (re.compile(r"\(\?<?[=!]"), "a look-around"),
    (re.compile(r"\(\?>"), "an atomic group"),
    (re.compile(r"\\[1-9]|\\g[{<'0-9+-]|\\k[{<']|\(\?P[=>]"), "a back-reference"),
    (re.compile(r"\(\?(?:R|&|[+-]?[0-9])"), "a recursion"),
    (re.compile(r"\(\?[|(#']|\(\*|\(\?[a-zA-Z]*x"), "a construct"),
    (re.compile(r"(?:[*+?]|\{[0-9,]+\})\+"), "a possessive quantifier"),
    (re.compile(r"\\[KGZRXNHhe]|\\c.|\\o\{|\\u"), "an escape"),
    (re.compile(r"\{[0-9]{4,5}[,}]|\{[0-9]*,[0-9]{4,5}\}"), "a repetition"),
    (re.compile(r"\}\{|\?\?\?|\)\*\*"), "a repetition"),
)
_CLASS: Final = re.compile(r"\[\^?\]?(?:\\.|\[[:.=]\^?\w+[:.=]\]|[^\]\\])*\]", re.DOTALL)
_CLASS_ITEM: Final = re.compile(r"\\[dwshvDWSHVN]|\\[pP](?:\{\^?\w+\}|\w)|\[:\^?\w+:\]|\\.|.", re.DOTALL)
_SET: Final = re.compile(r"\\[dwshvDWSHVNpP]|\[:")
_NOT_REPEATABLE: Final = "quantifier does not follow a repeatable item"
_NAME: Final = re.compile(r"\(\?P?<([^>=!][^>]*)>")


def _unopened(pattern: str, _: str) -> int:
    return next((position for position, _, depth in characters(pattern) if depth < 0), len(pattern))


def _unrepeatable(pattern: str, operator: str) -> int:
    found = re.search(rf"(?:^|[(|]){re.escape(operator)}", pattern)
    return len(pattern) if found is None else found.end() - len(operator)


_REASONS: Final[tuple[tuple[str, str, Callable[[str, str], int]], ...]] = (
    (r"missing \)", "missing closing parenthesis", lambda pattern, _: len(pattern)),
    (r"missing \]", "missing terminating ] for character class", lambda pattern, _: len(pattern)),
    (r"trailing \\", "\\ at end of pattern", lambda pattern, _: len(pattern)),
    (r"unexpected \)", "unmatched closing parenthesis", _unopened),
    (r"no argument for", _NOT_REPEATABLE, _unrepeatable),
    (r"bad repetition", _NOT_REPEATABLE, lambda pattern, found: pattern.find(found) + 1),
    (r".*range: \[:", "unknown POSIX class name", lambda pattern, found: pattern.find(found) + 2),
    (r".*range: \\", "unknown property after \\P or \\p", lambda pattern, found: pattern.find(found) + len(found)),
    (r".*range", "range out of order in character class", lambda pattern, found: pattern.find(found) + 2),
    (r".*size", "numbers out of order in {} quantifier", lambda pattern, found: pattern.find("}", pattern.find(found))),
    (r".*escape", "unrecognized character follows \\", lambda pattern, found: pattern.find(found) + 1),
    (r".*perl", "unrecognized character after (? or (?-", lambda pattern, found: pattern.find(found) + 2),
)
"""What RE2's words for a fault begin with, PCRE2's words for it, and how far PCRE2 has come when it says so."""


def compile_fault(pattern: str) -> str | None:
    """Say why the gateway takes a text for no expression, in the words of its library; None where it takes it."""
    found = _range_fault(pattern) or _name_fault(pattern)
    if found is None:
        reason = refused_by_re2(pattern)
        if reason is None or only_pcre2(pattern) is not None:
            return None
        found = _in_pcre2s_words(pattern, reason)
    said, rest = found
    return f'pcre2_compile() failed: {said} in "{pattern}"' + (f' at "{rest}"' if rest else "")


def _in_pcre2s_words(pattern: str, reason: str) -> tuple[str, str]:
    """Return what is wrong with an expression, and the part of it that comes behind."""
    for known, said, place in _REASONS:
        if re.match(known, reason):
            return said, pattern[place(pattern, reason.partition(": ")[2]) :]
    return reason, ""


def only_pcre2(pattern: str) -> str | None:
    """Say what an expression has that RE2 cannot run although the gateway can; None where it has nothing of it."""
    if refused_by_re2(pattern) is None:
        return None
    outside = _CLASS.sub("[]", pattern)
    bare = re.sub(r"\\\\", "", outside)
    return next((what for known, what in _ONLY_PCRE2 if known.search(bare)), None)


def refused_by_router(pattern: str) -> str | None:
    """Say why the router, whose expressions have neither look-around nor back-references, refuses a path."""
    return refused_by_re2(pattern)


def _name_fault(pattern: str) -> tuple[str, str] | None:
    """Say what is wrong with the names of an expression's groups, which RE2 takes as they are."""
    blank = re.sub(r"\\.", "  ", _CLASS.sub(lambda found: " " * len(found[0]), pattern), flags=re.DOTALL)
    seen: set[str] = set()
    for found in _NAME.finditer(blank):
        if found[1][:1].isdigit():
            return "subpattern name must start with a non-digit", pattern[found.start(1) :]
        if found[1] in seen:
            said = "two named subpatterns have the same name (PCRE2_DUPNAMES not set)"
            return said, pattern[found.end() :]
        seen.add(found[1])
    return None


def _range_fault(pattern: str) -> tuple[str, str] | None:
    r"""Say that a class has a hyphen behind a set of characters as if a range began there: `[\w-_]`."""
    position = 0
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 2
            continue
        found = _CLASS.match(pattern, position) if pattern[position] == "[" else None
        if found is None:
            position += 1
            continue
        items = list(
            _CLASS_ITEM.finditer(pattern, position + 2 if found[0][1] == "^" else position + 1, found.end() - 1)
        )
        for at, item in enumerate(items[:-2]):
            if items[at + 1][0] == "-" and _SET.match(item[0]):
                return "invalid range in character class", pattern[items[at + 1].start() :]
        position = found.end()
    return None
