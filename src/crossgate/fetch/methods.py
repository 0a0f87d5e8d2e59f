"""Methods: tokens, CORS-safelisted methods, normalization.

Source: https://fetch.spec.whatwg.org/#methods and RFC 9110 §5.6.2 (tokens).
"""

import re
from typing import Final

SAFELISTED: Final = frozenset({"GET", "HEAD", "POST"})
"""The CORS-safelisted methods: they alone never cause a preflight."""

FORBIDDEN: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
"""The methods that no page can use."""

_NORMALIZED = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


def is_token(text: str) -> bool:
    """Say whether `text` is a token, the form of every method and header name."""
    return _TOKEN.fullmatch(text) is not None


def normalize_method(method: str) -> str:
    """Upper-case the six methods that Fetch normalizes; `patch` stays `patch`, which servers then refuse."""
    upper = method.upper()
    return upper if method.isascii() and upper in _NORMALIZED else method
