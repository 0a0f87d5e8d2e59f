"""A fetch that a page plans: what the browser sends of it, and whether a preflight goes before it.

Source: https://fetch.spec.whatwg.org/#http-fetch. It knows nothing of answers.
"""

from dataclasses import dataclass, field
from enum import Enum

from crossgate.browser.request_headers import is_forbidden, is_sent_without_cors, unsafe_names
from crossgate.fetch.methods import SAFELISTED
from crossgate.fetch.url import as_sent


class Mode(Enum):
    """What a fetch may reach: `fetch()` has CORS unless it says otherwise, a plain `<img>` has none."""

    CORS = "cors"
    NO_CORS = "no-cors"
    SAME_ORIGIN = "same-origin"


class OnRedirect(Enum):
    """What a fetch wants done with a redirect."""

    FOLLOW = "follow"
    ERROR = "error"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFetch:
    """A page's `fetch()`: `origin` is the page's, `headers` are those that it sets; a value of None is not known.

    `url` may be written in any way that browsers read, and is kept as they send it; `written` is how it was written
    first. Raises ValueError for what is no URL. `method` is normalized. `credentials`: the credentials mode is
    `include`. `is_listened`: somebody listens to the progress of the upload, which alone makes a preflight go before
    it. `is_stream`: the body can be sent only once.
    """

    origin: str
    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str | None], ...] = ()
    credentials: bool = False
    mode: Mode = Mode.CORS
    on_redirect: OnRedirect = OnRedirect.FOLLOW
    is_listened: bool = False
    is_stream: bool = False
    written: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        url = as_sent(self.url)
        if url is None:
            raise ValueError(f"`{self.url}` is not a URL")
        object.__setattr__(self, "written", self.written or self.url)
        object.__setattr__(self, "url", url)

    @property
    def sent_headers(self) -> tuple[tuple[str, str | None], ...]:
        """The headers without those that the browser ignores; a fetch without CORS has none that need asking."""
        kept = tuple(header for header in self.headers if not is_forbidden(*header))
        return tuple(header for header in kept if is_sent_without_cors(*header)) if self.mode is Mode.NO_CORS else kept

    @property
    def unsafe_names(self) -> tuple[str, ...]:
        """The CORS-unsafe request-header names: lower case, sorted, each once."""
        return unsafe_names(self.sent_headers)

    @property
    def forces_preflight(self) -> bool:
        """Whether the use-CORS-preflight flag is set, so that even a safelisted method is asked for."""
        return self.is_listened or self.is_stream

    @property
    def needs_preflight(self) -> bool:
        """Whether the browser asks first."""
        return self.forces_preflight or self.method not in SAFELISTED or bool(self.unsafe_names)
