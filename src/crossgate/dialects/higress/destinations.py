"""The annotation `destination`: where the requests for a `resource` backend go, with which weights.

A line is `[WEIGHT%] [http://|https://]HOST[:PORT] [SUBSET]`; nothing of it is looked up here.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.records import replace

_PORT_AT_MOST: Final = 65535
_SCHEMES: Final = ("http://", "https://")
_HINT: Final = "a line is `[WEIGHT%] HOST[:PORT] [SUBSET]`, such as `80% httpbin.dns`"


class Destination(Struct, frozen=True, kw_only=True):
    """A line: `port` and `subset` where they are written; the weights of all lines are percents of one another.

    `is_secure` says whether TLS is spoken, None where no scheme says so.
    """

    host: str
    port: int | None = None
    subset: str | None = None
    weight: int = 100
    is_secure: bool | None = None


def read_destinations(text: Text, report: Diagnostics) -> tuple[Destination, ...]:
    """Read the annotation; none where it cannot be read, which drops the paths that need it."""
    found: list[Destination] = []
    for line in text.value.splitlines():
        words = line.split()
        if not words:
            continue
        destination = _line(words)
        if destination is None:
            message = f"`{line.strip()}` is not a destination, and the whole annotation is ignored for it"
            report.warning("invalid-destination", message, text.span, _HINT)
            return ()
        found.append(destination)
    return _weighed(found)


def _line(words: Sequence[str]) -> Destination | None:
    weight = 100
    if words[0].endswith("%"):
        number = words[0].removesuffix("%")
        if not (number.isascii() and number.isdecimal()) or len(words) == 1:
            return None
        weight, words = int(number), words[1:]
    scheme = next((one for one in _SCHEMES if words[0].startswith(one)), "")
    host, port = _split(words[0].removeprefix(scheme))
    return Destination(
        host=host,
        port=port,
        subset=words[1] if len(words) > 1 else None,
        weight=weight,
        is_secure=scheme == "https://" if scheme else None,
    )


def _split(address: str) -> tuple[str, int | None]:
    """Split an address at its last colon, if a port follows: the names of services may hold colons."""
    host, colon, port = address.rpartition(":")
    if colon and port.isascii() and port.isdecimal() and 0 < int(port) <= _PORT_AT_MOST:
        return host, int(port)
    return address, None


def _weighed(found: Sequence[Destination]) -> tuple[Destination, ...]:
    """Scale the weights to a hundred; what rounding leaves is the first one's. A single one has it all."""
    total = sum(destination.weight for destination in found)
    if len(found) <= 1 or not total:
        return tuple(replace(destination, weight=100) for destination in found)
    rest = [replace(destination, weight=destination.weight * 100 // total) for destination in found[1:]]
    return (replace(found[0], weight=100 - sum(destination.weight for destination in rest)), *rest)
