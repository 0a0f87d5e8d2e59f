"""The xDS resource types Crossgate delivers, and the order in which they may change.

Must not know what stands in a resource.
"""

from collections.abc import Iterable, Iterator
from typing import Final

TYPE_PREFIX: Final = "type.googleapis.com/"

CLUSTER: Final = TYPE_PREFIX + "envoy.config.cluster.v3.Cluster"
ENDPOINT: Final = TYPE_PREFIX + "envoy.config.endpoint.v3.ClusterLoadAssignment"
SECRET: Final = TYPE_PREFIX + "envoy.extensions.transport_sockets.tls.v3.Secret"
LISTENER: Final = TYPE_PREFIX + "envoy.config.listener.v3.Listener"
SCOPED_ROUTE: Final = TYPE_PREFIX + "envoy.config.route.v3.ScopedRouteConfiguration"
ROUTE: Final = TYPE_PREFIX + "envoy.config.route.v3.RouteConfiguration"
VIRTUAL_HOST: Final = TYPE_PREFIX + "envoy.config.route.v3.VirtualHost"

UPDATE_ORDER: Final = (CLUSTER, ENDPOINT, SECRET, LISTENER, SCOPED_ROUTE, ROUTE, VIRTUAL_HOST)
"""Make before break: what is referred to arrives before what refers to it (xDS protocol, *eventual consistency*)."""

WILDCARD_TYPES: Final = frozenset({CLUSTER, LISTENER})
"""The types of which a client may ask for everything by naming nothing (xDS protocol, *legacy wildcard*)."""


def in_update_order(type_urls: Iterable[str]) -> Iterator[str]:
    """Yield the types in the order of their updates; those without a place in it come last, by name."""
    present = set(type_urls)
    yield from (type_url for type_url in UPDATE_ORDER if type_url in present)
    yield from sorted(present.difference(UPDATE_ORDER))


def message_name(type_url: str) -> str:
    """Return the name of the protobuf message that a type URL stands for."""
    return type_url.removeprefix(TYPE_PREFIX)
