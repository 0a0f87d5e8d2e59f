"""Which policies were attached to which routes, and what became of each: the account that a dialect gives of it.

It decides nothing: the tables of the routes already say what was decided. Words that only one gateway has (what it
calls a level) are text here, for people to read.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from crossgate.source import Span


class Standing(StrEnum):
    """What became of a policy at a route."""

    WON = "won"
    """It decides, be it by switching CORS off."""
    MERGED = "merged"
    """It gives what the one that won leaves open."""
    OVERRIDDEN = "overridden"
    """It gives nothing: another one decides."""
    FAILED = "failed"
    """It cannot be used, and the route is answered with an error for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A policy at a route: its name for users, and the `level` at which it is attached, in the gateway's own words.

    `span` is where the policy stands and `by` the reference or selector that attaches it, where one does. `reason` says
    what there is to say of its standing, above all what overrides it.
    """

    policy: str
    level: str
    standing: Standing
    reason: str | None = None
    span: Span | None = field(default=None, compare=False)
    by: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAttachments:
    """The policies of routes that have them in common on a listener, that of the highest precedence first."""

    listener: str
    routes: tuple[str, ...]
    policies: tuple[Attachment, ...] = ()
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unattached:
    """A policy that is at no route, or a reference of a policy that leads nowhere, and why."""

    policy: str
    reason: str
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """The routes in the order of the configuration, and the policies that are at none of them."""

    routes: tuple[RouteAttachments, ...] = ()
    unattached: tuple[Unattached, ...] = ()

    def __add__(self, other: "Attachments") -> "Attachments":
        """Put the account of another dialect behind this one."""
        return Attachments(routes=self.routes + other.routes, unattached=self.unattached + other.unattached)


NO_ATTACHMENTS: Final = Attachments()
