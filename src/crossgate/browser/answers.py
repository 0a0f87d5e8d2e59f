"""An answer as a browser reads it: the lines of a header joined, and which headers a page gets to see.

Source: https://fetch.spec.whatwg.org/#concept-header-list-get and
https://fetch.spec.whatwg.org/#concept-filtered-response.
"""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from crossgate.fetch import headers as names

Headers: TypeAlias = tuple[tuple[str, str], ...]
Header = Callable[[str], str | None]
"""Gives the value of a response header, its lines joined with a comma and a blank."""

_WHITE_SPACE: Final = "\t\n\r "
_NEVER_READ: Final = frozenset({"set-cookie", "set-cookie2"})
ALWAYS_READ: Final = frozenset(
    {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified", "pragma"}
)
"""The CORS-safelisted response-header names."""


class Answer(Protocol):
    """What a browser needs to know of an answer. Names of headers are lower case."""

    @property
    def status(self) -> int:
        """The status."""
        ...

    @property
    def headers(self) -> Headers:
        """The lines of all headers, in order."""
        ...


def reader_of(headers: Headers) -> Header:
    """Return a function that gives the value of a header."""

    def header(name: str) -> str | None:
        lines = [value.strip(_WHITE_SPACE) for key, value in headers if key == name]
        return ", ".join(lines) if lines else None

    return header


def readable_names(headers: Headers, *, credentials: bool) -> tuple[str, ...]:
    """Return the names of the headers that a page of another origin can read, in order, each once.

    A member of `Access-Control-Expose-Headers` that is no token spoils the whole list; `*` is a name like any other
    where the fetch has credentials.
    """
    exposed = {name.lower() for name in names.split_tokens(reader_of(headers)(names.EXPOSE_HEADERS) or "") or ()}
    is_any = "*" in exposed and not credentials
    kept = (name for name, _ in headers if is_any or name in exposed or name in ALWAYS_READ)
    return tuple(dict.fromkeys(name for name in kept if name not in _NEVER_READ))


def own_names(headers: Headers) -> tuple[str, ...]:
    """Return the names of the headers that a page of the same origin can read."""
    return tuple(dict.fromkeys(name for name, _ in headers if name not in _NEVER_READ))
