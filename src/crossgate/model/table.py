"""The decision table: what a policy is once a dialect has read it.

Rows are tried in order and the first whose conditions all hold decides; the last one has none, so that every
request is decided. Everything else in Crossgate reads tables, and none of it asks which gateway a table is from.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import Final

from msgspec import Struct, structs

from crossgate.model.conditions import Condition
from crossgate.model.edits import Edit, Remove, is_for_tables
from crossgate.records import Located
from crossgate.source import Span


class Outcome(StrEnum):
    """What was decided, in the words of the command line; a closed list."""

    BAD_REQUEST = "bad-request"
    NO_ROUTE = "no-route"
    NO_POLICY = "no-policy"
    NO_ORIGIN = "no-origin"
    SAME_ORIGIN = "same-origin"
    PREFLIGHT_ALLOWED = "preflight-allowed"
    PREFLIGHT_REFUSED = "preflight-refused"
    PREFLIGHT_FORWARDED = "preflight-forwarded"
    ACTUAL_ALLOWED = "actual-allowed"
    ACTUAL_REFUSED = "actual-refused"


BODILESS: Final = frozenset({204, 304})
"""The statuses of answers without a body (RFC 9110 §6.4.1)."""


TEXT: Final = "text/plain"
"""The media type of bodies that have no other."""


class Continue(Struct, frozen=True, kw_only=True):
    """Whatever the route does: proxy, redirect, or an error of its own."""


class Respond(Struct, frozen=True, kw_only=True):
    """Answer here and now; the upstream never sees the request. A body that is not empty has its media type."""

    status: int
    body: str = ""
    content_type: str = TEXT

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:  # noqa: PLR2004 - final statuses
            raise ValueError(f"not a final status: {self.status}")
        if self.body and self.status in BODILESS:
            raise ValueError(f"a {self.status} has no body")


Action = Continue | Respond
CONTINUE = Continue()


class Row(Located, frozen=True, kw_only=True):
    """One line of a table. `name` tells rows of one outcome apart and defaults to the outcome.

    `policy` and `span` are those of the policy that the row is from where it is not the table's.
    """

    outcome: Outcome
    when: tuple[Condition, ...] = ()
    action: Action = CONTINUE
    edits: tuple[Edit, ...] = ()
    name: str = ""
    policy: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            structs.force_setattr(self, "name", self.outcome.value)


class Table(Located, frozen=True, kw_only=True):
    """Ordered rows, the edits that all of them make after their own, and the policy that they come from.

    `policy` is the name that users see; `span` the place where the policy stands.
    """

    policy: str
    rows: tuple[Row, ...]
    every: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        if not self.rows or self.rows[-1].when:
            raise ValueError("the last row of a table has no condition")
        if not all(row.when for row in self.rows[:-1]):
            raise ValueError("a row without a condition hides the rows behind it")
        names = [row.name for row in self.rows]
        if len(set(names)) != len(names):
            raise ValueError(f"row names are not unique: {names}")
        for edit in chain(self.every, chain.from_iterable(row.edits for row in self.rows)):
            if not is_for_tables(edit):
                raise ValueError(f"not a header that a table edits: {edit.name!r}")

    def edits_of(self, row: Row) -> tuple[Edit, ...]:
        """Return all edits of a row: its own, then those of every row."""
        return (*row.edits, *self.every)

    def policy_of(self, row: Row) -> str:
        """Return the name of the policy that a row is from."""
        return row.policy if row.policy is not None else self.policy

    def span_of(self, row: Row) -> Span | None:
        """Return where the policy that a row is from stands."""
        return row.span if row.policy is not None else self.span

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition that a row or an edit of the table asks."""
        for row in self.rows:
            yield from row.when
            for edit in self.edits_of(row):
                if not isinstance(edit, Remove) and edit.when is not None:
                    yield edit.when
