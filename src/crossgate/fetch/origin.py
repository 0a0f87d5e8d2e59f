"""Serialized origins, as browsers send them in `Origin`.

Source: https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin and
https://fetch.spec.whatwg.org/#origin-header. This module knows nothing of policies or of requests.
"""

import re
from dataclasses import dataclass
from typing import Final

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
"""The port that a scheme implies, and that a browser therefore leaves out."""

OPAQUE: Final = "null"
"""The serialization of every opaque origin: sandboxed frames, `data:` and `file:` pages, some redirects."""

_SCHEME = r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)"
_HOST = r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"
_SERIALIZED = re.compile(rf"{_SCHEME}://{_HOST}(?::(?P<port>[0-9]{{1,5}}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A tuple origin: scheme, host and port as written; `port` is None where none is written."""

    scheme: str
    host: str
    port: int | None = None

    @property
    def effective_port(self) -> int | None:
        """The port that is connected to: the written one, else the scheme's default."""
        return self.port if self.port is not None else DEFAULT_PORTS.get(self.scheme.lower())

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
    if port is not None and port > 65535:  # noqa: PLR2004 - the largest port
        return None
    return Origin(scheme=scheme, host=host, port=port)


def is_sent_by_browsers(text: str) -> bool:
    """Say whether a browser can send `text` as its `Origin`: lower case, no default port, no slash, or `null`."""
    if text == OPAQUE:
        return True
    origin = parse_origin(text)
    return (
        origin is not None
        and text == text.lower()
        and text.isascii()
        and not origin.host.endswith("..")
        and (origin.port is None or origin.port != DEFAULT_PORTS.get(origin.scheme))
    )
