"""What a browser makes of a redirect: where it goes, with which method and headers, or why not.

Source: https://fetch.spec.whatwg.org/#http-redirect-fetch.
"""

from typing import Final

from msgspec import Struct

from crossgate.browser.answers import Headers, reader_of
from crossgate.browser.failures import Code, Failure
from crossgate.browser.planned import Mode, PlannedFetch
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.fetch.origin import OPAQUE
from crossgate.fetch.url import Url, parse_url
from crossgate.records import replace

STATUSES: Final = frozenset({301, 302, 303, 307, 308})
"""The redirect statuses."""
MOST: Final = 20
"""The number of redirects that are followed."""

_SEE_OTHER: Final = 303
_BODY_HEADERS: Final = frozenset({"content-encoding", "content-language", "content-location", "content-type"})


class Hop(Struct, frozen=True, kw_only=True):
    """Where a fetch stands: what it sends now, to which URL, and how often it was redirected.

    `page` is the page's origin; `is_cors`: an earlier hop went to another origin, and from then on every answer is
    checked. `fetch.origin` is what `Origin` says, which after some redirects is `null`.
    """

    fetch: PlannedFetch
    page: str
    url: Url
    is_cors: bool = False
    redirects: int = 0


def redirect(hop: Hop, status: int, headers: Headers, profile: Profile = STANDARD) -> Hop | Failure | None:
    """Return where a redirect leads, why it does not, or None where the answer is one that has no `Location`."""
    location = reader_of(headers)("location")
    if location is None:
        return None
    target = parse_url(location, hop.url)
    if target is None:
        return Failure(code=Code.REDIRECT_LOCATION, reason=f"the redirect's `Location: {location}` is no URL")
    if target.fragment is None:
        target = replace(target, fragment=hop.url.fragment)
    failure = _refusal(hop, status, target, profile)
    return failure if failure is not None else _followed(hop, status, target)


def _refusal(hop: Hop, status: int, target: Url, profile: Profile) -> Failure | None:
    if not target.is_http:
        return Failure(code=Code.REDIRECT_SCHEME, reason=f"the redirect leads to a `{target.scheme}:` URL")
    if hop.redirects >= MOST:
        return Failure(code=Code.REDIRECT_LIMIT, reason=f"it was redirected more than {MOST} times")
    is_other = hop.fetch.mode is Mode.CORS and target.origin != hop.page
    if target.has_credentials and (is_other or hop.is_cors or not profile.follows_credentials):
        reason = "the redirect's URL has a user name or a password, which no request of a page may have"
        return Failure(code=Code.REDIRECT_CREDENTIALS, reason=reason)
    if status != _SEE_OTHER and hop.fetch.is_stream:
        reason = f"a {status} sends the body once more, and a stream can be sent only once"
        return Failure(code=Code.REDIRECT_STREAM, reason=reason)
    return None


def _followed(hop: Hop, status: int, target: Url) -> Hop:
    fetch = hop.fetch
    if (status in {301, 302} and fetch.method == "POST") or (
        status == _SEE_OTHER and fetch.method not in {"GET", "HEAD"}
    ):
        kept = tuple(header for header in fetch.headers if header[0].lower() not in _BODY_HEADERS)
        fetch = replace(fetch, method="GET", headers=kept, is_stream=False)
    if target.origin != hop.url.origin:
        kept = tuple(header for header in fetch.headers if header[0].lower() != "authorization")
        fetch = replace(fetch, headers=kept)
        if hop.url.origin != hop.page:
            fetch = replace(fetch, origin=OPAQUE)
    return replace(
        hop, fetch=replace(fetch, url=str(replace(target, fragment=None))), url=target, redirects=hop.redirects + 1
    )
