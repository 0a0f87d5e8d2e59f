"""Envoy's header matchers, evaluated as Envoy does, without Envoy: a request is a map of header names to lines.

What is known of Envoy 1.40: a header without its lines is absent, and no value matcher matches it, inverted or not,
unless a missing header counts as an empty one; inverted on several lines means that no line matches; RE2 is Latin-1.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from crossgate.envoy.matchers import Json

Headers = Mapping[str, Sequence[str]]


def matches_any(alternatives: Iterable[Iterable[Json]], headers: Headers) -> bool:
    """Say whether all matchers of some alternative match."""
    return any(all(matches(matcher, headers) for matcher in alternative) for alternative in alternatives)


def matches(matcher: Json, headers: Headers) -> bool:
    """Say whether one header matcher matches."""
    lines = headers.get(matcher["name"], ())
    is_inverted: bool = matcher.get("invert_match", False)
    if "present_match" in matcher:
        return bool(lines) != is_inverted
    if not lines:
        if not matcher.get("treat_missing_header_as_empty"):
            return False
        lines = ("",)
    return any(_matches_text(matcher["string_match"], line) for line in lines) != is_inverted


def _matches_text(matcher: Json, line: str) -> bool:
    if "exact" in matcher:
        exact: str = matcher["exact"]
        return line.encode("latin-1") == exact.encode()
    return re2_matches(matcher["safe_regex"]["regex"], line)


def re2_matches(pattern: str, line: str) -> bool:
    """Say whether an expression matches a whole line."""
    return _compiled(pattern).fullmatch(line.encode("latin-1")) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 1 << 30
    return re2.compile(pattern.encode(), options)
