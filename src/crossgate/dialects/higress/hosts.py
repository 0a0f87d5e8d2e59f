"""Routes under their hosts, in the gateway's order, each with the policy that is in force there.

A plugin's rules know domains, so one route may have other policies under other hosts: every hostname that a rule tells
apart gets a host of its own. This module does not know how an Ingress or a plugin is written.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.higress.places import Decided, Place, Policies, Service, Share
from crossgate.model.compose import compose
from crossgate.model.gateway import NOT_FOUND, HostRoutes, Scheme, Unmatched, arrange
from crossgate.model.hosts import Hostname
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, PathRegex, Route, RouteMatch, Target
from crossgate.model.table import Table
from crossgate.records import replace

_MORE_THAN_ANY: Final = 1000


class Draft(Struct, frozen=True, kw_only=True):
    """A route before a plugin's policy hangs on it, its hostname, and the name that rules know it by.

    `services` is where it goes, `secure_target` what it does with requests that arrive by HTTPS, and `annotated` the
    policy of its own, which stands around a plugin's. A default backend comes after all others of its host.
    """

    hostname: Hostname
    route: Route
    known_as: str
    secure_target: Target
    services: tuple[Service, ...] = ()
    annotated: Decided | None = None
    is_default: bool = False


def arrange_hosts(drafts: Sequence[Draft], governor: "Governor", scheme: Scheme) -> tuple[HostRoutes, ...]:
    """Return the hosts of some routes, for requests that arrive by `scheme`."""
    order = {draft.route.name: (number, draft) for number, draft in enumerate(drafts)}
    is_secure = scheme is Scheme.HTTPS
    hosts = arrange(
        [
            (draft.hostname, replace(draft.route, target=draft.secure_target) if is_secure else draft.route)
            for draft in drafts
        ],
        precedence=lambda hostname, route: _precedence(hostname, route, *order[route.name]),
        falls_back=True,
        unmatched=governor.unmatched,
        apart=governor.hostnames(),
    )
    return tuple(governor.governed(host, lambda route: order[route.name][1]) for host in hosts)


def without_repeats(drafts: Iterable[Draft], report: Diagnostics) -> list[Draft]:
    """Return the routes without those that mean the same requests as one before, which has them."""
    first: dict[tuple[Hostname, RouteMatch, bool], Draft] = {}
    for draft in drafts:
        other = first.setdefault((draft.hostname, draft.route.match, draft.is_default), draft)
        if other is not draft and not draft.is_default:
            message = (
                f"`{draft.route.name}` gets no request: `{other.route.name}`, which goes before it, has the same path"
            )
            related = () if other.route.span is None else (("the one before", other.route.span),)
            report.warning("route-repeated", message, draft.route.span, None, related)
    return list(first.values())


class Governor:
    """Hangs policies on routes; of each pair of policies one table is made, once."""

    def __init__(self, policies: Policies, report: Diagnostics) -> None:
        self._policies = policies
        self._report = report
        self._reported: set[str] = set()
        self._composed: dict[tuple[int, int], tuple[Decided, Decided, Table]] = {}

    def hostnames(self) -> Iterable[Hostname]:
        """Return the hostnames that policies tell apart."""
        return self._policies.hostnames()

    def unmatched(self, hostname: Hostname) -> Unmatched:
        """Return what a request gets that no route of a host means: rules by domain and the default hold there too."""
        *_, last = self._policies.shares(Place(route=None, hostname=hostname))
        return NOT_FOUND if last.decided is None else Unmatched(table=last.decided.table)

    def governed(self, host: HostRoutes, draft_of: Callable[[Route], Draft]) -> HostRoutes:
        """Return a host with the policies that are in force for its routes, and where none of them matches."""
        routes = [
            self._shared(route, share, draft_of(route).annotated)
            for route in host.routes
            for share in self._shares(draft_of(route), host.hostname)
        ]
        if any(_means_all(route.match) for route in host.routes):
            return replace(host, routes=tuple(routes), unmatched=NOT_FOUND)
        return replace(host, routes=(*routes, *self._unmatched_routes(host.hostname)))

    def _unmatched_routes(self, hostname: Hostname) -> Iterator[Route]:
        """Yield nameless routes for those of a host's requests without a route that have a policy of their own."""
        *shares, _ = self._policies.shares(Place(route=None, hostname=hostname))
        everything = RouteMatch(path=PathPrefix(prefix="/", by_element=False))
        for share in shares:
            yield self._shared(Route(name="", match=everything, target=NOT_FOUND.answer), share, None)

    def _shared(self, route: Route, share: Share, annotated: Decided | None) -> Route:
        """Return a route as it is for a share of its requests."""
        if share.hosts:
            hosts = (HeaderMatch(name="host", value=host, is_regex=True) for host in share.hosts)
            route = replace(route, match=replace(route.match, headers=(*route.match.headers, *hosts)))
        inner = share.decided
        if annotated is None or inner is None:
            decided = inner or annotated
            return route if decided is None else replace(route, policy=decided.policy, table=decided.table)
        return replace(route, policy=inner.policy, around=annotated.policy, table=self._both(annotated, inner))

    def _both(self, outer: Decided, inner: Decided) -> Table:
        """Return the table of annotations around a plugin: the gateway runs them first."""
        key = (id(outer), id(inner))
        if key not in self._composed:
            self._composed[key] = outer, inner, compose(outer.table, inner.table)
        return self._composed[key][2]

    def _shares(self, draft: Draft, hostname: Hostname) -> tuple[Share, ...]:
        """Return the plugins' policies of a route under a host; destinations are chosen too late to have one each."""
        services = draft.services or (None,)
        places = [Place(route=draft.known_as, hostname=hostname, service=service) for service in services]
        found = [self._policies.shares(place) for place in places]
        if any(other != found[0] for other in found[1:]) and draft.route.name not in self._reported:
            self._reported.add(draft.route.name)
            self._report.error(
                "not-supported",
                f"the destinations of `{draft.route.name}` have different policies, and a request has one",
                draft.route.span,
                "write a rule for the Ingress, or one for all of its services",
            )
        return found[0]


def _precedence(hostname: Hostname, route: Route, number: int, draft: Draft) -> tuple[Any, ...]:
    """Return the key to sort by.

    The narrower host first; a default backend last, before it `/` without conditions; exact paths before prefixes, and
    these before expressions; the longer one first; then the fewer methods, the more headers, the more parameters.
    """
    match route.match.path:
        case ExactPath(path=path):
            kind, length = 0, len(path)
        case PathPrefix(prefix=prefix):
            kind, length = 1, len(prefix)
        case PathRegex(pattern=pattern):
            kind, length = 2, len(pattern)
    match = route.match
    last = 2 if draft.is_default else 1 if _means_all(replace(match, hostname=None)) else 0
    methods = len(match.methods) or _MORE_THAN_ANY
    return (*hostname.precedence, last, kind, -length, methods, -len(match.headers), -len(match.query), number)


def _means_all(match: RouteMatch) -> bool:
    """Say whether a route means every request for its host."""
    return match == RouteMatch(path=PathPrefix(prefix="/", by_element=True))
