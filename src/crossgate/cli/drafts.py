"""Requests that something recorded, be it a curl command or a browser, as the fetches that they stand for.

What browsers put into requests by themselves is left out again.
"""

from typing import Final

from msgspec import Struct

from crossgate.browser.request_headers import is_forbidden
from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, split_list
from crossgate.fetch.page import origin_of_page

_BY_BROWSERS: Final = frozenset(
    {"accept", "accept-language", "cache-control", "pragma", "priority", "upgrade-insecure-requests", "user-agent"}
)
"""What browsers put into requests by themselves, although a page could."""


class Draft(Struct, frozen=True, kw_only=True):
    """A fetch as something else than options has it."""

    url: str
    origin: str | None = None
    method: str = "GET"
    headers: tuple[tuple[str, str | None], ...] = ()
    credentials: bool = False


def draft_of(url: str, method: str, headers: list[tuple[str, str]]) -> Draft:
    """Return the fetch that a recorded request stands for; a preflight stands for what it asks for."""
    sent = {name.lower(): value for name, value in headers}
    origin = sent.get(ORIGIN) or (origin_of_page(sent["referer"]) if "referer" in sent else None)
    credentials = bool(sent.get("cookie"))
    if method == "OPTIONS" and REQUEST_METHOD in sent:
        asked = tuple((name, None) for name in split_list(sent.get(REQUEST_HEADERS, "")))
        return Draft(url=url, origin=origin, method=sent[REQUEST_METHOD], headers=asked, credentials=credentials)
    own = tuple(
        (name, value)
        for name, value in headers
        if not is_forbidden(name, value) and name.lower() not in _BY_BROWSERS and not name.startswith(":")
    )
    return Draft(url=url, origin=origin, method=method, headers=own, credentials=credentials)
