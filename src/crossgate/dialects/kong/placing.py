"""Routes at a listener: what was read of them becomes routes of the model, with the table of the plugin in force."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from crossgate.dialects.kong.answers import NO_SERVICE
from crossgate.dialects.kong.behaviour import table, unmatched_table
from crossgate.dialects.kong.names import Flavour
from crossgate.dialects.kong.plugins import GLOBAL, Instance, Scope, in_force
from crossgate.dialects.kong.precedence import Key
from crossgate.dialects.kong.protocols import Branch
from crossgate.dialects.kong.router import Matched, Place, matches
from crossgate.dialects.kong.routes import ReadRoute
from crossgate.dialects.kong.services import Service
from crossgate.model.hosts import Hostname
from crossgate.model.routes import Forward, Route, Target
from crossgate.model.table import Table
from crossgate.records import replace


class Placed(Struct, frozen=True, kw_only=True):
    """A route of the model, the hostname that it stands under, and the key that it is sorted by."""

    hostname: Hostname
    route: Route
    key: Key


class Placer:
    """Puts the routes of one gateway at its listeners; each instance of the plugin is made a table of once."""

    def __init__(self, plugins: Mapping[Scope, Instance], flavour: Flavour) -> None:
        self._plugins = plugins
        self._flavour = flavour
        self._tables: dict[int, Table] = {}
        self._global = plugins.get(GLOBAL)
        self.unmatched = None if self._global is None else unmatched_table(self._global.policy, self._global.switches)
        """The table of what is answered before plugins of routes and services run, and where no route matches."""

    def has_policy(self, read: ReadRoute) -> bool:
        """Say whether some instance of the plugin is in force at a route."""
        return in_force(read.entity, self._plugins) is not None

    def place(self, read: ReadRoute, place: Place) -> Iterator[Placed]:
        """Yield the routes of the model that a route is at a listener."""
        entity = read.entity
        path = "" if read.service is None else read.service.path
        for matched in matches(read.criteria, self._flavour, place, route_id=entity.id, service_path=path):
            target = _target(read.service, matched, keeps_host=read.keeps_host)
            for number, branch in enumerate(read.protocols.branches(place.scheme, target)):
                route = self._route(read, matched, branch)
                yield Placed(hostname=matched.hostname, route=route, key=(*matched.priority, number))

    def _route(self, read: ReadRoute, matched: Matched, branch: Branch) -> Route:
        entity = read.entity
        instance = in_force(entity, self._plugins) if branch.runs_plugins else self._global
        decisions = None if instance is None else self._table(instance)
        match = matched.match
        if branch.headers:
            match = replace(match, headers=(*match.headers, *branch.headers))
        return Route(
            name=f"Route/{entity.name or entity.id}",
            match=match,
            target=branch.target,
            policy=None if instance is None else instance.policy,
            table=decisions if branch.runs_plugins else self.unmatched,
            span=entity.span,
        )

    def _table(self, instance: Instance) -> Table:
        found = self._tables.get(id(instance))
        if found is None:
            found = self._tables[id(instance)] = table(instance.policy, instance.switches)
        return found


def _target(service: Service | None, matched: Matched, *, keeps_host: bool) -> Target:
    if service is None:
        return NO_SERVICE
    if isinstance(service.target, Forward):
        target = replace(service.target, path_rewrite=matched.rewrite)
        if not keeps_host:
            return target
        shares = tuple(replace(share, host_rewrite=None) for share in target.backends)
        return replace(target, host_rewrite=None, backends=shares)
    return service.target
