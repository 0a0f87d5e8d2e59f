"""What a file of tests expects: one case for each fetch, each expectation with its place.

It knows no file format: `reading` makes these values of a file.
"""

from msgspec import Struct, field

from crossgate.browser.planned import PlannedFetch
from crossgate.dialects.fields import Text, Value
from crossgate.engine.respond import Response
from crossgate.source import Source, Span


class ExpectedHeader(Struct, frozen=True, kw_only=True):
    """A response header, its name in lower case; a value of None must be absent. `value_at`: where to write another."""

    name: str
    value: str | None
    at: Span
    value_at: Span


class Expected(Struct, frozen=True, kw_only=True):
    """What must come of a fetch; None where nothing is said. `verdict_at`: the word that says the verdict."""

    is_allowed: bool
    at: Span
    verdict_at: Span | None = None
    status: Value[int] | None = None
    outcome: Text | None = None
    preflight: Value[bool] | None = None
    headers: tuple[ExpectedHeader, ...] = ()
    readable: tuple[str, ...] | None = None
    readable_at: Span | None = None


class Cell(Struct, frozen=True, kw_only=True):
    """The place of a case in a table: the row's list of methods, None where the table has none for the origin.

    `written` is the origin as the file has it, a pattern maybe. `is_stranger`: nobody wrote it, the table implies it.
    """

    table: Span
    row: Span | None
    written: str
    is_stranger: bool


class Case(Struct, frozen=True, kw_only=True):
    """A fetch and what is expected of it; `test` is the place of the URL, which all cases of one test share."""

    name: str
    fetch: PlannedFetch
    expected: Expected
    test: Span
    upstream: Response = field(default_factory=Response)
    cell: Cell | None = None

    @property
    def is_stranger(self) -> bool:
        """Whether nobody wrote the origin."""
        return self.cell is not None and self.cell.is_stranger


class CaseFile(Struct, frozen=True, kw_only=True):
    """A file of tests, and the configuration that it is about where it names one, relative to itself."""

    source: Source
    configuration: tuple[Text, ...]
    cases: tuple[Case, ...]
