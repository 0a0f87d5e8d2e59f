"""Edits: what a row does to the headers of the response, whoever made it.

Removals come first, then the rest in the order in which they are written.
"""

from dataclasses import dataclass

from crossgate.model.conditions import Condition
from crossgate.model.origins import AS_SENT, Normalisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A value known beforehand; it may be empty."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """The value of a request header; `missing` stands in for an absent or empty one, None leaves the edit out."""

    header: str
    normalisation: Normalisation = AS_SENT
    missing: str | None = None


Value = Literal | Echo


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """Take every line of a header away."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """Make a header have one line with this value; `when` restricts it to some requests."""

    name: str
    value: Value
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Append:
    """Add a line to a header, beside what is there."""

    name: str
    value: Value
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Put a member into the comma list of a header unless it is in it, in any case, or the list is `*`."""

    name: str
    member: str
    when: Condition | None = None


Edit = Remove | Set | Append | Merge
