"""Exact origins and wildcards as RE2 on the header `Origin` as it was sent.

The text is made for bounded work: literals and one loop over labels, never `.*`. Entries that begin and end alike share
their ends, so that thousands of hosts are one alternation, of which RE2 makes a trie.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.envoy.matchers import quote
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.origins import NO_PORT, ExactOrigin, Normalisation, WildcardOrigin

SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*"
PORT: Final = ":[0-9]{1,5}"
_LABELS: Final = r"(?:[A-Za-z0-9_-]+\.)+"
_CHARACTER: Final = r"[^/@,\s]"


class _Pattern(Struct, frozen=True, kw_only=True):
    """An entry, or a part of what it admits: RE2 in three pieces."""

    start: str = ""
    middle: str
    end: str


def patterns(entries: Iterable[ExactOrigin | WildcardOrigin], normalisation: Normalisation, chunk: int) -> list[str]:
    """Return expressions that match what the entries admit, each made of at most `chunk` pieces."""
    middles: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in entries:
        for pattern in _patterns(entry, normalisation):
            middles[pattern.start, pattern.end].add(pattern.middle)
    pieces = [(middle, ends) for ends in sorted(middles) for middle in sorted(middles[ends])]
    return [_joined(pieces[first : first + chunk]) for first in range(0, len(pieces), chunk)]


def _joined(pieces: list[tuple[str, tuple[str, str]]]) -> str:
    shared: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for middle, ends in pieces:
        shared[ends].append(middle)
    return "|".join(f"{start}(?:{'|'.join(found)}){end}" for (start, end), found in shared.items())


def _patterns(entry: ExactOrigin | WildcardOrigin, normalisation: Normalisation) -> Iterator[_Pattern]:
    match entry:
        case ExactOrigin(written=written):
            yield from _exact(written, normalisation)
        case WildcardOrigin():
            slash = "/?" if normalisation.trailing_slash else ""
            for scheme, implied, ports in _schemes(entry, normalisation):
                loop, host = _host(entry.host)
                untold = f"(?::{implied})?" if implied else ""
                yield _Pattern(start=f"{scheme}://{loop}", middle=host, end=f"{_ports(ports)}{untold}{slash}")


def _exact(written: str, normalisation: Normalisation) -> Iterator[_Pattern]:
    """Yield an exact origin with every end that normalisation takes off it."""
    value = _compared(written, normalisation)
    ports = ["", *(f":{port}" for port in DEFAULT_PORTS.values())]
    ends = [port + slash for port in ports for slash in ("", "/")]
    meant = [end for end in ends if value + end and _compared(value + end, normalisation) == value]
    if meant:
        yield _Pattern(middle=quote(value), end=_any_of(meant))


def _compared(text: str, normalisation: Normalisation) -> str:
    """Normalise a text; letters outside ASCII are left to `(?i)`, since they travel as several bytes."""
    if normalisation.fold_case:
        text = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    return normalisation.echo(text)


def wildcard_expression(entry: WildcardOrigin, normalisation: Normalisation) -> str:
    """Return the expression that a wildcard is on what normalisation leaves."""
    host = "".join(_host(entry.host))
    return "|".join(f"{scheme}://{host}{_ports(ports)}" for scheme, _, ports in _schemes(entry, normalisation))


def _schemes(
    entry: WildcardOrigin, normalisation: Normalisation
) -> Iterator[tuple[str, int | None, frozenset[str] | None]]:
    """Yield expressions of the schemes that a wildcard admits: the port that may be taken off, those that may stay."""
    taken_off = DEFAULT_PORTS if normalisation.default_port else {}
    wanted = entry.scheme.lower() if normalisation.fold_case and entry.scheme is not None else entry.scheme
    if wanted not in taken_off:
        yield SCHEME if wanted is None else quote(wanted), None, entry.ports
    for scheme, port in taken_off.items():
        if wanted in {None, scheme}:
            ports = entry.ports
            yield scheme, port, ports | {NO_PORT} if ports is not None and str(port) in ports else ports


def _host(host: str) -> tuple[str, str]:
    """Write a host, the loop that it may begin with apart, so that many hosts share it; no host is empty."""
    if host.startswith("*."):
        return _LABELS, _glob(host[2:])
    if not host.strip("*"):
        return "", f"{_CHARACTER}+"
    return (f"{_CHARACTER}*", _glob(host[1:])) if host.startswith("*") else ("", _glob(host))


def _glob(host: str) -> str:
    return f"{_CHARACTER}*".join(quote(part) for part in host.split("*"))


def _ports(ports: frozenset[str] | None) -> str:
    if ports is None:
        return f"(?:{PORT})?"
    return _any_of([f":{port}" if port != NO_PORT else "" for port in ports])


def _any_of(texts: Iterable[str]) -> str:
    """Write a choice of texts, nothing if nothing is the only one."""
    found = sorted(texts)
    return "" if found == [""] else f"(?:{'|'.join(quote(text) for text in found)})"
