"""Origin matching for the engine: an index over an origin set, so that a look-up does not grow with the set.

The Envoy compiler has a reading of its own; neither may be made from the other.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from crossgate.engine.regex import is_full_match
from crossgate.engine.wire import as_sent, is_utf8
from crossgate.fetch.origin import DEFAULT_PORTS, split_origin
from crossgate.model.origins import (
    NO_PORT,
    PORT_TEXT,
    AnyOrigin,
    ExactOrigin,
    OriginEntry,
    OriginSet,
    Reading,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)

_LABELS: Final = re.compile(r"(?:[A-Za-z0-9_-]+\.)+")
_RUN: Final = re.compile(r"[^/@,\s]*", re.ASCII)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")


class OriginMatcher:
    """Answers which entry of an origin set admits a value of `Origin`, the first of them in the set's order."""

    def __init__(self, origins: OriginSet) -> None:
        self._normalisation = origins.normalisation
        self._is_url = origins.normalisation.reading is Reading.URL
        self._entries = origins.entries
        self._any: int | None = None
        self._exact: dict[str, int] = {}
        self._suffixes: defaultdict[str, list[int]] = defaultdict(list)
        self._longest_suffix = 0
        self._others: list[int] = []
        for position, entry in enumerate(origins.entries):
            self._add(position, entry)

    def _add(self, position: int, entry: OriginEntry) -> None:
        match entry:
            case AnyOrigin():
                self._any = position if self._any is None else self._any
            case ExactOrigin(written=written):
                self._exact.setdefault(self._normalisation.apply(as_sent(written)), position)
            case WildcardOrigin(host=host) if host.startswith("*.") and not {"*", ":"} & set(host[1:]):
                suffix = self._folded(host[2:])
                self._suffixes[suffix].append(position)
                self._longest_suffix = max(self._longest_suffix, len(suffix))
            case _:
                self._others.append(position)

    def admits(self, origin: str) -> bool:
        """Say whether some entry admits `origin`; an empty origin is admitted by none."""
        value = self._compared(origin)
        return value is not None and (
            self._any is not None
            or value in self._exact
            or any(self._admits(self._entries[place], origin, value) for place in self._candidates(value))
        )

    def find(self, origin: str) -> OriginEntry | None:
        """Return the first entry that admits `origin`; an empty origin is admitted by none."""
        value = self._compared(origin)
        if value is None:
            return None
        found = [
            position for position in self._candidates(value) if self._admits(self._entries[position], origin, value)
        ]
        if value in self._exact:
            found.append(self._exact[value])
        if self._any is not None:
            found.append(self._any)
        return self._entries[min(found)] if found else None

    def _compared(self, origin: str) -> str | None:
        """Return what of an origin is compared, None where there is nothing."""
        if not origin or (self._is_url and not is_utf8(origin)):
            return None
        return self._normalisation.apply(origin) or (None if self._is_url else "")

    def _candidates(self, value: str) -> Iterator[int]:
        if self._suffixes:
            host = value.partition("://")[2].partition(":")[0]
            rest = host[-self._longest_suffix - 1 :]
            while "." in rest:
                rest = rest.partition(".")[2]
                yield from self._suffixes.get(rest, ())
        yield from self._others

    def _admits(self, entry: OriginEntry, origin: str, value: str) -> bool:
        """Say whether a wildcard admits the normalised value, or an expression the origin as it was sent."""
        match entry:
            case WildcardOrigin():
                return self._admits_wildcard(entry, value)
            case RegexOrigin(subject=subject_kind, pattern=pattern) if self._is_url:
                host_or_origin = value if subject_kind is Subject.ORIGIN else self._normalisation.host(origin)
                return is_full_match(pattern, host_or_origin)
            case RegexOrigin(subject=Subject.ORIGIN, pattern=pattern):
                # Normalisation takes off the end only: these are the letters that were sent.
                subject: str | None = origin[: len(value)]
            case RegexOrigin(pattern=pattern):
                parts = split_origin(self._normalisation.without_slash(origin))
                subject = None if parts is None else parts[1]
            case _:
                raise AssertionError(entry)
        return subject is not None and is_full_match(pattern, subject, fold_case=self._normalisation.fold_case)

    def _admits_wildcard(self, entry: WildcardOrigin, value: str) -> bool:
        scheme, separator, rest = value.partition("://")
        if not separator:
            return False
        if entry.scheme is None:
            is_scheme = _SCHEME.fullmatch(scheme) is not None
        else:
            is_scheme = scheme == self._folded(entry.scheme)
        host = self._folded(entry.host)
        return is_scheme and any(_matches_glob(host, found) for found in _hosts(rest, self._ports(entry, scheme)))

    def _ports(self, entry: WildcardOrigin, scheme: str) -> frozenset[str] | None:
        """Return the ports that an entry admits of normalised origins of a scheme."""
        implied = str(DEFAULT_PORTS.get(scheme, NO_PORT))
        if entry.ports is None or not self._normalisation.default_port or implied not in entry.ports:
            return entry.ports
        return entry.ports | {NO_PORT}

    def _folded(self, text: str) -> str:
        return as_sent(text).lower() if self._normalisation.fold_case else as_sent(text)


def _hosts(rest: str, ports: frozenset[str] | None) -> Iterator[str]:
    """Yield each way in which what follows `://` can be a host before one of the ports."""
    if ports is None or NO_PORT in ports:
        yield rest
    host, colon, port = rest.rpartition(":")
    if colon and (PORT_TEXT.fullmatch(port) if ports is None else port != NO_PORT and port in ports):
        yield host


def _matches_glob(pattern: str, host: str) -> bool:
    """Match a host with wildcards; every `*` is tried greedily from the left, which is right for runs of one class."""
    if not host:
        return False
    if not pattern.startswith("*."):
        return _matches_runs(pattern, host)
    labels = _LABELS.match(host)
    if labels is None:
        return False
    cuts = [dot.end() for dot in re.finditer(r"\.", labels[0])]
    return any(_matches_runs(pattern[2:], host[cut:]) for cut in cuts)


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
