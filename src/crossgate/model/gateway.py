"""The whole configuration of the gateways: listeners, their hosts, and the routes of each in order of precedence.

Precedence is worked out here, once; the engine takes the first route that matches, and so does Envoy.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Final

from crossgate.model.attachments import NO_ATTACHMENTS, Attachments
from crossgate.model.handshakes import Handshakes
from crossgate.model.host_index import HostIndex
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.listeners import NOT_FOUND, Certificate, HostRoutes, Listener, Scheme, Unmatched
from crossgate.model.routes import Route
from crossgate.records import replace

__all__ = ("NOT_FOUND", "Certificate", "GatewayConfig", "HostRoutes", "Listener", "Scheme", "Unmatched", "arrange")

_COPIES_AT_MOST: Final = 100_000
"""How many routes may stand under hostnames that are not their own, so that a host has a list of its own to search."""


@dataclass(frozen=True, kw_only=True)
class GatewayConfig:
    """All listeners, in the order of the configuration, and the account of which policies are at which routes."""

    listeners: tuple[Listener, ...]
    attachments: Attachments = field(default=NO_ATTACHMENTS, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [listener.name for listener in self.listeners]
        if len(set(names)) != len(names):
            raise ValueError(f"listener names are not unique: {names}")
        for port, listeners in self.ports.items():
            if len({listener.scheme for listener in listeners}) > 1:
                raise ValueError(f"listeners of port {port} speak different protocols")
        if len({listener.trusted_hops for listener in self.listeners}) > 1:
            raise ValueError("listeners trust different numbers of proxies")

    @property
    def trusted_hops(self) -> int:
        """How many proxies in front are trusted, of all listeners alike."""
        return self.listeners[0].trusted_hops if self.listeners else 0

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

    @cached_property
    def handshakes(self) -> dict[int, Handshakes]:
        """The TLS handshakes of each port that has some."""
        secure = {port: found for port, found in self.ports.items() if found[0].scheme is Scheme.HTTPS}
        return {port: Handshakes(listeners) for port, listeners in secure.items()}

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
    hostnames that get a group even where no route has them. Where copies would be very many, none stands apart, and all
    hostnames answer alike what no route means, all routes stand under any host instead, each with its own hostname.
    """
    by_hostname: dict[Hostname, list[tuple[Hostname, Route]]] = {hostname: [] for hostname in apart}
    has_apart = bool(by_hostname)
    for hostname, route in routes:
        by_hostname.setdefault(hostname, []).append((hostname, route))
    index = HostIndex(by_hostname.items())
    if falls_back and not has_apart and _copies(by_hostname, index) > max(_COPIES_AT_MOST, len(routes)):
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
