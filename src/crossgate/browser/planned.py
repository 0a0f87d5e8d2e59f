"""A fetch that a page plans: what the browser sends of it, and whether a preflight goes before it.

Source: https://fetch.spec.whatwg.org/#http-fetch. It knows nothing of answers.
"""

from dataclasses import dataclass

from crossgate.browser.request_headers import is_forbidden, unsafe_names
from crossgate.fetch.methods import SAFELISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFetch:
    """A page's `fetch()`: `origin` is the page's, `headers` are those that it sets; a value of None is not known.

    `method` is normalized.
    """

    origin: str
    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str | None], ...] = ()
    credentials: bool = False

    @property
    def sent_headers(self) -> tuple[tuple[str, str | None], ...]:
        """The headers without those that the browser ignores."""
        return tuple(header for header in self.headers if not is_forbidden(*header))

    @property
    def unsafe_names(self) -> tuple[str, ...]:
        """The CORS-unsafe request-header names: lower case, sorted, each once."""
        return unsafe_names(self.sent_headers)

    @property
    def needs_preflight(self) -> bool:
        """Whether the browser asks first."""
        return self.method not in SAFELISTED or bool(self.unsafe_names)
