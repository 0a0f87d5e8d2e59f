"""The three examples of this repository, and requests that get through each row that continues."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crossgate.dialects.files import TESTS
from tests.zero_loss.clients import Headers, Request

ROOT: Final = Path(__file__).parents[2] / "examples"
_PREFLIGHT: Final = ("access-control-request-method", "GET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of the table, what gets a request there, and with which methods; `grants` is the allow-origin it sets."""

    name: str
    methods: tuple[str, ...]
    headers: Headers = ()
    grants: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A folder of examples, and how its gateway is reached."""

    name: str
    listener: str
    backend: str
    host: str
    prefix: str
    rows: tuple[Row, ...]
    fails: int = 503
    """What clients get where the upstream is gone, or hangs up."""
    silence: str | None = None
    """How long a backend may be silent, where its document says so."""
    refused: Headers = ()
    """What is refused by a row that does not continue; nothing, where every request does."""

    @property
    def folder(self) -> Path:
        return ROOT / self.name

    @property
    def files(self) -> list[Path]:
        """The files of its configuration, without the tests of its policies."""
        return sorted(file for file in self.folder.iterdir() if not file.name.endswith(TESTS))

    def request(self, row: Row, path: str = "", *, method: str, headers: Headers = (), body: bytes = b"") -> Request:
        """Return a request that gets through a row."""
        return Request(
            host=self.host,
            path=f"{self.prefix}{path}?row={row.name}",
            method=method,
            headers=(*row.headers, *headers),
            body=body,
        )


_ALL: Final = ("GET", "HEAD", "POST")

_KGATEWAY_ROWS: Final = (
    Row(name="no-origin", methods=(*_ALL, "OPTIONS")),
    Row(name="preflight-forwarded", methods=("OPTIONS",), headers=(("origin", "https://other.example"), _PREFLIGHT)),
    Row(
        name="actual-allowed",
        methods=_ALL,
        headers=(("origin", "https://example.com/"),),
        grants="https://example.com/",
    ),
    Row(name="actual-refused", methods=_ALL, headers=(("origin", "https://other.example"),)),
)

EXAMPLES: Final = (
    *(
        Example(
            name=f"kgateway/{folder}",
            listener="kgateway-system/http/http",
            backend="httpbin.httpbin:8000",
            host="cors.example",
            prefix="/anything",
            rows=_KGATEWAY_ROWS,
        )
        for folder in ("trafficpolicy", "httproute")
    ),
    Example(
        name="higress",
        listener="higress",
        backend="httpbin.org:80",
        host="httpbin.example.com",
        prefix="/anything",
        rows=(
            Row(name="no-origin", methods=(*_ALL, "OPTIONS")),
            Row(name="same-origin", methods=_ALL, headers=(("origin", "http://httpbin.example.com"),)),
            Row(
                name="actual-allowed",
                methods=("GET", "POST"),  # HEAD isn't in the example's list
                headers=(("origin", "http://httpbin.example.net"),),
                grants="http://httpbin.example.net",
            ),
        ),
        refused=(("origin", "http://other.example"),),
    ),
    Example(
        name="kong",
        listener="kong",
        backend="httpbin.test:80",
        host="kong.example",
        prefix="/anything",
        fails=502,
        silence="60s",
        rows=(
            Row(name="no-origin", methods=(*_ALL, "OPTIONS")),
            Row(
                name="actual-allowed",
                methods=_ALL,
                headers=(("origin", "http://example.net"),),
                grants="http://example.net",
            ),
            Row(name="actual-refused", methods=_ALL, headers=(("origin", "http://other.example"),)),
        ),
    ),
)
