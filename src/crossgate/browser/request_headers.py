"""Request headers that a page sets: which of them it cannot set, and which of them have to be asked for.

Values are strings of bytes, a character a byte; None is a value that is not known.
"""

import re
from collections.abc import Iterable
from typing import Final

from crossgate.fetch.headers import OWS, split_list
from crossgate.fetch.methods import FORBIDDEN

_FORBIDDEN: Final = frozenset(
    """
    accept-charset accept-encoding access-control-request-headers access-control-request-method connection
    content-length cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer
    transfer-encoding upgrade via
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
_OVERRIDES: Final = frozenset({"x-http-method", "x-http-method-override", "x-method-override"})
"""Forbidden where they name a method that is."""

_SAFE_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_UNSAFE_BYTE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\"():<>?@\[\\\]{}\x7f]")
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_RANGE: Final = re.compile(r"bytes=([0-9]+)-([0-9]*)")
_USUALLY_SAFE: Final = frozenset({"accept", "accept-language", "content-language"})
_LONGEST_VALUE: Final = 128
_LONGEST_TOGETHER: Final = 1024


def is_forbidden(name: str, value: str | None = None) -> bool:
    """Say whether a page cannot set a request header (https://fetch.spec.whatwg.org/#forbidden-request-header)."""
    lower = name.lower()
    if lower in _OVERRIDES:
        return any(method.upper() in FORBIDDEN for method in split_list(value or ""))
    return lower in _FORBIDDEN or lower.startswith(("proxy-", "sec-"))


def is_sent_without_cors(name: str, value: str | None) -> bool:
    """Say whether a fetch without CORS sends a header (https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header).

    `Range` is none of a page's own to send so, although it need not be asked for.
    """
    return name.lower() != "range" and is_safelisted(name, value)


def is_safelisted(name: str, value: str | None) -> bool:
    """Say whether a header can be sent without asking (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).

    Of a value that is not known the usual one is supposed: `Content-Type` is sent for JSON, and has to be asked for.
    """
    if value is None:
        return name.lower() in _USUALLY_SAFE
    value = value.strip(OWS)
    if len(value) > _LONGEST_VALUE:
        return False
    match name.lower():
        case "accept":
            return _UNSAFE_BYTE.search(value) is None
        case "accept-language" | "content-language":
            return _LANGUAGE.fullmatch(value) is not None
        case "content-type":
            essence = value.partition(";")[0].strip(OWS).lower()
            return _UNSAFE_BYTE.search(value) is None and essence in _SAFE_TYPES
        case "range":
            return _is_simple_range(value)
        case _:
            return False


def _is_simple_range(value: str) -> bool:
    found = _RANGE.fullmatch(value)
    return found is not None and (not found[2] or int(found[1]) <= int(found[2]))


def unsafe_names(headers: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """Return the names that a preflight asks for: lower case, sorted, each once.

    Source: https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names. Safelisted values that are too long
    together have to be asked for like the others.
    """
    unsafe, safelisted, size = set[str](), set[str](), 0
    for name, value in headers:
        if is_safelisted(name, value):
            safelisted.add(name.lower())
            size += len((value or "").strip(OWS))
        else:
            unsafe.add(name.lower())
    return tuple(sorted(unsafe | safelisted if size > _LONGEST_TOGETHER else unsafe))
