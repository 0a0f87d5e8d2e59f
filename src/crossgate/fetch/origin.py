"""Serialized origins, as browsers send them in `Origin`.

Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin and
https://fetch.spec.whatwg.org/#origin-header. This module knows nothing of policies or of requests.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.fetch.addresses import ends_in_number, parse_ipv4, parse_ipv6
from crossgate.fetch.host import parse_host
from crossgate.fetch.ports import LARGEST
from crossgate.records import replace

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
"""The port that a scheme implies, and that a browser therefore leaves out."""

OPAQUE: Final = "null"
"""The serialization of every opaque origin: sandboxed frames, `data:` and `file:` pages, some redirects."""

_SCHEME = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)"
_HOST = r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"
# White space is ASCII's: values come as a character a byte, and 0x85 and 0xA0 are parts of letters there.
_SERIALIZED = re.compile(rf"{_SCHEME}://{_HOST}(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII)
_NAME = re.compile(r"[a-z0-9_.-]+")


class Origin(Struct, frozen=True, kw_only=True):
    """A tuple origin: scheme, host and port as written; `port` is None where none is written."""

    scheme: str
    host: str
    port: int | None = None

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def split_origin(text: str) -> tuple[str, str, str] | None:
    """Return scheme, host and port as written (the port may be empty), or None where `text` has another form."""
    found = _SERIALIZED.fullmatch(text)
    return None if found is None else (found["scheme"], found["host"], found["port"] or "")


def parse_origin(text: str) -> Origin | None:
    """Return the tuple origin that `text` spells, or None when it is no serialized tuple origin.

    Letter case and a default port are kept as written; a path, a trailing slash, user information,
    a query or a port over 65535 make it no origin.
    """
    parts = split_origin(text)
    if parts is None:
        return None
    scheme, host, port_text = parts
    port = int(port_text) if port_text else None
    if port is not None and port > LARGEST:
        return None
    return Origin(scheme=scheme, host=host, port=port)


def is_sent_by_browsers(text: str) -> bool:
    """Say whether a browser can send `text` as its `Origin`: `null`, or a tuple origin in its one spelling.

    That is lower case, without a default port, slash or leading zero, and with the shortest form of an IP address
    (https://url.spec.whatwg.org/#host-serializing). An underscore and a trailing dot are sent as they are.
    """
    if text == OPAQUE:
        return True
    origin = parse_origin(text)
    if origin is None or str(origin) != text or origin.scheme != origin.scheme.lower():
        return False
    return origin.port != DEFAULT_PORTS.get(origin.scheme, -1) and _is_serialized_host(origin.host)


def as_browsers_send(text: str) -> str | None:
    """Return the spelling in which browsers send the origin that `text` means, or None where they send none."""
    origin = parse_origin(text.lower().removesuffix("/"))
    if origin is None:
        return OPAQUE if text.lower() == OPAQUE else None
    host = origin.host if _NAME.fullmatch(origin.host) and not ends_in_number(origin.host) else parse_host(origin.host)
    is_implied = origin.port == DEFAULT_PORTS.get(origin.scheme)
    sent = str(replace(origin, host=host or origin.host, port=None if is_implied else origin.port))
    return sent if is_sent_by_browsers(sent) else None


def _is_serialized_host(host: str) -> bool:
    if host.startswith("["):
        return parse_ipv6(host[1:-1]) == host[1:-1]
    labels = host.removesuffix(".").split(".")
    if _NAME.fullmatch(host) is None or not all(labels):
        return False
    return not ends_in_number(host) or parse_ipv4(host) == host
