"""Origin sets: which values of `Origin` a policy means.

A set is data: the engine and the Envoy compiler each read it in their own way, and the differential tests hold
the two readings against each other. How a gateway writes its entries is the business of its dialect.
"""

import re
from enum import Enum
from typing import Final

from msgspec import Struct

from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.urls import split_url
from crossgate.records import Located

PORT_TEXT: Final = re.compile(r"[0-9]{1,5}")
NO_PORT: Final = ""
"""Stands in a set of ports for an origin that writes no port."""


_FIRST_LINE: Final = re.compile(r"((?:[^,]|,[ \t])*)(?:,.*)?", re.DOTALL)


class Reading(Enum):
    """What of a header's value is the origin."""

    VALUE = "the whole value"
    FIRST_LINE = "its first line: lines arrive joined by a comma without a blank"
    URL = "scheme, host and port of its first line, split leniently; a line without a host is whole"
    """`split_url` says how: user, path and query are dropped, and so are the brackets of an IPv6 address."""


class Normalisation(Struct, frozen=True, kw_only=True):
    """What is made equal before an origin is compared, and taken off before it is echoed.

    `reading` says what of the value counts at all. `fold_case` holds for the comparison only: an echo keeps the letters
    that the client sent.
    A single trailing slash goes first (`http://` and `/` keep theirs), then the port that http (80) or https (443)
    implies.
    """

    fold_case: bool = False
    trailing_slash: bool = False
    default_port: bool = False
    reading: Reading = Reading.VALUE

    def __post_init__(self) -> None:
        if self.reading is Reading.URL and (self.fold_case or self.trailing_slash or not self.default_port):
            raise ValueError("the reading as a URL leaves only the port that the scheme implies to be taken off")

    @property
    def takes_off(self) -> bool:
        """Whether it takes anything off."""
        return self.trailing_slash or self.default_port or self.reading is not Reading.VALUE

    def without_slash(self, origin: str) -> str:
        """Return `origin` less the slash that does not count."""
        is_taken_off = self.trailing_slash and origin[-1:] == "/" and origin[-2:-1] not in {"/", ""}
        return origin[:-1] if is_taken_off else origin

    def echo(self, origin: str) -> str:
        """Return `origin` as an answer repeats it."""
        origin = self._read(origin)
        if self.reading is Reading.URL:
            return _url_of(origin)
        origin = self.without_slash(origin)
        if self.default_port:
            for scheme, port in DEFAULT_PORTS.items():
                if origin.startswith(f"{scheme}://") and origin.endswith(f":{port}"):
                    return origin[: -len(f":{port}")]
        return origin

    def _read(self, origin: str) -> str:
        first = None if self.reading is Reading.VALUE else _FIRST_LINE.fullmatch(origin)
        return origin if first is None else first[1]

    def host(self, origin: str) -> str:
        """Return the host of `origin` where that is read as a URL; the whole line where it has none."""
        line = self._read(origin)
        return split_url(line).host or line

    def apply(self, origin: str) -> str:
        """Return `origin` as it is compared."""
        return self.echo(origin.lower() if self.fold_case else origin)


def _url_of(line: str) -> str:
    url = split_url(line)
    if url.host is None:
        return line
    scheme = "" if url.scheme is None else f"{url.scheme}://"
    is_implied = url.scheme in DEFAULT_PORTS and url.port == str(DEFAULT_PORTS[url.scheme])
    return f"{scheme}{url.host}" + ("" if url.port is None or is_implied else f":{url.port}")


AS_SENT: Final = Normalisation()


class Subject(Enum):
    """What a regular expression is matched against, from end to end."""

    ORIGIN = "origin"
    HOST = "host"


class AnyOrigin(Located, frozen=True, kw_only=True):
    """Every value of `Origin`, `null` included."""

    written: str = "*"


class ExactOrigin(Located, frozen=True, kw_only=True):
    """One value, compared after normalisation."""

    written: str


class WildcardOrigin(Located, frozen=True, kw_only=True):
    """A scheme, a host, mostly with `*` in it, and the ports that may be written.

    A leading `*.` stands for one or more whole labels; any other `*` for any run of characters without
    `/`, `@`, a comma or ASCII white space. No host is empty. `scheme` None means any. `ports` holds port numbers as
    text and `NO_PORT`; None means any port, written or not. A port that normalisation takes off an origin means
    `NO_PORT` here too.
    """

    written: str
    scheme: str | None
    host: str
    ports: frozenset[str] | None = frozenset({NO_PORT})

    def __post_init__(self) -> None:
        if "*" not in self.host and self.ports == frozenset({NO_PORT}):
            raise ValueError(f"no wildcard in {self.host!r}: an exact origin says it")
        if re.search(r"[/@,\s]", self.host):
            raise ValueError(f"not a host: {self.host!r}")
        if self.ports is not None and not all(p == NO_PORT or PORT_TEXT.fullmatch(p) for p in self.ports):
            raise ValueError(f"not ports: {self.ports!r}")
        if self.ports is not None and not self.ports:
            raise ValueError("a wildcard that admits no port, and not its absence either, matches nothing")


class RegexOrigin(Located, frozen=True, kw_only=True):
    """An RE2 expression that the subject has to match from end to end.

    The subject is what normalisation leaves; where letter case does not count, the expression begins with `(?i)`, as it
    were. The host as a subject exists only where the origin, without a slash that normalisation takes off, is
    `scheme://host[:port]`; anything else does not match. Read as a URL, an origin without a host is its own host.
    """

    written: str
    pattern: str
    subject: Subject


OriginEntry = AnyOrigin | ExactOrigin | WildcardOrigin | RegexOrigin


class OriginSet(Struct, frozen=True, kw_only=True):
    """The origins that at least one entry admits; no entries, no origin.

    An absent or empty `Origin` is in no set. Exact and wildcard entries are compared as normalised, whatever was
    written. Texts travel as UTF-8, so a letter outside ASCII compares byte by byte.
    """

    entries: tuple[OriginEntry, ...]
    normalisation: Normalisation = AS_SENT

    @property
    def is_any(self) -> bool:
        """Whether every origin is admitted."""
        return any(isinstance(entry, AnyOrigin) for entry in self.entries)
