"""Routes: which requests a rule of a gateway means, and what it does with them."""

from enum import Enum
from itertools import chain
from typing import Final

from msgspec import Struct

from crossgate.model.edits import Edit
from crossgate.model.hosts import Hostname
from crossgate.model.plain_edits import check_plain, check_plain_of_requests
from crossgate.model.policy import Policy
from crossgate.model.table import Respond, Table
from crossgate.records import Located


class ExactPath(Struct, frozen=True, kw_only=True):
    """The path is exactly this."""

    path: str


class PathPrefix(Struct, frozen=True, kw_only=True):
    """The path begins with this text; `by_element`: at an element's end, so that `/a` is no prefix of `/ab`."""

    prefix: str
    by_element: bool

    def __post_init__(self) -> None:
        if not self.prefix.startswith("/"):
            raise ValueError(f"a path begins with a slash: {self.prefix!r}")
        if self.by_element and self.prefix != "/" and self.prefix.endswith("/"):
            raise ValueError(f"an element's end is not written: {self.prefix!r}")


class PathRegex(Struct, frozen=True, kw_only=True):
    """An RE2 expression that the whole path matches, the query left out."""

    pattern: str


PathMatch = ExactPath | PathPrefix | PathRegex


class HeaderMatch(Struct, frozen=True, kw_only=True):
    """A request header is exactly `value`, or matches it as RE2 from end to end."""

    name: str
    value: str
    is_regex: bool = False


class QueryMatch(Struct, frozen=True, kw_only=True):
    """The first query parameter of this name is exactly `value`, or matches it as RE2 from end to end."""

    name: str
    value: str
    is_regex: bool = False


class Preflights(Enum):
    """What a match makes of preflights: requests for OPTIONS whose `Origin` and requested method are not empty."""

    AS_SENT = "as they are sent"
    """They are requests like others."""
    AS_ANNOUNCED = "as what they announce"
    """It means them alone, and its methods are those that they ask for."""
    NONE = "not at all"
    """It means all requests but them."""


class RouteMatch(Struct, frozen=True, kw_only=True):
    """What a request must be like; all must hold. No methods means any, and no server names any connection.

    `server_names` are those that TLS clients ask for (SNI), in lower case.
    `hostname` is set where the routes of a host hold one that only some of the host's names mean.
    `announced` are request headers, in lower case, that a preflight has to list.
    """

    path: PathMatch
    methods: frozenset[str] = frozenset()
    headers: tuple[HeaderMatch, ...] = ()
    query: tuple[QueryMatch, ...] = ()
    server_names: frozenset[str] = frozenset()
    hostname: Hostname | None = None
    preflights: Preflights = Preflights.AS_SENT
    announced: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.announced and self.preflights is not Preflights.AS_ANNOUNCED:
            raise ValueError("only a preflight lists the headers of another request")


class Protocol(Enum):
    """What is spoken with a backend."""

    HTTP1 = "http1"
    HTTP2 = "http2"


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a connection goes: an IP address or a DNS name, and a port."""

    host: str
    port: int


CONNECT_TIMEOUT: Final = 5.0
"""Seconds for a connection to a backend, unless the configuration says otherwise."""


class Backend(Located, frozen=True, kw_only=True):
    """An upstream as the configuration calls it: `name` is what `--resolve` takes, `NAME:PORT`.

    `server_name` asks for TLS with that SNI and certificate name. Without endpoints its share of requests is answered
    503. `connect_timeout` is in seconds. `span` is where it is named.
    """

    name: str
    endpoints: tuple[Endpoint, ...]
    protocol: Protocol = Protocol.HTTP1
    server_name: str | None = None
    connect_timeout: float = CONNECT_TIMEOUT


class WeightedBackend(Struct, frozen=True, kw_only=True):
    """A backend and its share of a route's requests; None for one that does not exist: its share is answered 500.

    Its edits, of literal values, are made to the headers of requests that go there and of responses from there.
    `host_rewrite` is the Host that it is sent, None: the route's.
    """

    backend: Backend | None
    weight: int = 1
    host_rewrite: str | None = None
    request_edits: tuple[Edit, ...] = ()
    response_edits: tuple[Edit, ...] = ()

    def __post_init__(self) -> None:
        check_plain_of_requests(self.request_edits)
        check_plain(self.response_edits)


class PathRewrite(Struct, frozen=True, kw_only=True):
    r"""Every match of an RE2 expression in the path, the query left out, is replaced.

    `\1` in the substitution is what the first group matched, `\0` the whole. A path of which nothing is left stays.
    """

    pattern: str
    substitution: str


class Forward(Struct, frozen=True, kw_only=True):
    """Send the request to one of the backends, by weight.

    `request_edits`, of literal values, are made to the request's headers, before those of the backend. `timeout` is in
    seconds, None for none; then 504 is the answer. `idle_timeout` is how long neither side may be silent. `retries`
    says how often a request that reached no backend is tried again.
    """

    backends: tuple[WeightedBackend, ...]
    host_rewrite: str | None = None
    path_rewrite: PathRewrite | None = None
    request_edits: tuple[Edit, ...] = ()
    timeout: float | None = None
    idle_timeout: float | None = None
    retries: int = 0

    def __post_init__(self) -> None:
        if sum(share.weight for share in self.backends) <= 0:
            raise ValueError("no backend has a weight")
        check_plain_of_requests(self.request_edits)

    @property
    def usual(self) -> WeightedBackend:
        """The share that most requests have, the first of several."""
        return max(self.backends, key=lambda share: share.weight)

    @property
    def edited_of_requests(self) -> frozenset[str]:
        """The request headers that are edited on the way to some backend."""
        edits = chain(self.request_edits, chain.from_iterable(share.request_edits for share in self.backends))
        return frozenset(edit.name for edit in edits)


class Redirect(Struct, frozen=True, kw_only=True):
    """Answer with a `Location`: the request's own URL with the parts that are given here replaced.

    Without a `port` a URL of another scheme or host has none, that is the scheme's own, and any other that of `Host`.
    A port that is the scheme's own is not written. `status` is 301, 302, 303, 307 or 308.
    """

    status: int = 302
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path_rewrite: PathRewrite | None = None

    def __post_init__(self) -> None:
        if self.status not in {301, 302, 303, 307, 308}:
            raise ValueError(f"not a status of a redirect: {self.status}")
        if self.scheme is not None and self.scheme != self.scheme.lower():
            raise ValueError(f"a scheme is lower case: {self.scheme!r}")


Target = Forward | Redirect | Respond
"""What a route does where its table continues: proxy, redirect, or an answer of the gateway's own (500, 503, 404)."""


class Route(Located, frozen=True, kw_only=True):
    """A rule of a gateway: whom it means, what it does, and the CORS policy and table that hang on it.

    One without a name, which answers by itself, stands for some of the requests that no route means.
    `response_edits`, of literal values, are made to whatever the target answers, after the backend's and before those
    of the table's row, which alone decides on the headers that it removes or sets.
    `table` None means that no policy applies, which is not the same as an empty table. `around` is the policy whose
    table was composed around that of `policy`.
    """

    name: str
    match: RouteMatch
    target: Target
    response_edits: tuple[Edit, ...] = ()
    table: Table | None = None
    policy: Policy | None = None
    around: Policy | None = None

    def __post_init__(self) -> None:
        check_plain(self.response_edits)
