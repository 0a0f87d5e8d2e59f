"""What a user can say about how files are to be read."""

from collections.abc import Mapping

from msgspec import Struct, field


class ReadOptions(Struct, frozen=True, kw_only=True):
    """Choices for readers: which dialects, and which versions of their documents they follow, or releases they copy.

    `dialects` empty means all. A dialect is in `documents` or in `emulate`, never in both. `gateway_api` makes
    validation strict for one version of the Gateway API. `without` is for a configuration that is going to be enforced:
    what it asks for and nobody enforces is an error, unless it is named here; None: it is only read, and every such
    thing is a warning. `routers` is, by dialect, the flavour of the router that the gateway is run with.
    `policy_namespace` is the namespace whose policies select objects of every namespace. `trusted_hops` is how many
    proxies stand in front of the listeners and are trusted. `routes_as_announced`: preflights take the routes of the
    requests that they announce, not their own.
    """

    dialects: frozenset[str] = frozenset()
    gateway_api: str | None = None
    documents: Mapping[str, str] = field(default_factory=dict)
    emulate: Mapping[str, str] = field(default_factory=dict)
    routers: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] | None = None
    policy_namespace: str | None = None
    trusted_hops: int = 0
    routes_as_announced: bool = False
