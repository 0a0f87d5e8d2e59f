"""RE2 as the data plane runs it: one byte is one character, and an expression matches from end to end."""

from functools import lru_cache
from typing import Any


def is_full_match(pattern: str, text: str, *, fold_case: bool = False) -> bool:
    """Say whether an expression matches a text from the wire from end to end, perhaps in any letter case."""
    return _compiled(f"(?i)(?:{pattern})" if fold_case else pattern).fullmatch(text.encode("latin-1")) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Any:  # noqa: ANN401 - the library has no types
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return re2.compile(pattern.encode(), options)
