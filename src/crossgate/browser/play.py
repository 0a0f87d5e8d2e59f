"""A planned fetch played against whoever answers: the preflight where one is needed, then the request itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from crossgate.browser.checks import Failure, cors_check, preflight_check
from crossgate.browser.planned import PlannedFetch
from crossgate.fetch import headers as names
from crossgate.fetch.methods import FORBIDDEN
from crossgate.fetch.origin import parse_origin

_AUTHORITY_END: Final = re.compile(r"[/?#]")

Headers = tuple[tuple[str, str], ...]


class Answer(Protocol):
    """What the browser needs to know of an answer."""

    @property
    def status(self) -> int:
        """The status."""
        ...

    def header(self, name: str) -> str | None:
        """Return the value of a header, its lines joined with a comma."""
        ...


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Generic[A]):
    """A request that the browser sent, its answer, and why the answer did not pass, if it did not."""

    kind: str
    method: str
    headers: Headers
    answer: A
    failure: Failure | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Generic[A]):
    """What the browser does: it lets the page read the answer, or it blocks and says `failure`."""

    exchanges: tuple[Exchange[A], ...]
    failure: Failure | None

    @property
    def is_allowed(self) -> bool:
        """Whether the page gets the answer."""
        return self.failure is None


Ask = Callable[[str, Headers], A]
"""Sends a request to the planned URL: method and headers in, answer out."""


def play(fetch: PlannedFetch, ask: Ask[A]) -> Verdict[A]:
    """Return what a browser does with a planned fetch whose requests `ask` answers."""
    if fetch.method.upper() in FORBIDDEN:
        failure = Failure(step="forbidden-method", reason=f"no page can use the method `{fetch.method}`")
        return Verdict(exchanges=(), failure=failure)
    if is_same_origin(fetch):
        return Verdict(exchanges=(_actual(fetch, ask, is_checked=False),), failure=None)
    exchanges: list[Exchange[A]] = []
    if fetch.needs_preflight:
        exchanges.append(_preflight(fetch, ask))
    if not exchanges or exchanges[-1].failure is None:
        exchanges.append(_actual(fetch, ask, is_checked=True))
    return Verdict(exchanges=tuple(exchanges), failure=exchanges[-1].failure)


def is_same_origin(fetch: PlannedFetch) -> bool:
    """Say whether page and URL have one origin, so that CORS has no say."""
    scheme, _, rest = fetch.url.lower().partition("://")
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0].rpartition("@")[2].removesuffix(":")
    page, target = parse_origin(fetch.origin), parse_origin(f"{scheme}://{authority}")
    if page is None or target is None:
        return False
    return (page.scheme, page.host, page.effective_port) == (target.scheme, target.host, target.effective_port)


def _preflight(fetch: PlannedFetch, ask: Ask[A]) -> Exchange[A]:
    headers: list[tuple[str, str]] = [(names.ORIGIN, fetch.origin), (names.REQUEST_METHOD, fetch.method)]
    if fetch.unsafe_names:
        headers.append((names.REQUEST_HEADERS, ",".join(fetch.unsafe_names)))
    answer = ask("OPTIONS", tuple(headers))
    failure = preflight_check(fetch, answer.status, answer.header)
    return Exchange(kind="preflight", method="OPTIONS", headers=tuple(headers), answer=answer, failure=failure)


def _actual(fetch: PlannedFetch, ask: Ask[A], *, is_checked: bool) -> Exchange[A]:
    own = tuple((name, "" if value is None else value) for name, value in fetch.sent_headers)
    sends_origin = is_checked or fetch.method not in ("GET", "HEAD")
    headers = (*(((names.ORIGIN, fetch.origin),) if sends_origin else ()), *own)
    answer = ask(fetch.method, headers)
    failure = cors_check(fetch, answer.header) if is_checked else None
    return Exchange(kind="actual", method=fetch.method, headers=headers, answer=answer, failure=failure)
