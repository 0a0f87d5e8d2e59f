"""Origin matching for the engine: an index over an origin set, so that a look-up does not grow with the set.

The Envoy compiler has a reading of its own; neither may be made from the other.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from crossgate.engine.regex import is_full_match
from crossgate.fetch.origin import split_origin
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)

_LABELS: Final = re.compile(r"(?:[A-Za-z0-9_-]+\.)+")
_RUN: Final = re.compile(r"[^/@,\s]*")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


class OriginMatcher:
    """Answers which entry of an origin set admits a value of `Origin`, the first of them in the set's order."""

    def __init__(self, origins: OriginSet) -> None:
        self._normalisation = origins.normalisation
        self._entries = origins.entries
        self._any: int | None = None
        self._exact: dict[str, int] = {}
        self._suffixes: defaultdict[str, list[int]] = defaultdict(list)
        self._others: list[int] = []
        for position, entry in enumerate(origins.entries):
            self._add(position, entry)

    def _add(self, position: int, entry: OriginEntry) -> None:
        match entry:
            case AnyOrigin():
                self._any = position if self._any is None else self._any
            case ExactOrigin(written=written):
                self._exact.setdefault(self._normalisation.apply(written), position)
            case WildcardOrigin(host=host) if host.startswith("*.") and "*" not in host[1:]:
                self._suffixes[host[2:].lower() if self._normalisation.fold_case else host[2:]].append(position)
            case _:
                self._others.append(position)

    def find(self, origin: str) -> OriginEntry | None:
        """Return the first entry that admits `origin`; an empty origin is admitted by none."""
        if not origin:
            return None
        value = self._normalisation.apply(origin)
        found = [position for position in self._candidates(value) if self._admits(self._entries[position], value)]
        if value in self._exact:
            found.append(self._exact[value])
        if self._any is not None:
            found.append(self._any)
        return self._entries[min(found)] if found else None

    def _candidates(self, value: str) -> Iterator[int]:
        if self._suffixes:
            rest = value.partition("://")[2].partition(":")[0]
            while "." in rest:
                rest = rest.partition(".")[2]
                yield from self._suffixes.get(rest, ())
        yield from self._others

    def _admits(self, entry: OriginEntry, value: str) -> bool:
        match entry:
            case WildcardOrigin():
                return self._admits_wildcard(entry, value)
            case RegexOrigin():
                return _admits_regex(entry, value)
            case _:
                raise AssertionError(entry)

    def _admits_wildcard(self, entry: WildcardOrigin, value: str) -> bool:
        fold = self._normalisation.fold_case
        scheme, separator, rest = value.partition("://")
        wanted = entry.scheme.lower() if fold and entry.scheme is not None else entry.scheme
        if not separator or (wanted is not None and scheme != wanted) or _SCHEME.fullmatch(scheme) is None:
            return False
        host = entry.host.lower() if fold else entry.host
        return any(_matches_glob(host, candidate) for candidate in _hosts(rest, entry.ports))


def _hosts(rest: str, ports: frozenset[str] | None) -> Iterator[str]:
    """Yield each way in which what follows `://` can be a host before one of the ports."""
    if ports is None or NO_PORT in ports:
        yield rest
    host, colon, port = rest.rpartition(":")
    if colon and (re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) if ports is None else port in ports):
        yield host


def _matches_glob(pattern: str, host: str) -> bool:
    """Match a host with wildcards; every `*` is tried greedily from the left, which is right for runs of one class."""
    if pattern.startswith("*."):
        labels = _LABELS.match(host)
        if labels is None:
            return False
        cuts = [cut.end() for cut in re.finditer(r"\.", host[: labels.end()])]
        return any(_matches_runs(pattern[2:], host[cut:]) for cut in cuts)
    return _matches_runs(pattern, host)


def _matches_runs(pattern: str, text: str) -> bool:
    head, *rest = pattern.split("*")
    if not text.startswith(head):
        return False
    if not rest:
        return text == head
    text = text[len(head) :]
    *middle, tail = rest
    if not text.endswith(tail):
        return False
    text = text[: len(text) - len(tail)]
    if _RUN.fullmatch(text) is None:
        return False
    for part in middle:
        at = text.find(part)
        if at < 0:
            return False
        text = text[at + len(part) :]
    return True


def _admits_regex(entry: RegexOrigin, value: str) -> bool:
    subject = value
    if entry.subject is Subject.HOST:
        parts = split_origin(value)
        if parts is None:
            return False
        subject = parts[1]
    return is_full_match(entry.pattern, subject)
