"""The CORS plugins one behind the other: a request passes them in order, its response in the reverse order.

Each has rules of its own; where several are in force at a place, one table is made of theirs.
"""

from msgspec import Struct, field

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.higress.places import Decided, Place, Share
from crossgate.dialects.higress.rules import Rules
from crossgate.model.compose import compose
from crossgate.model.hosts import Hostname


class Plugins(Struct, kw_only=True):
    """The rules of the CORS plugins, in the order in which requests pass them; of each pair one table is made, once."""

    rules: tuple[Rules, ...]
    report: Diagnostics
    _composed: dict[tuple[int, int], tuple[Decided, Decided, Decided]] = field(default_factory=dict)

    def hostnames(self) -> tuple[Hostname, ...]:
        """Return the hostnames that some rule tells apart from wider ones."""
        return tuple(dict.fromkeys(hostname for rules in self.rules for hostname in rules.hostnames()))

    def shares(self, place: Place) -> tuple[Share, ...]:
        """Return what decides at a place."""
        found: tuple[Share, ...] = (Share(decided=None),)
        for rules in reversed(self.rules):
            found = tuple(self._both(outer, inner) for outer in rules.shares(place) for inner in found)
        return found

    def _both(self, outer: Share, inner: Share) -> Share:
        """Return the share of the requests that are in two shares."""
        hosts = (*outer.hosts, *inner.hosts)
        if outer.decided is None or inner.decided is None:
            return Share(hosts=hosts, decided=outer.decided or inner.decided)
        return Share(hosts=hosts, decided=self._stacked(outer.decided, inner.decided))

    def _stacked(self, outer: Decided, inner: Decided) -> Decided:
        key = (id(outer), id(inner))
        if key not in self._composed:
            self._composed[key] = outer, inner, self._composition(outer, inner)
        return self._composed[key][2]

    def _composition(self, outer: Decided, inner: Decided) -> Decided:
        try:
            return Decided(policy=inner.policy, table=compose(outer.table, inner.table))
        except ValueError as error:
            message = (
                f"`{outer.policy.name}` and `{inner.policy.name}` cannot be followed one behind the other: {error}"
            )
            self.report.error("not-supported", message, inner.policy.span, "write one configuration for both")
            return outer
