"""Edits: what a row does to the headers of the response, whoever made it.

Removals come first, then what gives a header its one line (`Set`, `Merge`), then what adds lines; of several that give
one header its line the last counts. Values are made before any of that but the removals, so a `Merge` sees no `Set`.
The headers by which a message is framed are nobody's to edit.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.fetch.headers import CONTENT_TYPE, LOCATION, ORIGIN, split_list
from crossgate.model.conditions import Condition, check_asked
from crossgate.model.origins import AS_SENT, Normalisation

_FRAMING: Final = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})
_NAME: Final = re.compile(r"[a-z0-9-]+")
_TOKEN: Final = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")


def _check_name(name: str) -> None:
    if _TOKEN.fullmatch(name) is None or name in _FRAMING:
        raise ValueError(f"not a header to edit: {name!r}")


class Literal(Struct, frozen=True, kw_only=True):
    """A value known beforehand; it may be empty."""

    text: str


class Echo(Struct, frozen=True, kw_only=True):
    """The value of a request header; `missing` stands in for an absent or empty one, None leaves the edit out.

    Only an origin is normalised, and only a value as sent has a stand-in. Where something would be taken off an origin
    that is not UTF-8, the edit is left out.
    `compact` is for releases that are emulated: a comma list is repeated without white space and empty members, and one
    without any member counts as missing.
    """

    header: str
    normalisation: Normalisation = AS_SENT
    missing: str | None = None
    compact: bool = False

    def __post_init__(self) -> None:
        check_asked(self.header)
        if self.header != ORIGIN and self.normalisation.takes_off:
            raise ValueError(f"not an origin to normalise: {self.header!r}")
        if self.missing is not None and self.normalisation.takes_off:
            raise ValueError("a normalised value has no stand-in")


Value = Literal | Echo


class Remove(Struct, frozen=True, kw_only=True):
    """Take every line of a header away."""

    name: str

    def __post_init__(self) -> None:
        _check_name(self.name)


class Set(Struct, frozen=True, kw_only=True):
    """Make a header have one line with this value; `when` restricts it to some requests."""

    name: str
    value: Value
    when: Condition | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)


class Append(Struct, frozen=True, kw_only=True):
    """Add a line to a header, beside what is there."""

    name: str
    value: Value
    when: Condition | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)


class Merge(Struct, frozen=True, kw_only=True):
    """Put a member into the comma list of a header unless it is in it, in any case, or the list has a `*`.

    Where the list is not UTF-8 the edit is left out.
    """

    name: str
    member: str
    when: Condition | None = None

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.name == LOCATION:
            raise ValueError("a location is no list")
        if _NAME.fullmatch(self.name) is None or _NAME.fullmatch(self.member.lower()) is None:
            raise ValueError(f"not a member to merge: {self.member!r}")


def with_member(value: str, member: str) -> str:
    """Return a comma list as a `Merge` leaves it."""
    if {found.lower() for found in split_list(value)} & {"*", member.lower()}:
        return value
    return f"{value}, {member}" if value else member


Edit = Remove | Set | Append | Merge


def is_for_tables(edit: Edit) -> bool:
    """Say whether a table may make an edit: it names a header by letters, digits and hyphens, and no media type."""
    return edit.name != CONTENT_TYPE and _NAME.fullmatch(edit.name) is not None
