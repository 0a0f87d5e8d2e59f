"""Match rules: which configuration of a plugin holds at a place.

Rules are walked in the order of their list and the first one that means the place decides; its configuration replaces
the default whole. A rule names routes, with services both must agree; or else domains, or services, or beginnings of
routes' names, in this order: of these kinds only one counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import Struct

from crossgate.dialects.higress.domains import Domain, Extent
from crossgate.dialects.higress.places import Decided, Place, Service, Share
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.policy import Policy


class Rule(Struct, frozen=True, kw_only=True):
    """Whom a rule names, and what it decides; only what counts is kept of what it names."""

    decided: Decided
    routes: frozenset[str] = frozenset()
    domains: tuple[Domain, ...] = ()
    services: frozenset[str] = frozenset()
    beginnings: tuple[str, ...] = ()

    def extent(self, place: Place) -> Extent:
        """Say how many of the requests at a place are meant."""
        if self.domains:
            extents = [domain.extent(place.hostname) for domain in self.domains]
            return Extent.ALL if Extent.ALL in extents else Extent.SOME if Extent.SOME in extents else Extent.NONE
        return Extent.ALL if self._names_route(place) else Extent.NONE

    def _names_route(self, place: Place) -> bool:
        if self.routes and place.route not in self.routes:
            return False
        if self.beginnings:
            return place.route is not None and place.route.startswith(self.beginnings)
        return not self.services or not self.services.isdisjoint(names_of(place.service))


def names_of(service: Service | None) -> tuple[str, ...]:
    """Return the names that rules have for a service."""
    return () if service is None else (service.host, f"{service.host}:{service.port}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one plugin, and its default, with an index of the rules that can mean a place.

    Of what is indexed by domain, a host is looked up with every end of it; beginnings of hosts are tried one by one.
    """

    rules: tuple[Rule, ...]
    default: Decided | None = None
    _indexed: dict[str, list[int]] = field(init=False, repr=False, compare=False)
    _others: list[int] = field(init=False, repr=False, compare=False)
    _domains: list[int] = field(init=False, repr=False, compare=False)
    _apart: frozenset[Hostname] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        indexed, others = defaultdict[str, list[int]](list), list[int]()
        for position, rule in enumerate(self.rules):
            keys = _keys(rule)
            if keys is None:
                others.append(position)
            for key in keys or ():
                indexed[key].append(position)
        object.__setattr__(self, "_indexed", dict(indexed))
        object.__setattr__(self, "_others", others)
        object.__setattr__(self, "_domains", [position for position, rule in enumerate(self.rules) if rule.domains])
        object.__setattr__(self, "_apart", frozenset(self.hostnames()))

    def hostnames(self) -> Iterator[Hostname]:
        """Yield the hostnames that a rule tells apart from wider ones; any host, where it has none for its domain."""
        for domain in (domain for rule in self.rules for domain in rule.domains if not domain.is_nobodys):
            yield domain.hostname or ANY_HOST

    def policies(self) -> tuple[Policy, ...]:
        """Return the policies of all rules, and of the default."""
        found = [rule.decided for rule in self.rules] + ([] if self.default is None else [self.default])
        return tuple(decided.policy for decided in found)

    def shares(self, place: Place) -> tuple[Share, ...]:
        """Return what holds at a place: for all requests, or after what holds for those for some hosts only."""
        found: list[Share] = []
        for rule, extent in self._meaning(place, self._candidates(place)):
            if extent is Extent.ALL:
                return (*found, Share(decided=rule.decided))
            found += self._some(rule, place)
        return (*found, Share(decided=self.default))

    def meaning(self, place: Place) -> Iterator[tuple[Rule, Extent]]:
        """Yield the rules that mean requests at a place, in their order, and whether all of them."""
        narrower = () if place.hostname.is_exact else self._domains
        yield from self._meaning(place, (*self._candidates(place), *narrower))

    def _meaning(self, place: Place, candidates: Iterable[int]) -> Iterator[tuple[Rule, Extent]]:
        for position in sorted(set(candidates)):
            rule = self.rules[position]
            extent = rule.extent(place)
            if extent is not Extent.NONE:
                yield rule, extent

    def _candidates(self, place: Place) -> Iterator[int]:
        """Yield the rules that may decide at a place; those for narrower hostnames are asked under these."""
        keys = [] if place.route is None else [_key("route", place.route)]
        keys += [_key("service", name) for name in names_of(place.service)]
        keys += [_key("domain", end) for end in _ends(place.hostname.pattern)]
        for key in keys:
            yield from self._indexed.get(key, ())
        yield from self._others

    def _some(self, rule: Rule, place: Place) -> Iterator[Share]:
        """Yield a share for the hosts of a rule, unless they have hostnames of their own that are asked before."""
        told = [domain for domain in rule.domains if domain.extent(place.hostname) is not Extent.NONE]
        left = [domain.expression() for domain in told if not self._is_asked_before(domain, place.hostname)]
        if left:
            yield Share(hosts=("|".join(f"(?:{text})" for text in left),), decided=rule.decided)

    def _is_asked_before(self, domain: Domain, hostname: Hostname) -> bool:
        own = domain.hostname
        return own is not None and own in self._apart and own.precedence < hostname.precedence


def _keys(rule: Rule) -> list[str] | None:
    """Return the keys under which the places of a rule look it up; None: each has to try it."""
    if rule.domains:
        hostnames = [domain.hostname for domain in rule.domains if not domain.is_nobodys]
        is_indexed = all(found is not None and not found.pattern.endswith(".*") for found in hostnames)
        return [_key("domain", found.pattern) for found in hostnames if found is not None] if is_indexed else None
    if rule.beginnings:
        return None
    return [_key("route" if rule.routes else "service", name) for name in rule.routes or rule.services]


def _key(kind: str, name: str) -> str:
    return f"{kind} {name}"


def _ends(host: str) -> Iterator[str]:
    """Yield the domains of these forms that mean a host: itself, what it ends with, any."""
    yield host
    yield "*"
    dot = host.find(".")
    while dot >= 0:
        yield f"*{host[dot:]}"
        dot = host.find(".", dot + 1)
