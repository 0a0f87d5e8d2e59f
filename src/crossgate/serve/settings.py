"""How to serve, as far as it is the user's choice or a bound on waiting. Must not know what is served."""

from msgspec import Struct

from crossgate.xds.address import TcpAddress


class ServeSettings(Struct, frozen=True, kw_only=True):
    """All times in seconds.

    `envoy` is the path of a binary, None: find one. `admin` is where to offer Envoy's admin interface, None: on a
    private socket. `concurrency` is the number of Envoy's worker threads, None: one for each core.
    """

    envoy: str | None = None
    admin: TcpAddress | None = None
    concurrency: int | None = None
    ready_within: float = 60.0
    """Until each listener answers, from the start of Envoy."""
    drain_within: float = 5.0
    """For requests that are under way when the gateway is told to stop."""
    exit_within: float = 5.0
    """For Envoy to exit once it is told to, before it is killed."""
    restart_first: float = 0.1
    restart_longest: float = 30.0
    """The waits before a dead Envoy is started again: doubled from the first to the longest."""
    steady_after: float = 60.0
    """An Envoy that lived this long starts the waits anew."""
