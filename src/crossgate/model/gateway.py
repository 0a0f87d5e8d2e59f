"""The whole configuration of the gateways: listeners, their hosts, and the routes of each in order of precedence.

Precedence is worked out here, once; the engine takes the first route that matches, and so does Envoy.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Any, Final

from crossgate.model.attachments import NO_ATTACHMENTS, Attachments
from crossgate.model.host_index import HostIndex
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.path_tree import PathTree, path_tree
from crossgate.model.routes import Route
from crossgate.model.table import Respond, Table
from crossgate.source import Span

_COPIES_AT_MOST: Final = 100_000
"""How many routes may stand under hostnames that are not their own, so that a host has a list of its own to search."""

_EMPTY_404 = Respond(status=404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """What a request gets that no route means: the gateway's answer, and the table that may stand before it."""

    answer: Respond = _EMPTY_404
    table: Table | None = None


NOT_FOUND = Unmatched()


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRoutes:
    """The routes that a hostname's requests are tried against, first match first.

    `tree` has the same routes by path, where they are many.
    """

    hostname: Hostname
    routes: tuple[Route, ...]
    unmatched: Unmatched = NOT_FOUND
    tree: PathTree | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", path_tree(self.routes))


class Scheme(StrEnum):
    """What a listener speaks."""

    HTTP = "http"
    HTTPS = "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate chain and its private key, both PEM, for TLS clients that ask for one of some server names.

    A name is exact or begins with `*.`, in lower case; without names it is for every client that no other is for.
    """

    names: tuple[str, ...]
    chain: str
    private_key: str = field(repr=False)
    span: Span | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A named place that requests arrive at, on a port that other listeners may share.

    `unmatched` answers for hosts that no entry of `hosts` means. One that speaks HTTPS has certificates.
    """

    name: str
    port: int
    hosts: tuple[HostRoutes, ...]
    scheme: Scheme = Scheme.HTTP
    certificates: tuple[Certificate, ...] = ()
    unmatched: Unmatched = NOT_FOUND
    span: Span | None = None

    def __post_init__(self) -> None:
        if (self.scheme is Scheme.HTTPS) is not bool(self.certificates):
            raise ValueError(f"listener {self.name} speaks {self.scheme} with {len(self.certificates)} certificates")
        if len({host.hostname for host in self.hosts}) != len(self.hosts):
            raise ValueError(f"a hostname of listener {self.name} stands twice")


@dataclass(frozen=True, kw_only=True)
class GatewayConfig:
    """All listeners, in the order of the configuration, and the account of which policies are at which routes."""

    listeners: tuple[Listener, ...]
    attachments: Attachments = field(default=NO_ATTACHMENTS, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [listener.name for listener in self.listeners]
        if len(set(names)) != len(names):
            raise ValueError(f"listener names are not unique: {names}")

    @cached_property
    def ports(self) -> dict[int, tuple[Listener, ...]]:
        """The listeners of each port, which share its socket."""
        ports: dict[int, tuple[Listener, ...]] = {}
        for listener in self.listeners:
            ports[listener.port] = (*ports.get(listener.port, ()), listener)
        return ports

    @cached_property
    def hosts(self) -> dict[int, HostIndex[tuple[Listener, HostRoutes]]]:
        """The hosts of each port, with their listener."""
        return {
            port: HostIndex((host.hostname, (listener, host)) for listener in listeners for host in listener.hosts)
            for port, listeners in self.ports.items()
        }

    def routes(self) -> Iterable[Route]:
        """Yield every route once for each host that it stands under."""
        return (route for listener in self.listeners for host in listener.hosts for route in host.routes)


def arrange(
    routes: Sequence[tuple[Hostname, Route]],
    *,
    precedence: Callable[[Hostname, Route], Any],
    falls_back: bool,
    unmatched: Callable[[Hostname], Unmatched] = lambda _: NOT_FOUND,
    apart: Iterable[Hostname] = (),
) -> tuple[HostRoutes, ...]:
    """Group routes by hostname and put each group into the gateway's order.

    `falls_back`: a request that no route of its own hostname means goes on to the routes of wider hostnames;
    these are then copied under it, where `precedence` puts them (a key to sort by, smaller first). `apart` are
    hostnames that get a group even where no route has them. Where copies would be very many, and all hostnames answer
    alike what no route means, all routes stand under any host instead, each with its own hostname.
    """
    by_hostname: dict[Hostname, list[tuple[Hostname, Route]]] = {hostname: [] for hostname in apart}
    for hostname, route in routes:
        by_hostname.setdefault(hostname, []).append((hostname, route))
    index = HostIndex(by_hostname.items())
    if falls_back and _copies(by_hostname, index) > max(_COPIES_AT_MOST, len(routes)):
        answers = [unmatched(hostname) for hostname in by_hostname]
        if all(answer == answers[0] for answer in answers):
            ordered = sorted(routes, key=lambda pair: precedence(*pair))
            everywhere = tuple(_under(ANY_HOST, hostname, route) for hostname, route in ordered)
            return (HostRoutes(hostname=ANY_HOST, routes=everywhere, unmatched=answers[0]),)
    arranged = []
    for own in sorted(by_hostname, key=lambda name: (name.precedence, name.pattern)):
        candidates = list(by_hostname[own])
        if falls_back:
            candidates += chain.from_iterable(index.wider(own))
        candidates.sort(key=lambda pair: precedence(*pair))
        arranged.append(
            HostRoutes(
                hostname=own,
                routes=tuple(_under(own, hostname, route) for hostname, route in candidates),
                unmatched=unmatched(own),
            )
        )
    return tuple(arranged)


def _copies(by_hostname: Mapping[Hostname, Sequence[tuple[Hostname, Route]]], index: HostIndex[Any]) -> int:
    """Count how many routes stand under other hostnames than their own."""
    return sum(len(routes) for own in by_hostname for routes in index.wider(own))


def _under(own: Hostname, hostname: Hostname, route: Route) -> Route:
    """Return a route as it stands under another hostname than its own."""
    if hostname.covers(own):
        return route
    return replace(route, match=replace(route.match, hostname=hostname))
