"""What a browser remembers of the answers to preflights.

Source: https://fetch.spec.whatwg.org/#concept-cache. Time is the caller's, in seconds. A cache is one page's: browsers
keep those of different sites apart.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from crossgate.browser.checks import header_check, method_check
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD, Profile


class _Kind(Enum):
    """What an entry names."""

    METHOD = "method"
    HEADER = "header"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A method or a header name that an answer listed; `credentials`: it was asked for with credentials."""

    kind: _Kind
    name: str
    credentials: bool
    expires: float

    def is_for(self, kind: _Kind, name: str, *, credentials: bool) -> bool:
        """Say whether the entry spares a fetch the question for a name."""
        is_star = self.name == "*" and name != "authorization"
        return self.kind is kind and (self.name == name or is_star) and (self.credentials or not credentials)


class PreflightCache:
    """The preflight cache of a browser, for the pages of one site."""

    def __init__(self, profile: Profile = STANDARD) -> None:
        self.profile = profile
        self._entries: dict[tuple[str, str], list[_Entry]] = {}

    def remember(
        self, fetch: PlannedFetch, *, methods: Iterable[str], headers: Iterable[str], age: float, now: float
    ) -> None:
        """Take what the answer to a fetch's preflight listed, for `age` seconds."""
        entries = [] if self.profile.remembers_answers else self._current(fetch, now)
        for kind, name in _named(methods, headers):
            if any(entry.is_for(kind, name, credentials=fetch.credentials) for entry in entries):
                entries = [
                    replace(entry, expires=now + age)
                    if entry.is_for(kind, name, credentials=fetch.credentials)
                    else entry
                    for entry in entries
                ]
            else:
                entries.append(_Entry(kind=kind, name=name, credentials=fetch.credentials, expires=now + age))
        self._entries[fetch.origin, fetch.url] = entries

    def forget(self, fetch: PlannedFetch) -> None:
        """Drop all that is remembered for the fetch's origin and URL, after it failed."""
        self._entries.pop((fetch.origin, fetch.url), None)

    def spares(self, fetch: PlannedFetch, now: float) -> bool:
        """Say whether what is remembered spares the fetch its preflight."""
        usable = [entry for entry in self._current(fetch, now) if entry.credentials or not fetch.credentials]
        if self.profile.remembers_answers:
            methods = [entry.name for entry in usable if entry.kind is _Kind.METHOD]
            headers = [entry.name for entry in usable if entry.kind is _Kind.HEADER]
            is_asked = method_check(fetch, methods) is None and header_check(fetch, headers, self.profile) is None
            return bool(usable) and is_asked
        if not self.profile.star_is_remembered:
            usable = [entry for entry in usable if entry.name != "*"]
        return all(
            any(entry.is_for(kind, name, credentials=fetch.credentials) for entry in usable)
            for kind, name in self._needed(fetch)
        )

    def _needed(self, fetch: PlannedFetch) -> Iterator[tuple[_Kind, str]]:
        if fetch.forces_preflight or fetch.method not in self.profile.never_asked:
            yield _Kind.METHOD, fetch.method
        for name in fetch.unsafe_names:
            yield _Kind.HEADER, name

    def _current(self, fetch: PlannedFetch, now: float) -> list[_Entry]:
        return [entry for entry in self._entries.get((fetch.origin, fetch.url), ()) if now < entry.expires]


def _named(methods: Iterable[str], headers: Iterable[str]) -> Iterator[tuple[_Kind, str]]:
    for method in methods:
        yield _Kind.METHOD, method
    for header in headers:
        yield _Kind.HEADER, header.lower()
