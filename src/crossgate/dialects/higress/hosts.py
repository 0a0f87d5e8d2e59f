"""Routes under their hosts, in the gateway's order, each with the policy that is in force there.

A plugin's rules know domains, so one route may have other policies under other hosts: every hostname that a rule tells
apart gets a host of its own. This module does not know how an Ingress or a plugin is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.higress.places import Place, Policies, Service, Share
from crossgate.model.gateway import NOT_FOUND, HostRoutes, Unmatched, arrange
from crossgate.model.hosts import Hostname
from crossgate.model.routes import ExactPath, HeaderMatch, PathPrefix, PathRegex, Route, RouteMatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A route before a policy hangs on it, its hostname, the name that rules know it by, and where it goes."""

    hostname: Hostname
    route: Route
    known_as: str
    services: tuple[Service, ...] = ()


def arrange_hosts(drafts: Sequence[Draft], policies: Policies, report: Diagnostics) -> tuple[HostRoutes, ...]:
    """Return the hosts of some routes."""
    order = {draft.route.name: (number, draft) for number, draft in enumerate(drafts)}
    hosts = arrange(
        [(draft.hostname, draft.route) for draft in drafts],
        precedence=lambda hostname, route: (*_precedence(hostname, route), order[route.name][0]),
        falls_back=True,
        unmatched=lambda hostname: unmatched(hostname, policies),
        apart=policies.hostnames(),
    )
    reported: set[str] = set()

    def governed(host: HostRoutes, route: Route) -> Iterator[Route]:
        for share in _shares(order[route.name][1], host.hostname, policies, reported, report):
            yield _governed(route, share)

    return tuple(
        replace(
            host,
            routes=tuple(
                chain(
                    (one for route in host.routes for one in governed(host, route)),
                    () if _is_full(host) else _unmatched_routes(host.hostname, policies),
                )
            ),
            unmatched=NOT_FOUND if _is_full(host) else host.unmatched,
        )
        for host in hosts
    )


def unmatched(hostname: Hostname, policies: Policies) -> Unmatched:
    """Return what a request gets that no route of a host means: rules by domain and the default hold there too."""
    *_, last = policies.shares(Place(route=None, hostname=hostname))
    return NOT_FOUND if last.decided is None else Unmatched(table=last.decided.table)


def _unmatched_routes(hostname: Hostname, policies: Policies) -> Iterator[Route]:
    """Yield nameless routes for those of a host's requests without a route that have a policy of their own."""
    *shares, _ = policies.shares(Place(route=None, hostname=hostname))
    for share in shares:
        everything = Route(
            name="", match=RouteMatch(path=PathPrefix(prefix="/", by_element=False)), target=NOT_FOUND.answer
        )
        yield _governed(everything, share)


def _governed(route: Route, share: Share) -> Route:
    """Return a route as it is for a share of its requests."""
    if share.hosts:
        hosts = (HeaderMatch(name="host", value=host, is_regex=True) for host in share.hosts)
        route = replace(route, match=replace(route.match, headers=(*route.match.headers, *hosts)))
    decided = share.decided
    return route if decided is None else replace(route, policy=decided.policy, table=decided.table)


def _shares(
    draft: Draft, hostname: Hostname, policies: Policies, reported: set[str], report: Diagnostics
) -> tuple[Share, ...]:
    """Return the policies of a route under a host; its destinations are chosen too late to have one each."""
    places = [Place(route=draft.known_as, hostname=hostname, service=service) for service in draft.services or (None,)]
    found = [policies.shares(place) for place in places]
    if any(other != found[0] for other in found) and draft.route.name not in reported:
        reported.add(draft.route.name)
        report.error(
            "not-supported",
            f"the destinations of `{draft.route.name}` have different policies, and a request has one",
            draft.route.span,
            "write a rule for the Ingress, or one for all of its services",
        )
    return found[0]


def _precedence(hostname: Hostname, route: Route) -> tuple[Any, ...]:
    """Return the key to sort by: the narrower host first, exact paths before prefixes, the longer one first."""
    match route.match.path:
        case ExactPath(path=path):
            kind, length = 0, len(path)
        case PathPrefix(prefix=prefix):
            kind, length = 1, len(prefix)
        case PathRegex(pattern=pattern):
            kind, length = 2, len(pattern)
    return (*hostname.precedence, kind, -length)


def _is_full(host: HostRoutes) -> bool:
    """Say whether some route means every request for its host."""
    everything = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
    return any(route.match == everything for route in host.routes)
