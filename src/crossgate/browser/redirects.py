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

PageHeaders = tuple[tuple[str, str | None], ...]
"""The headers that a page sets."""

_SEE_OTHER: Final = 303
_BODY_HEADERS: Final = frozenset({"content-encoding", "content-language", "content-location", "content-type"})


class Hop(Struct, frozen=True, kw_only=True):
    """Where a fetch stands: what it sends now, to which URL, and how often it was redirected.

    `page` is the page's origin; `is_cors`: an earlier hop went to another origin, and from then on every answer is
    checked. `fetch.origin` is what `Origin` says, which after some redirects is `null`. `asking` is the fetch that a
    preflight speaks for, this one or what a browser takes for it; `must_ask`: it asks whatever that one needs.
    """

    fetch: PlannedFetch
    page: str
    url: Url
    planned: PlannedFetch
    asking: PlannedFetch
    is_cors: bool = False
    must_ask: bool = False
    redirects: int = 0

    @property
    def needs_preflight(self) -> bool:
        """Whether the browser asks first."""
        return self.is_cors and (self.must_ask or self.asking.needs_preflight)


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
    return failure if failure is not None else _followed(hop, status, target, profile)


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


def _followed(hop: Hop, status: int, target: Url, profile: Profile) -> Hop:
    fetch, stripped = hop.fetch, frozenset[str]()
    if (status in {301, 302} and fetch.method == "POST") or (
        status == _SEE_OTHER and fetch.method not in {"GET", "HEAD"}
    ):
        fetch = replace(fetch, method="GET", is_stream=False)
        stripped = _BODY_HEADERS
    if target.origin != hop.url.origin:
        stripped |= {"authorization"}
        if hop.url.origin != hop.page:
            fetch = replace(fetch, origin=OPAQUE)
    fetch = replace(fetch, url=str(replace(target, fragment=None)), headers=_without(fetch.headers, stripped))
    asking = fetch
    if profile.asks_as_planned:
        asking = replace(fetch, origin=hop.planned.origin, headers=_without(hop.planned.headers, stripped))
    must_ask = profile.asks_as_planned and (hop.needs_preflight or bool(hop.planned.unsafe_names))
    redirects = hop.redirects + 1
    return replace(hop, fetch=fetch, url=target, asking=asking, must_ask=must_ask, redirects=redirects)


def _without(headers: PageHeaders, names: frozenset[str]) -> PageHeaders:
    return tuple(header for header in headers if header[0].lower() not in names)
