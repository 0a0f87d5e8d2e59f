"""ListenerSets: listeners that others add to a Gateway, where it lets them.

Source: https://gateway-api.sigs.k8s.io/geps/gep-1713/. A Gateway's own listeners come first, then those of its sets,
the oldest set first, then by name. One that conflicts with an earlier listener of its port is told, and not served.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.gateways import NOT_SERVED, GatewayListener, ReadGateway, read_listeners
from crossgate.dialects.kgateway.names import GATEWAY_API
from crossgate.dialects.kgateway.schema import word
from crossgate.records import replace

_NEWEST: Final = "~"
"""Stands for the age of an object that no cluster has yet: it would be created last."""

_ABSENT: Final = "give the file with that Gateway too, or name another in `parentRef`"


def read_listener_sets(
    sets: Iterable[KubernetesObject], gateways: Sequence[ReadGateway], cluster: Cluster, report: Diagnostics
) -> Iterator[GatewayListener]:
    """Yield the listeners of all Gateways, each followed by those that sets add to it."""
    added: dict[tuple[str, str], list[GatewayListener]] = {}
    by_name = {(found.source.namespace, found.source.name): found for found in gateways}
    for source in sorted(sets, key=lambda found: (found.created or _NEWEST, f"{found.namespace}/{found.name}")):
        spec = source.body.mapping("spec", required=True)
        source.body.finish()
        parent = None if spec is None else spec.mapping("parentRef", required=True)
        name = None if parent is None else _parent(parent, source, report)
        if spec is None or name is None:
            continue
        gateway = by_name.get((name[0], name[1].value))
        if gateway is None:
            message = f"`{source.label}` adds no listener: `Gateway/{name[0]}/{name[1].value}` is not among the files"
            report.warning("listener-set-not-attached", message, name[1].span, _ABSENT)
            spec.ignore("listeners")
        elif gateway.allowed_sets is None or not gateway.allowed_sets.admits(source.namespace, cluster):
            message = f"`{source.label}` adds no listener: `{gateway.source.label}` does not allow it"
            hint = "set `allowedListeners: {namespaces: {from: Same}}` at the Gateway"
            report.warning("listener-set-not-attached", message, name[1].span, hint)
            spec.ignore("listeners")
        else:
            here = added.setdefault((gateway.source.namespace, gateway.source.name), list(gateway.listeners))
            for listener in read_listeners(spec, gateway.source, source, cluster, report):
                here.append(_checked(listener, here, report))
        spec.finish()
    for gateway in gateways:
        yield from added.get((gateway.source.namespace, gateway.source.name), gateway.listeners)


def _parent(parent: Fields, source: KubernetesObject, report: Diagnostics) -> tuple[str, Text] | None:
    """Return namespace and name of the Gateway that a set adds to."""
    group, kind = word(parent, "group", report), word(parent, "kind", report)
    name, namespace = word(parent, "name", report, required=True), word(parent, "namespace", report)
    parent.finish()
    if name is None:
        return None
    if (kind is not None and kind.value != "Gateway") or (group is not None and group.value != GATEWAY_API):
        message = f"`{source.label}` adds listeners to Gateways only"
        report.warning("listener-set-not-attached", message, name.span, "name a Gateway in `parentRef`")
        return None
    return (source.namespace if namespace is None else namespace.value), name


def _checked(listener: GatewayListener, earlier: Iterable[GatewayListener], report: Diagnostics) -> GatewayListener:
    """Return a listener, not served where it conflicts with an earlier one of its port."""
    for other in earlier:
        if other.port != listener.port or not other.is_served:
            continue
        if other.scheme is listener.scheme and other.hostname != listener.hostname:
            continue
        what = f"speaks {other.scheme}" if other.scheme is not listener.scheme else "has the same hostname"
        message = f"listener `{listener.name}` is not served: on port {listener.port} `{other.label}` {what}"
        related = (("this listener", other.span),)
        Contained(report).error(NOT_SERVED, message, listener.span, _cure(listener, other), related)
        return replace(listener, is_served=False)
    return listener


def _cure(listener: GatewayListener, other: GatewayListener) -> str:
    """Return what to do about a listener that conflicts with an earlier one."""
    if listener.scheme is not other.scheme:
        return f"give it another port: all listeners of port {other.port} speak {other.scheme}"
    return "give it another hostname or another port, or attach the routes to the other listener"
