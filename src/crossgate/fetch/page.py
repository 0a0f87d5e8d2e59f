"""A page's own URL, and the origin that its fetches have.

Source: https://url.spec.whatwg.org/#concept-url-origin. Beyond it, pages of
extensions have origins of their own. This module knows nothing of requests.
"""

from typing import Final

from crossgate.fetch.origin import OPAQUE, as_browsers_send
from crossgate.fetch.url import parse_url

_EXTENSIONS: Final = ("chrome-extension", "moz-extension", "safari-web-extension")


def is_extension(origin: str) -> bool:
    """Say whether an origin is that of a browser extension's own pages and workers."""
    return origin.partition("://")[0] in _EXTENSIONS


def origin_of_page(text: str) -> str | None:
    """Return the serialized origin of the page at a URL, or None where `text` is no URL.

    It is `null` for files, `data:`, `about:blank` that no page made, and schemes that browsers do not know; a `blob:`
    URL has that of the page that made it, which stands in it.
    """
    url = parse_url(text)
    if url is None or url.is_http:
        return None if url is None else url.origin
    rest = text.strip().partition(":")[2]
    if url.scheme == "blob":
        made_by = parse_url(rest)
        is_nested = made_by is not None and made_by.scheme == "blob"
        return OPAQUE if is_nested else origin_of_page(rest) or OPAQUE
    if url.scheme in _EXTENSIONS and rest.startswith("//"):
        return as_browsers_send(f"{url.scheme}://{rest[2:].partition('/')[0]}") or OPAQUE
    return OPAQUE
