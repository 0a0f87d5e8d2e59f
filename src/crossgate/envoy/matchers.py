"""Header matchers and their logic.

Conditions become alternatives: a request matches if all matchers of at least one alternative do. Every matcher made
here has an answer for an absent header too, which is what makes negation exact.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]
Alternative: TypeAlias = tuple[Json, ...]
Alternatives: TypeAlias = tuple[Alternative, ...]

ALWAYS: Alternatives = ((),)
NEVER: Alternatives = ()

NOTHING: Final = r"[^\s\S]"
"""RE2 that matches nothing."""


def present(name: str) -> Json:
    """Match where the header is there, and be it empty."""
    return {"name": name, "present_match": True}


def exact(name: str, value: str) -> Json:
    """Match one value; an absent header counts as an empty one."""
    return {"name": name, "string_match": {"exact": value}, "treat_missing_header_as_empty": True}


def regex(name: str, pattern: str) -> Json:
    """Match RE2 from end to end; an absent header counts as an empty one."""
    return {"name": name, "string_match": safe_regex(pattern), "treat_missing_header_as_empty": True}


def safe_regex(pattern: str) -> Json:
    """Write RE2 as Envoy takes it: nothing is not an expression there, so an empty one is spelt out."""
    return {"safe_regex": {"regex": pattern or "(?:)"}}


def filled(name: str) -> Json:
    """Match where the header is there and not empty."""
    return inverted(exact(name, ""))


def inverted(matcher: Json) -> Json:
    """Match where `matcher` does not."""
    rest = {key: value for key, value in matcher.items() if key != "invert_match"}
    return rest if matcher.get("invert_match") else {**rest, "invert_match": True}


def one_of(name: str, values: Iterable[str], *, fold_case: bool = False) -> Json:
    """Match any of some values."""
    wanted = sorted(set(values))
    if len(wanted) == 1 and not fold_case:
        return exact(name, wanted[0])
    return regex(name, ("(?i)" if fold_case else "") + alternation(wanted))


def both(left: Alternatives, right: Alternatives) -> Alternatives:
    """Match where both do."""
    return tuple((*a, *b) for a, b in product(left, right))


def all_of(parts: Iterable[Alternatives]) -> Alternatives:
    """Match where all do."""
    result = ALWAYS
    for part in parts:
        result = both(result, part)
    return result


def negated(alternatives: Alternatives) -> Alternatives:
    """Match where no alternative does (De Morgan)."""
    return all_of(tuple((inverted(matcher),) for matcher in alternative) for alternative in alternatives)


def quote(text: str) -> str:
    """Write a text as RE2 that matches it alone."""
    return re.escape(text)


def alternation(values: Sequence[str]) -> str:
    """Write RE2 that matches any of some texts."""
    return "(?:" + "|".join(quote(value) for value in values) + ")" if values else NOTHING
