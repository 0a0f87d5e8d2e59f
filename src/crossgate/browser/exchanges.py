"""What a browser sends, what it gets, and what it makes of it: the requests and the verdict of one fetch."""

from enum import StrEnum
from typing import Final, Generic, TypeVar

from msgspec import Struct

from crossgate.browser.answers import Answer, Headers
from crossgate.browser.failures import Failure

A = TypeVar("A", bound=Answer)

PREFLIGHT: Final = "preflight"
ACTUAL: Final = "actual"


class ResponseType(StrEnum):
    """What a page gets: all of an answer, the part of it that CORS shares, or nothing that can be looked at."""

    BASIC = "basic"
    CORS = "cors"
    OPAQUE = "opaque"
    OPAQUE_REDIRECT = "opaqueredirect"
    ERROR = "error"


class Sent(Struct, frozen=True, kw_only=True):
    """A request that the browser sends: `kind` is preflight or actual; `credentials`: cookies go with it."""

    kind: str
    method: str
    url: str
    headers: Headers
    credentials: bool


class Exchange(Struct, Generic[A], frozen=True, kw_only=True):
    """A request that the browser sent, its answer, and why the answer did not pass, if it did not.

    `remembered` is for how many seconds the answer to a preflight spares the next one.
    """

    sent: Sent
    answer: A
    failure: Failure | None
    remembered: float | None = None

    @property
    def kind(self) -> str:
        """Preflight or actual."""
        return self.sent.kind

    @property
    def method(self) -> str:
        """The method that was sent."""
        return self.sent.method

    @property
    def url(self) -> str:
        """The URL that it was sent to."""
        return self.sent.url

    @property
    def headers(self) -> Headers:
        """The headers that were sent."""
        return self.sent.headers


class Verdict(Struct, Generic[A], frozen=True, kw_only=True):
    """What the browser does: it gives the page the answer, or it blocks and says `failure`.

    `status` and `readable`, the names of headers, are what the page can read of the answer.
    """

    exchanges: tuple[Exchange[A], ...]
    failure: Failure | None
    type: ResponseType = ResponseType.ERROR
    status: int = 0
    readable: tuple[str, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether the page gets the answer."""
        return self.failure is None

    @property
    def remembered(self) -> float | None:
        """For how many seconds the last preflight's answer spares the next one, or None where none was sent."""
        return next((item.remembered for item in reversed(self.exchanges) if item.kind == PREFLIGHT), None)
