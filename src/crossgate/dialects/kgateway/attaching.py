"""Which listeners an HTTPRoute attaches to, and under which hostnames.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#parentreference and #listener. A route that attaches nowhere is
told, and harms no other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.gateways import GatewayListener
from crossgate.dialects.kgateway.hostnames import intersection
from crossgate.dialects.kgateway.parents import ParentRef
from crossgate.dialects.kgateway.routes import HttpRoute
from crossgate.model.hosts import Hostname

_UNATTACHED = "route-not-attached"

Place = tuple[GatewayListener, Hostname]
"""A listener, and the names under which a route is there."""


class Attaching:
    """The listeners of all Gateways, found by what refers to them."""

    def __init__(self, listeners: Iterable[GatewayListener], cluster: Cluster, report: Diagnostics) -> None:
        self._cluster = cluster
        self._report = report
        self._of: defaultdict[tuple[str, str, str], list[GatewayListener]] = defaultdict(list)
        for listener in listeners:
            owner = listener.place.owner
            self._of[owner.kind, owner.namespace, owner.name].append(listener)

    def places(self, route: HttpRoute) -> Iterator[Place]:
        """Yield where a route attaches to, each place once."""
        yield from dict.fromkeys(place for parent in route.parents for place in self._places(route, parent))

    def _places(self, route: HttpRoute, parent: ParentRef) -> Iterator[Place]:
        if parent.is_route:
            return
        if not parent.has_listeners:
            message = f"`{route.source.label}` is not attached: parents of kind `{parent.kind}` are not served"
            self._report.warning(_UNATTACHED, message, parent.name.span)
            return
        gateway = self._of.get((parent.kind, parent.namespace, parent.name.value), [])
        named = [
            listener
            for listener in gateway
            if (parent.section is None or listener.name == parent.section.value)
            and (parent.port is None or listener.port == parent.port.value)
        ]
        admitting = [listener for listener in named if listener.admission.admits(route.source.namespace, self._cluster)]
        is_attached = False
        for listener in admitting:
            for wish in route.hostnames:
                hostname = intersection(listener.hostname, wish)
                if hostname is not None:
                    is_attached = True
                    yield listener, hostname
        if not is_attached:
            self._say_why(route, parent, named, admitting)

    def _say_why(
        self, route: HttpRoute, parent: ParentRef, named: list[GatewayListener], admitting: list[GatewayListener]
    ) -> None:
        label, hint = parent.label, None
        if not named:
            reason, hint = f"the files hold no such listener of `{label}`", f"add the {parent.kind}'s manifest"
        elif not admitting:
            reason = f"`{label}` does not admit routes of namespace `{route.source.namespace}`"
            hint = "set `allowedRoutes: {namespaces: {from: All}}` at its listener"
            if any(listener.admission.selector is not None for listener in named):
                hint = "its labels are those of its manifest; add it to the files"
        else:
            reason = f"no hostname is both the route's and a listener's of `{label}`"
        related = tuple(("this listener", listener.span) for listener in named)
        message = f"`{route.source.label}` is not attached: {reason}"
        self._report.warning(_UNATTACHED, message, parent.name.span, hint, related)
