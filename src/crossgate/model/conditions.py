"""Conditions: the closed vocabulary in which a row of a decision table says when it holds.

Only the headers of the CORS protocol are asked: their lines are one value joined with a comma before any test. Values
are tested without the white space around them (RFC 9110 §5.5).
"""

from enum import Enum
from typing import Final

from msgspec import Struct

from crossgate.fetch.headers import ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, REQUEST_PRIVATE_NETWORK
from crossgate.model.origins import OriginSet

ASKED: Final = frozenset({ORIGIN, REQUEST_METHOD, REQUEST_HEADERS, REQUEST_PRIVATE_NETWORK})
"""The request headers that a table may look at."""


def check_asked(name: str) -> None:
    """Raise ValueError for a header that no table may look at."""
    if name not in ASKED:
        raise ValueError(f"not a request header of the CORS protocol: {name!r}")


class HeaderState(Enum):
    """What can be asked of a request header without naming its value; the absence of each is its `Not`."""

    PRESENT = "present"
    """There, and be it empty."""
    EMPTY = "empty"
    """There, and empty."""
    FILLED = "not empty"
    """There, and not empty."""
    NOT_BLANK = "not blank"
    """There, and with a character that is not white space."""


class HeaderIs(Struct, frozen=True, kw_only=True):
    """A request header is in a state."""

    name: str
    state: HeaderState

    def __post_init__(self) -> None:
        check_asked(self.name)


class HeaderEquals(Struct, frozen=True, kw_only=True):
    """A request header has exactly this value."""

    name: str
    value: str

    def __post_init__(self) -> None:
        check_asked(self.name)


class MethodIn(Struct, frozen=True, kw_only=True):
    """The request's method is one of these, letter for letter."""

    methods: frozenset[str]


class RequestedMethodIn(Struct, frozen=True, kw_only=True):
    """`Access-Control-Request-Method` names one of these; absent or empty, it names none."""

    methods: frozenset[str]
    fold_case: bool = False


class RequestedHeadersIn(Struct, frozen=True, kw_only=True):
    """Every member of the comma list `Access-Control-Request-Headers` is one of these.

    An absent or empty list holds. `trim` takes white space off each member, `skip_empty` passes over empty ones.
    """

    names: frozenset[str]
    fold_case: bool = True
    trim: bool = True
    skip_empty: bool = True


class OriginIn(Struct, frozen=True, kw_only=True):
    """`Origin` is in a set."""

    origins: OriginSet


class SameOrigin(Struct, frozen=True, kw_only=True):
    """`Origin` spells the request's own scheme, host and port.

    Letter case, one trailing slash and a written default port do not count. `loosely` is for releases that are
    emulated: `Origin` is any URL there, whatever user, path, query and fragment it has, and of its authority and the
    request's only what stands before a first colon and between that and a second is compared: IPv6 hosts look alike.
    """

    loosely: bool = False


class Not(Struct, frozen=True, kw_only=True):
    """The condition does not hold."""

    condition: "Atom"


Atom = HeaderIs | HeaderEquals | MethodIn | RequestedMethodIn | RequestedHeadersIn | OriginIn | SameOrigin
Condition = Atom | Not

OPTIONS: Final = MethodIn(methods=frozenset({"OPTIONS"}))
"""Where a preflight begins; what else makes one is each gateway's own idea."""


def positive(condition: Condition) -> Atom:
    """Return what a condition asks, or asks the absence of."""
    return condition.condition if isinstance(condition, Not) else condition
