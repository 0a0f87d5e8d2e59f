"""A planned fetch, played: which requests a browser sends, in order, and what it makes of their answers.

Source: https://fetch.spec.whatwg.org/#main-fetch and https://fetch.spec.whatwg.org/#http-fetch. `steps` asks for
exchanges and is sent their answers; whoever drives it makes them, be it an engine, a network or a test.
"""

from collections.abc import Callable, Generator
from typing import Generic, TypeVar

from msgspec import Struct, field

from crossgate.browser.answers import Answer, Headers, own_names, readable_names, reader_of
from crossgate.browser.checks import cors_check, preflight_check
from crossgate.browser.exchanges import ACTUAL, PREFLIGHT, Exchange, ResponseType, Sent, Verdict
from crossgate.browser.failures import Code, Failure
from crossgate.browser.planned import Mode, OnRedirect, PlannedFetch
from crossgate.browser.preflight_cache import PreflightCache
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.browser.redirects import STATUSES, Hop, redirect
from crossgate.fetch import headers as names
from crossgate.fetch.methods import FORBIDDEN, SAFELISTED
from crossgate.fetch.origin import OPAQUE, as_browsers_send
from crossgate.fetch.ports import BAD_PORTS
from crossgate.fetch.url import parse_url
from crossgate.records import replace

A = TypeVar("A", bound=Answer)

Ask = Callable[[Sent], A]
"""Sends a request: the request in, the answer out."""


def play(
    fetch: PlannedFetch,
    ask: Ask[A],
    profile: Profile = STANDARD,
    cache: PreflightCache | None = None,
    now: float = 0,
) -> Verdict[A]:
    """Return what a browser does with a planned fetch whose requests `ask` answers."""
    playing: Generator[Sent, A, Verdict[A]] = steps(fetch, profile, cache, now)
    try:
        sent = next(playing)
        while True:
            sent = playing.send(ask(sent))
    except StopIteration as end:
        verdict: Verdict[A] = end.value
        return verdict


def steps(
    fetch: PlannedFetch, profile: Profile = STANDARD, cache: PreflightCache | None = None, now: float = 0
) -> Generator[Sent, A, Verdict[A]]:
    """Yield each request that a browser sends, be sent its answer, and return what the browser does."""
    failure = _refused_at_once(fetch)
    if failure is not None:
        return Verdict(exchanges=(), failure=failure)
    playing: _Playing[A] = _Playing(profile=profile, cache=cache or PreflightCache(profile), now=now)
    return (yield from playing.main_fetch(_first_hop(fetch)))


def is_same_origin(fetch: PlannedFetch) -> bool:
    """Say whether page and URL have one origin, so that CORS has no say."""
    url = parse_url(fetch.url)
    return url is not None and url.is_http and url.origin == _page_of(fetch)


def _first_hop(fetch: PlannedFetch) -> Hop:
    url = parse_url(fetch.url)
    if url is None:
        raise ValueError(f"`{fetch.url}` is not a URL")
    return Hop(fetch=fetch, page=_page_of(fetch), url=url, planned=fetch, asking=fetch)


def _page_of(fetch: PlannedFetch) -> str:
    return fetch.origin if fetch.origin == OPAQUE else as_browsers_send(fetch.origin) or fetch.origin


def _refused_at_once(fetch: PlannedFetch) -> Failure | None:
    """Return why no page can plan such a fetch, if so (https://fetch.spec.whatwg.org/#dom-request)."""
    if fetch.method.upper() in FORBIDDEN:
        return Failure(code=Code.FORBIDDEN_METHOD, reason=f"no page can use the method `{fetch.method}`")
    url = parse_url(fetch.url)
    if url is not None and url.has_credentials:
        return Failure(code=Code.URL_CREDENTIALS, reason="no page can fetch a URL with a user name or a password")
    if fetch.mode is Mode.NO_CORS and fetch.method not in SAFELISTED:
        reason = f"a fetch without CORS cannot use the method `{fetch.method}`"
        return Failure(code=Code.FORBIDDEN_MODE, reason=reason)
    return None


