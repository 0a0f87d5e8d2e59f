"""A fetch that a page plans, and whether a preflight goes before it.

Source: https://fetch.spec.whatwg.org/#http-fetch and https://fetch.spec.whatwg.org/#cors-safelisted-request-header.
"""

import re
from dataclasses import dataclass
from typing import Final

from crossgate.fetch.headers import OWS
from crossgate.fetch.methods import SAFELISTED

_FORBIDDEN: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "access-control-request-private-network",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
"""Request headers that a page cannot set (https://fetch.spec.whatwg.org/#forbidden-request-header)."""

_SAFE_TYPES: Final = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
_UNSAFE_BYTE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\"():<>?@\[\\\]{}\x7f]")
_LANGUAGE: Final = re.compile(r"[0-9A-Za-z *,\-.;=]*")
_RANGE: Final = re.compile(r"bytes=[0-9]+-[0-9]*")
_LONGEST_SAFE_VALUE: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFetch:
    """A page's `fetch()`: `origin` is the page's, `headers` are those that it sets; a value of None is not known."""

    origin: str
    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str | None], ...] = ()
    credentials: bool = False

    @property
    def sent_headers(self) -> tuple[tuple[str, str | None], ...]:
        """The headers without those that the browser ignores."""
        return tuple(header for header in self.headers if not is_forbidden(header[0]))

    @property
    def unsafe_names(self) -> tuple[str, ...]:
        """The CORS-unsafe request-header names: lower case, sorted, each once."""
        return tuple(sorted({name.lower() for name, value in self.sent_headers if not is_safelisted(name, value)}))

    @property
    def needs_preflight(self) -> bool:
        """Whether the browser asks first."""
        return self.method not in SAFELISTED or bool(self.unsafe_names)


def is_forbidden(name: str) -> bool:
    """Say whether a page cannot set a request header."""
    return name.lower() in _FORBIDDEN or name.lower().startswith(("proxy-", "sec-"))


def is_safelisted(name: str, value: str | None) -> bool:
    """Say whether a header can be sent without asking.

    Of a value that is not known the usual one is supposed: `Content-Type` is sent for JSON, and has to be asked for.
    """
    if value is None:
        return name.lower() in {"accept", "accept-language", "content-language"}
    value = value.strip(OWS)
    if len(value.encode()) > _LONGEST_SAFE_VALUE:
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
            return _RANGE.fullmatch(value) is not None
        case _:
            return False
