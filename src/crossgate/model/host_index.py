"""Hostnames found by a host without trying them all, the most specific first.

The order is that of `Hostname.precedence`. It must not know what hangs on a hostname.
"""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from crossgate.model.hosts import ANY_HOST, Hostname

T = TypeVar("T")


class HostIndex(Generic[T]):
    """Values by hostname; of two for one hostname the first counts."""

    def __init__(self, entries: Iterable[tuple[Hostname, T]]) -> None:
        self._exact: dict[str, T] = {}
        self._suffixes: dict[str, T] = {}
        self._prefixes: dict[str, T] = {}
        self._any: list[T] = []
        for hostname, value in entries:
            pattern = hostname.pattern
            if hostname.is_exact:
                self._exact.setdefault(pattern, value)
            elif hostname == ANY_HOST:
                self._any.append(value)
            elif pattern.startswith("*"):
                self._suffixes.setdefault(pattern[1:], value)
            else:
                self._prefixes.setdefault(pattern[:-1], value)
        self._longest_suffix = max(map(len, self._suffixes), default=0)
        self._longest_prefix = max(map(len, self._prefixes), default=0)

    def find(self, host: str) -> T | None:
        """Return the value of the most specific hostname that means a host (lower case, no port), None without one."""
        exact = self._exact.get(host)
        return exact if exact is not None else next(self.matching(host), None)

    def matching(self, host: str) -> Iterator[T]:
        """Yield the values of all hostnames that mean a host, the most specific first."""
        if host in self._exact:
            yield self._exact[host]
        yield from self._by_suffix(host)
        yield from self._by_prefix(host)
        yield from self._any[:1]

    def wider(self, own: Hostname) -> Iterator[T]:
        """Yield the values of the other hostnames that mean some host whose most specific hostname may be `own`."""
        pattern = own.pattern
        if own.is_exact:
            yield from self._by_suffix(pattern)
            yield from self._by_prefix(pattern)
        elif own == ANY_HOST:
            return
        elif pattern.startswith("*"):
            # As the text of a host, `*.a` is meant by every suffix that covers it, and by itself: the first one.
            yield from list(self._by_suffix(pattern))[1:]
            yield from self._prefixes.values()
        else:
            yield from list(self._by_prefix(pattern))[1:]
        yield from self._any[:1]

    def _by_suffix(self, host: str) -> Iterator[T]:
        # At least one character stands for the star.
        place = host.find(".", max(1, len(host) - self._longest_suffix))
        while place >= 0:
            if (suffix := host[place:]) in self._suffixes:
                yield self._suffixes[suffix]
            place = host.find(".", place + 1)

    def _by_prefix(self, host: str) -> Iterator[T]:
        place = host.rfind(".", 0, min(self._longest_prefix, len(host) - 1))
        while place >= 0:
            if (prefix := host[: place + 1]) in self._prefixes:
                yield self._prefixes[prefix]
            place = host.rfind(".", 0, place)
