"""What a page or a browser would not do of what was planned, and what else a user should know of it."""

import re
from collections.abc import Iterable
from typing import Final

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import is_same_origin
from crossgate.browser.request_headers import is_forbidden
from crossgate.diagnostics import Diagnostics
from crossgate.fetch.origin import OPAQUE, as_browsers_send, is_sent_by_browsers
from crossgate.fetch.page import is_extension, origin_of_page
from crossgate.fetch.url import parse_url

_LOCAL: Final = re.compile(r"localhost\.?|(?:.*\.)localhost\.?|127\.[0-9.]+|\[::1\]")
_SCHEMES_OF_NOBODY: Final = frozenset({"file", "data", "about", "blob", "javascript"})
"""Schemes of pages that are nobody's app."""


def remarks(fetches: Iterable[PlannedFetch]) -> Diagnostics:
    """Return what a page or a browser would not do of what was planned."""
    report = Diagnostics()
    for fetch in fetches:
        if not is_sent_by_browsers(fetch.origin):
            sent = as_browsers_send(fetch.origin)
            message = f"no browser ever sends the origin `{fetch.origin}`"
            report.warning("origin-never-sent", message, None, None if sent is None else f"browsers send `{sent}`")
        for name in sorted({name for name, _ in fetch.headers} - {name for name, _ in fetch.sent_headers}):
            who = "pages cannot set" if is_forbidden(name) else "fetches without CORS cannot have"
            report.warning("header-ignored", f"{who} `{name}`: browsers leave it out", None)
        if is_extension(fetch.origin):
            message = "an extension that has permission for the host is held to no CORS"
            hint = "its content scripts fetch with the origin of the page that they are in"
            report.note("extension-origin", message, None, hint)
        if _is_mixed(fetch):
            message = f"browsers block `{fetch.url}` on a page of `{fetch.origin}` as mixed content, before any of this"
            hint = "if TLS ends before the gateway, check the https URL that pages use"
            report.warning("mixed-content", message, None, hint)
    return report


def _is_mixed(fetch: PlannedFetch) -> bool:
    """Say whether an https page asks for an http URL (https://w3c.github.io/webappsec-mixed-content/)."""
    url = parse_url(fetch.url)
    is_insecure = url is not None and url.scheme == "http" and _LOCAL.fullmatch(url.host) is None
    return is_insecure and fetch.origin.startswith("https://") and not is_same_origin(fetch)


def page_remark(page: str | None) -> Diagnostics:
    """Return why a page's origin is none that its URL names, if so."""
    report = Diagnostics()
    if page is None or origin_of_page(page) != OPAQUE:
        return report
    url = parse_url(page)
    scheme = "" if url is None else url.scheme
    hint = (
        None
        if scheme in _SCHEMES_OF_NOBODY
        else f"an app that serves `{scheme}:` itself may send an origin: write `--origin`"
    )
    report.note("opaque-origin", f"the origin of a `{scheme}:` page is opaque: browsers send `null`", None, hint)
    return report
