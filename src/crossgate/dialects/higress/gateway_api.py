"""The plugin on HTTPRoutes: Gateways of Higress's class are read as any other's, and get the plugins' policies here.

Rules know an HTTPRoute as they know an Ingress, by its name, and a CORS filter of the route itself stands around the
plugin, as annotations do.
"""

import re
from collections.abc import Sequence
from typing import Final

from crossgate.dialects.higress.chain import SYSTEM_NAMESPACE
from crossgate.dialects.higress.hosts import Draft, Governor
from crossgate.dialects.higress.places import Decided, Service
from crossgate.model.edits import Merge
from crossgate.model.gateway import HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.routes import Forward, Route
from crossgate.records import replace

_ROUTE: Final = re.compile(r"HTTPRoute/(?P<namespace>[^/]+)/(?P<name>[^/#]+)(?:#.*)?")


def governed(listener: Listener, governor: Governor, *, is_emulated: bool) -> Listener:
    """Return a listener of such a Gateway with the plugins' policies on its routes.

    `is_emulated`: a filter around a plugin adds no `Vary` of ours either.
    """
    parted = [replace(host, unmatched=governor.unmatched(host.hostname)) for host in _parted(listener.hosts, governor)]
    hosts = tuple(governor.governed(host, lambda route: _draft(route, is_emulated=is_emulated)) for host in parted)
    return replace(listener, hosts=hosts, unmatched=governor.unmatched(ANY_HOST))


def _parted(hosts: Sequence[HostRoutes], governor: Governor) -> list[HostRoutes]:
    """Return the hosts, and with the same routes those that rules tell apart from them."""
    own = {host.hostname for host in hosts}
    found = list(hosts)
    for name in governor.hostnames():
        wider = min((host for host in hosts if host.hostname.covers(name)), key=_narrowness, default=None)
        if name not in own and wider is not None:
            own.add(name)
            found.append(replace(wider, hostname=name))
    return sorted(found, key=lambda host: (host.hostname.precedence, host.hostname.pattern))


def _narrowness(host: HostRoutes) -> tuple[int, int]:
    return host.hostname.precedence


def _draft(route: Route, *, is_emulated: bool) -> Draft:
    """Return a route as it is before a plugin's policy hangs on it."""
    found = _ROUTE.fullmatch(route.name)
    own = None
    if route.policy is not None and route.table is not None:
        table = route.table
        if is_emulated:
            table = replace(table, every=tuple(edit for edit in table.every if not isinstance(edit, Merge)))
        own = Decided(policy=route.policy, table=table)
    return Draft(
        hostname=ANY_HOST,
        route=route,
        known_as="" if found is None else _known_as(found["namespace"], found["name"]),
        secure_target=route.target,
        services=_services(route),
        annotated=own,
    )


def _known_as(namespace: str, name: str) -> str:
    return name if namespace == SYSTEM_NAMESPACE else f"{namespace}/{name}"


def _services(route: Route) -> tuple[Service, ...]:
    """Return the Services that a route forwards to, as rules name them."""
    if not isinstance(route.target, Forward):
        return ()
    names = [share.backend.name.rpartition(":") for share in route.target.backends if share.backend is not None]
    return tuple(Service(host=f"{name}.svc.cluster.local", port=int(port)) for name, _, port in names)
