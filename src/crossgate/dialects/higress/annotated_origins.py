"""`cors-allow-origin` as an origin set: as its documents say, and as the gateway has it.

A wildcard is the first label of a host. The gateway makes an expression of it from which the scheme is gone and in
which nothing but dots is escaped; what it can't make one of, it drops. As documented, a wildcard keeps its scheme.
"""

import re
from collections.abc import Iterable
from typing import Final

from crossgate.dialects.regex import is_regex
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from crossgate.model.policy import Declared

_WILDCARD: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?//(?P<host>\*[^/?#:@\s{}|\\^`%]*)(?::(?P<port>[0-9]*))?(?:[/?#].*)?"
)
_PLAIN: Final = re.compile(r"\*\.[A-Za-z0-9._-]+")


def origin_set(origins: Iterable[Declared[str]], *, is_emulated: bool) -> OriginSet:
    """Return the origins of a policy; entries that mean nothing are left out."""
    read = _emulated if is_emulated else _documented
    entries = (read(origin) for origin in origins)
    return OriginSet(entries=tuple(entry for entry in entries if entry is not None))


def means_nothing(origin: str) -> bool:
    """Say whether an entry has a wildcard that the documents do not know: it is left out."""
    return "*" in origin and _documented(Declared(value=origin)) is None


def _documented(origin: Declared[str]) -> OriginEntry | None:
    if "*" not in origin.value or origin.value == "*":
        return _literal(origin)
    found = _WILDCARD.fullmatch(origin.value)
    if (
        found is None
        or found["scheme"] is None
        or _PLAIN.fullmatch(found["host"]) is None
        or not found["host"].startswith("*.")
    ):
        return None
    ports = frozenset({found["port"] or NO_PORT})
    scheme, host = found["scheme"].lower(), found["host"].lower()
    return WildcardOrigin(written=origin.value, scheme=scheme, host=host, ports=ports, span=origin.span)


def _emulated(origin: Declared[str]) -> OriginEntry | None:
    if "*" not in origin.value or origin.value == "*":
        return _literal(origin)
    found = _WILDCARD.fullmatch(origin.value)
    if found is None:
        return None
    port = f":{found['port']}" if found["port"] is not None else ""
    pattern = ".*" + (found["host"].removeprefix("*") + port).replace(".", r"\.")
    if not is_regex(pattern):
        return None
    return RegexOrigin(written=origin.value, pattern=pattern, subject=Subject.ORIGIN, span=origin.span)


def _literal(origin: Declared[str]) -> OriginEntry | None:
    if origin.value == "*":
        return AnyOrigin(span=origin.span)
    return ExactOrigin(written=origin.value, span=origin.span) if origin.value else None
