"""What a browser remembers of the answers to preflights.

Source: https://fetch.spec.whatwg.org/#concept-cache. Time is the caller's, in seconds. A cache is one page's: browsers
keep those of different sites apart.
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from msgspec import Struct

from crossgate.browser.checks import header_check, method_check
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.records import replace


class _Kind(Enum):
    """What an entry names."""

    METHOD = "method"
    HEADER = "header"


class _Entry(Struct, frozen=True, kw_only=True):
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
        heard = [
            _Entry(kind=kind, name=name, credentials=fetch.credentials, expires=now + age)
            for kind, name in _named(methods, headers)
        ]
        entries = heard if self.profile.remembers_answers else self._merged(fetch, heard, now)
        self._entries[fetch.origin, fetch.url] = entries

    def _merged(self, fetch: PlannedFetch, heard: Iterable[_Entry], now: float) -> list[_Entry]:
        """Return what is remembered, with what was heard: an entry for a name counts from now, and be it a `*`."""
        entries = self._current(fetch, now)
        for new in heard:
            is_for = [self._is_renewed(entry, new) for entry in entries]
            entries = [
                replace(entry, expires=new.expires) if is_same else entry
                for entry, is_same in zip(entries, is_for, strict=True)
            ]
            if not any(is_for):
                entries.append(new)
        return entries

    def _is_renewed(self, entry: _Entry, new: _Entry) -> bool:
        if entry.credentials is not new.credentials and not self.profile.shares_credentialed:
            return False
        is_star = entry.name == "*" != new.name and not self.profile.star_is_remembered
        return not is_star and entry.is_for(new.kind, new.name, credentials=new.credentials)

    def forget(self, fetch: PlannedFetch) -> None:
        """Drop all that is remembered for the fetch's origin and URL, after it failed."""
        self._entries.pop((fetch.origin, fetch.url), None)

    def spares(self, fetch: PlannedFetch, now: float) -> bool:
        """Say whether what is remembered spares the fetch its preflight."""
        usable = [entry for entry in self._current(fetch, now) if self._is_usable(entry, fetch)]
        if self.profile.remembers_answers:
            # A `*` that was heard with credentials stands for nothing, and none that is remembered for `Authorization`.
            named = [entry for entry in usable if entry.name != "*" or not entry.credentials]
            methods = [entry.name for entry in named if entry.kind is _Kind.METHOD]
            headers = [entry.name for entry in named if entry.kind is _Kind.HEADER]
            return bool(usable) and method_check(fetch, methods) is None and header_check(fetch, headers) is None
        counting = [entry for entry in usable if entry.name != "*" or self.profile.star_is_remembered]
        return bool(usable) and all(
            any(entry.is_for(kind, name, credentials=fetch.credentials) for entry in counting)
            for kind, name in self._needed(fetch)
        )

    def _is_usable(self, entry: _Entry, fetch: PlannedFetch) -> bool:
        return entry.credentials is fetch.credentials or (entry.credentials and self.profile.shares_credentialed)

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
