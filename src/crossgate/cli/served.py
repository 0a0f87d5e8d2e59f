"""What a server answered, now or when it was recorded, beside what the files say that it would."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.browser.answers import Headers, reader_of
from crossgate.browser.exchanges import Exchange
from crossgate.browser.gateway import Answered
from crossgate.fetch import headers as names
from crossgate.fetch.headers import split_list

COMPARED: Final = (*names.RESPONSE_HEADERS, names.ALLOW_PRIVATE_NETWORK, names.VARY, "location", "timing-allow-origin")
"""The headers that decide what a browser does, or a cache."""
_LISTS: Final = frozenset({names.ALLOW_METHODS, names.ALLOW_HEADERS, names.EXPOSE_HEADERS, names.VARY})


class Served(Struct, frozen=True, kw_only=True):
    """What a server answered."""

    status: int
    headers: Headers


class Deviation(Struct, frozen=True, kw_only=True):
    """A header, or the status, that a server answers otherwise than the files say; None is none."""

    exchange: str
    name: str
    files: str | None
    served: str | None


def deviations(files: Exchange[Answered], served: Served) -> Iterator[Deviation]:
    """Yield each header that CORS or a cache goes by, and the gateway's own status, that are not as the files say."""
    kind = files.kind
    if not files.answer.is_forwarded and files.answer.status != served.status:
        yield Deviation(exchange=kind, name="status", files=str(files.answer.status), served=str(served.status))
    ours, theirs = reader_of(files.answer.headers), reader_of(served.headers)
    for name in COMPARED:
        if _meaning(name, ours(name)) != _meaning(name, theirs(name)):
            yield Deviation(exchange=kind, name=name, files=ours(name), served=theirs(name))


def _meaning(name: str, value: str | None) -> object:
    """Return what a header says, however it is spaced."""
    if value is None or name not in _LISTS:
        return value
    fold = str if name == names.ALLOW_METHODS else str.lower
    return sorted({fold(member) for member in split_list(value)})