class _Playing(Struct, Generic[A], kw_only=True):
    """One fetch as it goes on: what was exchanged so far."""

    profile: Profile
    cache: PreflightCache
    now: float
    exchanges: list[Exchange[A]] = field(default_factory=list)

    def main_fetch(self, hop: Hop) -> Generator[Sent, A, Verdict[A]]:
        """Follow a fetch from hop to hop until it ends."""
        while True:
            tainting = _tainting(hop, self.profile)
            if isinstance(tainting, Failure):
                return self._blocked(tainting)
            hop = replace(hop, is_cors=tainting is ResponseType.CORS)
            failure = yield from self._exchange(hop)
            if failure is not None:
                return self._blocked(failure)
            answer = self.exchanges[-1].answer
            if not self._is_redirect(hop, answer):
                return self._ended(hop, tainting, answer)
            match hop.fetch.on_redirect:
                case OnRedirect.MANUAL:
                    return self._verdict(ResponseType.OPAQUE_REDIRECT)
                case OnRedirect.ERROR:
                    reason = f"the answer is a {answer.status}, and the fetch wants no redirects"
                    return self._blocked(Failure(code=Code.REDIRECT_REFUSED, reason=reason))
                case OnRedirect.FOLLOW:
                    pass
            target = redirect(hop, answer.status, answer.headers, self.profile)
            if target is None:
                return self._ended(hop, tainting, answer)
            if isinstance(target, Failure):
                self._forget(hop)
                return self._blocked(target)
            hop = target

    def _is_redirect(self, hop: Hop, answer: A) -> bool:
        is_asked = self.profile.needs_location and hop.fetch.on_redirect is OnRedirect.ERROR
        is_located = any(name == "location" for name, _ in answer.headers)
        return answer.status in STATUSES and (is_located or not is_asked)

    def _exchange(self, hop: Hop) -> Generator[Sent, A, Failure | None]:
        """Send what one hop takes: the preflight where one is needed, and the request itself."""
        fetch = hop.fetch
        if hop.needs_preflight and not self.cache.spares(hop.asking, self.now):
            failure = yield from self._preflight(hop)
            if failure is not None:
                self._forget(hop)
                return failure
        sent = Sent(
            kind=ACTUAL, method=fetch.method, url=fetch.url, headers=_actual_headers(hop), credentials=fetch.credentials
        )
        answer = yield sent
        failure = cors_check(fetch, reader_of(answer.headers)) if hop.is_cors else None
        self.exchanges.append(Exchange(sent=sent, answer=answer, failure=failure))
        if failure is not None:
            self._forget(hop)
        return failure

    def _preflight(self, hop: Hop) -> Generator[Sent, A, Failure | None]:
        fetch = hop.asking
        sent = Sent(
            kind=PREFLIGHT, method="OPTIONS", url=fetch.url, headers=preflight_headers(fetch), credentials=False
        )
        answer = yield sent
        header = reader_of(answer.headers)
        is_own = self.profile.asks_as_planned and hop.url.origin == hop.page
        failure = preflight_check(fetch, answer.status, header, self.profile, is_own=is_own)
        age = None if failure is not None else self.profile.age_of(header(names.MAX_AGE))
        self.exchanges.append(Exchange(sent=sent, answer=answer, failure=failure, remembered=age))
        if age is not None:
            methods = names.split_tokens(header(names.ALLOW_METHODS) or "") or []
            if self.profile.supplies_method and fetch.forces_preflight and header(names.ALLOW_METHODS) is None:
                methods = [fetch.method]
            allowed = names.split_tokens(header(names.ALLOW_HEADERS) or "") or []
            self.cache.remember(fetch, methods=methods, headers=allowed, age=age, now=self.now)
        return failure

    def _forget(self, hop: Hop) -> None:
        """Drop what is remembered for a fetch that needed a preflight, or of another origin at all, and failed."""
        if hop.needs_preflight or (hop.is_cors and self.profile.forgets_always):
            self.cache.forget(hop.asking)

    def _blocked(self, failure: Failure) -> Verdict[A]:
        return Verdict(exchanges=tuple(self.exchanges), failure=failure)

    def _verdict(self, kind: ResponseType, status: int = 0, readable: tuple[str, ...] = ()) -> Verdict[A]:
        return Verdict(exchanges=tuple(self.exchanges), failure=None, type=kind, status=status, readable=readable)

    def _ended(self, hop: Hop, tainting: ResponseType, answer: A) -> Verdict[A]:
        match tainting:
            case ResponseType.CORS:
                readable = readable_names(answer.headers, credentials=hop.fetch.credentials)
                return self._verdict(tainting, answer.status, readable)
            case ResponseType.BASIC:
                return self._verdict(tainting, answer.status, own_names(answer.headers))
            case _:
                return self._verdict(ResponseType.OPAQUE)


def _tainting(hop: Hop, profile: Profile) -> ResponseType | Failure:
    """Return what a page would get of the next answer, or why it is not asked for."""
    if hop.url.port in BAD_PORTS - profile.open_ports:
        reason = f"browsers send nothing to port {hop.url.port}, which is another protocol's: serve it at another port"
        return Failure(code=Code.BLOCKED_PORT, reason=reason)
    if not hop.is_cors and hop.url.origin == hop.page and hop.url.is_http:
        return ResponseType.BASIC
    match hop.fetch.mode:
        case Mode.SAME_ORIGIN:
            reason = f"the fetch is for the page's own origin only, and `{hop.url.origin}` is another"
            return Failure(code=Code.CROSS_ORIGIN, reason=reason)
        case Mode.NO_CORS if hop.fetch.on_redirect is not OnRedirect.FOLLOW:
            return Failure(code=Code.FORBIDDEN_MODE, reason="a fetch without CORS follows redirects")
        case Mode.NO_CORS:
            return ResponseType.OPAQUE
        case Mode.CORS:
            pass
    if not hop.url.is_http:
        reason = f"CORS is for http and https, and the URL is a `{hop.url.scheme}:` one"
        return Failure(code=Code.SCHEME, reason=reason)
    return ResponseType.CORS


def preflight_headers(fetch: PlannedFetch) -> Headers:
    """Return what a preflight says of the fetch that it asks for."""
    headers = [(names.ORIGIN, fetch.origin), (names.REQUEST_METHOD, fetch.method)]
    if fetch.unsafe_names:
        headers.append((names.REQUEST_HEADERS, ",".join(fetch.unsafe_names)))
    return tuple(headers)


def _actual_headers(hop: Hop) -> Headers:
    """Return the headers of the request itself; one of the page's own origin has an `Origin` unless it only reads."""
    own = tuple((name, "" if value is None else value) for name, value in hop.fetch.sent_headers)
    is_without = hop.fetch.method in {"GET", "HEAD"} and not hop.is_cors
    return own if is_without else ((names.ORIGIN, hop.fetch.origin), *own)
