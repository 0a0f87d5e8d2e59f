"""Routes hung on the hosts of listeners, in the order in which the gateway tries them.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule for the order, and kgateway for listeners that
share a port: for HTTP they are one place, in which a host belongs to the listener of the most specific hostname; for
HTTPS each is a place of its own, which the name that the client asks for has chosen before any request.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.kgateway.attachment import Attached, Attachments, Failure
from crossgate.dialects.kgateway.flattening import Flat
from crossgate.dialects.kgateway.gateways import GatewayListener
from crossgate.dialects.kgateway.matches import precedence
from crossgate.dialects.kgateway.places import RulePlace
from crossgate.dialects.kgateway.routes import HttpRoute
from crossgate.model.gateway import HostRoutes, Listener, Scheme, Unmatched, arrange
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import Route
from crossgate.model.table import Respond
from crossgate.records import replace

_FAILED = Respond(status=500)
_APART = (
    "in a cluster each Gateway has an address of its own; here run the files of each by themselves, one of them with "
    "`--listen`"
)
_NEWEST = "~"
"""Stands for the age of an object that no cluster has yet: it would be created last."""

Hung = tuple[tuple[Any, ...], Flat]
"""A match of a rule, and its place in the order of its host."""


class Hanging:
    """The hosts of all listeners, while routes are hung on them."""

    def __init__(
        self,
        listeners: Iterable[GatewayListener],
        attachments: Attachments,
        report: Diagnostics,
        *,
        is_emulated: bool = False,
    ) -> None:
        self._attachments = attachments
        self._is_emulated = is_emulated
        self._report = report
        self._speaking: dict[int, GatewayListener] = {}
        self._all = list(listeners)
        self._listeners = [found for found in self._all if found.is_served and self._can_speak(found)]
        self._claimed: dict[tuple[int, Hostname], GatewayListener] = {}
        self._hung: defaultdict[GatewayListener, dict[Hostname, dict[Flat, Hung]]] = defaultdict(dict)
        self._attached: dict[tuple[RulePlace, GatewayListener], Attached] = {}
        self._owners: dict[tuple[str, str, int, Hostname], GatewayListener] = {}
        self._sharing: defaultdict[tuple[str, str, int], list[GatewayListener]] = defaultdict(list)
        for listener in self._listeners:
            self._say_what_is_shared(listener)
            self._sharing[_socket(listener)].append(listener)

    def hang(self, route: HttpRoute, flats: list[Flat], listener: GatewayListener, hostname: Hostname) -> None:
        """Hang the rules of a route on a host of a listener."""
        if not listener.is_served:
            return
        owner = self._owner(listener, hostname)
        if owner is not listener and listener.scheme is Scheme.HTTPS:
            message = f"`{route.source.label}` is not reached at `{listener.label}` as `{hostname.pattern}`"
            hint = f"clients that ask for that name get `{owner.label}`"
            related = (("this listener", owner.span),)
            self._report.warning("route-not-attached", message, route.source.name_span, hint, related)
            return
        hung = self._hung[owner].setdefault(hostname, {})
        for number, flat in enumerate(flats):
            hung[flat] = (_order(route, flat, number), flat)

    def listeners(self) -> Iterator[Listener]:
        """Yield the listeners that are served, with their routes."""
        served = set(self._listeners)
        for listener in self._all:
            failure = self._attachments.failure(listener.place)
            if listener not in served:
                continue
            made = Listener(
                name=listener.label,
                port=listener.port,
                span=listener.span,
                scheme=listener.scheme,
                certificates=listener.certificates,
                hosts=self._hosts(listener),
            )
            yield _failing(made, failure)

    def _can_speak(self, listener: GatewayListener) -> bool:
        """Say whether a listener can share the port of those before it, which may be of other Gateways."""
        first = self._speaking.setdefault(listener.port, listener)
        if first.scheme is listener.scheme:
            return True
        message = f"`{listener.label}` is not served: on port {listener.port} `{first.label}` speaks {first.scheme}"
        self._conflict(message, listener, first)
        return False

    def _say_what_is_shared(self, listener: GatewayListener) -> None:
        """Warn of a listener whose hosts are also another Gateway's, which has a port of the same number."""
        for first in self._listeners:
            if first is listener:
                return
            same = first.port == listener.port and first.hostname.overlaps(listener.hostname)
            if same and first.gateway is not listener.gateway:
                message = f"`{listener.label}` shares port {listener.port} with `{first.label}` of another Gateway"
                related = (("this listener", first.span),)
                self._report.warning("gateways-share-port", message, listener.span, _APART, related)
                return

    def _can_claim(self, hostname: Hostname, listener: GatewayListener) -> bool:
        """Say whether a listener is the first one of its port, of whatever Gateway, that answers for a host."""
        first = self._claimed.setdefault((listener.port, hostname), listener)
        if first is listener:
            return True
        message = (
            f"`{listener.label}` does not answer for host `{hostname.pattern}`: `{first.label}` does on port "
            f"{listener.port}"
        )
        self._conflict(message, listener, first)
        return False

    def _conflict(self, message: str, listener: GatewayListener, first: GatewayListener) -> None:
        related = (("the other listener", first.span),)
        Contained(self._report).error("listener-conflict", message, listener.span, _APART, related)

    def _owner(self, listener: GatewayListener, hostname: Hostname) -> GatewayListener:
        """Return the listener of a socket that a host belongs to."""
        key = (*_socket(listener), hostname)
        if key not in self._owners:
            covering = [found for found in self._sharing[_socket(listener)] if found.hostname.covers(hostname)]
            by_length = self._is_emulated and listener.scheme is Scheme.HTTP
            self._owners[key] = min(covering, key=_length if by_length else lambda found: found.hostname.precedence)
        return self._owners[key]

    def _hosts(self, listener: GatewayListener) -> tuple[HostRoutes, ...]:
        routes: list[tuple[Hostname, Route]] = []
        for hostname, hung in self._hung[listener].items():
            if not self._can_claim(hostname, listener):
                continue
            ordered = [flat for _, flat in sorted(hung.values(), key=lambda found: found[0])]
            if not self._report.has_errors:
                self._say_what_is_shadowed(hostname, ordered)
            routes += [(hostname, self._route(flat, listener)) for flat in ordered]
        return arrange(routes, precedence=lambda *_: 0, falls_back=False)

    def _route(self, flat: Flat, listener: GatewayListener) -> Route:
        key = (flat.place, listener)
        if key not in self._attached:
            self._attached[key] = self._attachments.on(flat.place, listener.place)
        found, match = self._attached[key], flat.match.match
        self._attachments.record(flat.place, listener.place, flat.match.name)
        return Route(
            name=flat.match.name,
            match=match,
            target=_FAILED if found.fails else flat.action.target(match.path, listener.port, listener.scheme),
            response_edits=() if found.fails else flat.action.response_edits,
            policy=found.policy,
            table=found.table,
            span=flat.match.span,
        )

    def _say_what_is_shadowed(self, hostname: Hostname, ordered: list[Flat]) -> None:
        """Warn of every match that another one, which is tried before it, means as well."""
        first: dict[object, Flat] = {}
        for flat in ordered:
            earlier = first.setdefault(flat.match.match, flat)
            if earlier is not flat:
                message = (
                    f"`{flat.match.name}` is never reached at `{hostname.pattern}`: another route matches the same"
                )
                related = (("this one is tried first", earlier.match.span),)
                self._report.warning("route-shadowed", message, flat.match.span, None, related)


def _socket(listener: GatewayListener) -> tuple[str, str, int]:
    return listener.gateway.namespace, listener.gateway.name, listener.port


def _length(listener: GatewayListener) -> tuple[int, int]:
    """Return a key to sort by as releases do: of hostnames as long as each other, `*.x` and `a.x`, the first counts."""
    pattern = listener.hostname.pattern
    return 0, (0 if pattern == ANY_HOST.pattern else -len(pattern))


def _order(route: HttpRoute, flat: Flat, number: int) -> tuple[Any, ...]:
    """Return a key to sort by: the match, then the age and name of the attached route and of the delegated one."""
    return (
        *precedence(flat.match.match, flat.match.length),
        *((source.created or _NEWEST, f"{source.namespace}/{source.name}") for source in (route.source, flat.source)),
        number,
    )


def _failing(listener: Listener, failure: Failure) -> Listener:
    """Return a listener with what a policy on it makes fail answered 500."""
    if failure is Failure.NOTHING:
        return listener
    answer = Unmatched(answer=_FAILED)
    if failure is Failure.EVERYTHING:
        return replace(listener, hosts=(), unmatched=answer)
    return replace(listener, hosts=tuple(replace(host, routes=(), unmatched=answer) for host in listener.hosts))
