"""The users' expressions, which the gateway runs with PCRE2 and the data plane with RE2.

What both refuse is invalid; what only one refuses is told apart, since an expression must not be enforced differently
from what it means. Source: https://www.pcre.org/current/doc/html/pcre2pattern.html.
"""

import re
from typing import Final

from crossgate.dialects.regex import refused_by_re2

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
_NAME: Final = re.compile(r"\(\?P?<([^>=!][^>]*)>")
_REASONS: Final = {
    "missing )": "missing closing parenthesis",
    "missing ]": "missing terminating ] for character class",
    "trailing \\": "\\ at end of pattern",
    "unexpected )": "unmatched closing parenthesis",
    "no argument for repetition operator": "quantifier does not follow a repeatable item",
    "bad repetition operator": "quantifier does not follow a repeatable item",
    "invalid character class range": "range out of order in character class",
}
"""RE2's words and PCRE2's for one fault."""
_AT_END: Final = ("missing )", "missing ]", "trailing \\")


def compile_fault(pattern: str) -> str | None:
    """Say why the gateway takes a text for no expression, in the words of its library; None where it takes it."""
    if _has_bad_range(pattern):
        return f'pcre2_compile() failed: invalid range in character class in "{pattern}"'
    if (wrong := _name_fault(pattern)) is not None:
        return f'pcre2_compile() failed: {wrong} in "{pattern}"'
    reason = refused_by_re2(pattern)
    if reason is None or only_pcre2(pattern) is not None:
        return None
    word = next((word for word in _REASONS if reason.startswith(word)), None)
    return f'pcre2_compile() failed: {reason if word is None else _REASONS[word]} in "{pattern}"'


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


def _name_fault(pattern: str) -> str | None:
    """Say what is wrong with the names of an expression's groups, which RE2 takes as they are."""
    names = _NAME.findall(re.sub(r"\\.", "", _CLASS.sub("[]", pattern), flags=re.DOTALL))
    if any(name[:1].isdigit() for name in names):
        return "subpattern name must start with a non-digit"
    is_repeated = len(set(names)) < len(names)
    return "two named subpatterns have the same name (PCRE2_DUPNAMES not set)" if is_repeated else None


def _has_bad_range(pattern: str) -> bool:
    r"""Say whether a class has a hyphen behind a set of characters as if a range began there: `[\w-_]`."""
    position = 0
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 2
            continue
        found = _CLASS.match(pattern, position) if pattern[position] == "[" else None
        if found is None:
            position += 1
            continue
        inner = found[0][1:-1].removeprefix("^")
        items = _CLASS_ITEM.findall(inner)
        for at, item in enumerate(items[:-2]):
            if items[at + 1] == "-" and _SET.match(item):
                return True
        position = found.end()
    return False
