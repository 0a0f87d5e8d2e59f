"""URLs as the gateway takes them apart: leniently, by splitting, whatever the parts then are.

The same splitting makes origins comparable (`cors`) and gives a service its address (its `url`).
"""

import re
from dataclasses import dataclass
from typing import Final

from crossgate.fetch.origin import DEFAULT_PORTS

_SCHEME: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9+.-]*):")
_AUTHORITY: Final = re.compile(r"//([^/]*)")
_PORT: Final = re.compile(r":([^:\]]*)\Z")
_BRACKETS: Final = re.compile(r"\[(.+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """The parts of a URL that count, each None where it is not written; IPv6 hosts have no brackets."""

    scheme: str | None
    host: str | None
    port_text: str | None
    path: str | None

    @property
    def protocol(self) -> str:
        """The protocol of a service of this URL: a port can stand for it."""
        return self.scheme or ("https" if self.port_text == "443" else "http")

    @property
    def port(self) -> int:
        """The port of a service of this URL, which is right."""
        implied = DEFAULT_PORTS.get(self.protocol, DEFAULT_PORTS["http"])
        return implied if self.port_text is None else int(self.port_text)


def parse_url(text: str) -> Url:
    """Take a URL apart; user information, parameters, query and fragment are dropped."""
    text = text.partition("#")[0]
    scheme = _SCHEME.match(text)
    rest = text if scheme is None else text[scheme.end() :]
    authority = _AUTHORITY.match(rest)
    rest = rest if authority is None else rest[authority.end() :]
    path = rest.partition("?")[0].partition(";")[0]
    host, port = (None, None) if authority is None else _split(authority[1])
    return Url(scheme=None if scheme is None else scheme[1], host=host, port_text=port, path=path or None)


def _split(authority: str) -> tuple[str | None, str | None]:
    found = authority.partition("@")[2] if "@" in authority else authority
    port = _PORT.search(found)
    host = found if port is None else found[: port.start()]
    brackets = _BRACKETS.fullmatch(host)
    return (host if brackets is None else brackets[1]) or None, None if port is None else port[1]
