"""Which policies were attached to which routes, and what became of each: the account that a dialect gives of it.

It decides nothing: the tables of the routes already say what was decided. Words that only one gateway has (what it
calls a level) are text here, for people to read.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from crossgate.records import Located
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


class Attachment(Located, frozen=True, kw_only=True):
    """A policy at a route: its name for users, and the `level` at which it is attached, in the gateway's own words.

    `span` is where the policy stands and `by` the reference or selector that attaches it, where one does. `reason` says
    what there is to say of its standing, above all what overrides it.
    """

    policy: str
    level: str
    standing: Standing
    reason: str | None = None
    by: Span | None = None


class RouteAttachments(Located, frozen=True, kw_only=True):
    """The policies of routes that have them in common on a listener, that of the highest precedence first."""

    listener: str
    routes: tuple[str, ...]
    policies: tuple[Attachment, ...] = ()


class Unattached(Located, frozen=True, kw_only=True):
    """A policy that is at no route, or a reference of a policy that leads nowhere, and why."""

    policy: str
    reason: str


class Attachments(Struct, frozen=True, kw_only=True):
    """The routes in the order of the configuration, and the policies that are at none of them."""

    routes: tuple[RouteAttachments, ...] = ()
    unattached: tuple[Unattached, ...] = ()

    def __add__(self, other: "Attachments") -> "Attachments":
        """Put the account of another dialect behind this one."""
        return Attachments(routes=self.routes + other.routes, unattached=self.unattached + other.unattached)


NO_ATTACHMENTS: Final = Attachments()
