"""URLs taken apart leniently: by splitting, whatever the parts then are.

Gateways compare origins and find upstreams by such splitting; this one is the commonest of Lua's. It must not know what
the parts are for.
"""

import re
from typing import Final

from msgspec import Struct

_SCHEME: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9+.-]*):")
_AUTHORITY: Final = re.compile(r"//([^/]*)", re.DOTALL)
_PORT: Final = re.compile(r":([^:\]]*)\Z", re.DOTALL)
_BRACKETS: Final = re.compile(r"\[(.+)\]", re.DOTALL)


class Url(Struct, frozen=True, kw_only=True):
    """The parts of a URL that count, each None where it is not written; IPv6 hosts have no brackets."""

    scheme: str | None
    host: str | None
    port: str | None
    path: str | None


def split_url(text: str) -> Url:
    """Take a URL apart; user information, parameters, query and fragment are dropped."""
    text = text.partition("#")[0]
    scheme = _SCHEME.match(text)
    rest = text if scheme is None else text[scheme.end() :]
    authority = _AUTHORITY.match(rest)
    rest = rest if authority is None else rest[authority.end() :]
    path = rest.partition("?")[0].partition(";")[0]
    host, port = (None, None) if authority is None else _host_and_port(authority[1])
    return Url(scheme=None if scheme is None else scheme[1], host=host, port=port, path=path or None)


def _host_and_port(authority: str) -> tuple[str | None, str | None]:
    found = authority.partition("@")[2] if "@" in authority else authority
    port = _PORT.search(found)
    host = found if port is None else found[: port.start()]
    brackets = _BRACKETS.fullmatch(host)
    return (host if brackets is None else brackets[1]) or None, None if port is None else port[1]
