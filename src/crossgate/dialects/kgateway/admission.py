"""`allowedRoutes` of a listener: which routes it takes, by their namespace and kind.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.fields import Fields
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.names import GATEWAY_API
from crossgate.dialects.kgateway.schema import mappings, word
from crossgate.dialects.kgateway.selectors import Selector, read_selector

_SAME: Final = "Same"
_SELECTOR: Final = "Selector"
_NONE: Final = "None"
_SOURCES: Final = ("All", _SELECTOR, _SAME, _NONE)
_SERVABLE: Final = frozenset({"HTTPRoute", "GRPCRoute"})
_MOST_KINDS: Final = 8


class Admission(Struct, frozen=True, kw_only=True):
    """Whose HTTPRoutes a listener of a namespace takes. One that takes no kind of route at all is not `is_valid`."""

    namespace: str
    source: str = _SAME
    selector: Selector | None = None
    takes_http_routes: bool = True
    is_valid: bool = True

    def admits(self, namespace: str, cluster: Cluster) -> bool:
        """Say whether objects of a namespace may attach."""
        if not self.takes_http_routes:
            return False
        match self.source:
            case "All":
                return True
            case "Same":
                return namespace == self.namespace
            case "Selector":
                return self.selector is not None and self.selector.selects(cluster.labels_of(namespace))
            case _:
                return False


def read_admission(listener: Fields, namespace: str, report: Diagnostics) -> Admission:
    """Read `allowedRoutes`: by default HTTPRoutes of the Gateway's own namespace."""
    allowed = listener.mapping("allowedRoutes")
    if allowed is None:
        return Admission(namespace=namespace)
    takes_http_routes, is_valid = _kinds(allowed, report)
    namespaces = allowed.mapping("namespaces")
    allowed.finish()
    source, selector = (_SAME, None) if namespaces is None else _namespaces(namespaces, report)
    return Admission(
        namespace=namespace,
        source=source,
        selector=selector,
        takes_http_routes=takes_http_routes,
        is_valid=is_valid,
    )


def read_allowed_sets(spec: Fields, namespace: str, report: Diagnostics) -> Admission:
    """Read `allowedListeners` of a Gateway: by default no ListenerSet may add listeners to it."""
    allowed = spec.mapping("allowedListeners")
    namespaces = None if allowed is None else allowed.mapping("namespaces")
    if allowed is not None:
        allowed.finish()
    source, selector = (_NONE, None) if namespaces is None else _namespaces(namespaces, report, _NONE)
    return Admission(namespace=namespace, source=source, selector=selector)


def _kinds(allowed: Fields, report: Diagnostics) -> tuple[bool, bool]:
    """Say whether HTTPRoutes are taken, and whether any route is."""
    kinds = mappings(allowed, "kinds", _MOST_KINDS, report)
    if not kinds:
        return True, True
    servable: set[str] = set()
    for item in kinds:
        group, kind = word(item, "group", report), word(item, "kind", report, required=True)
        item.finish()
        if kind is None:
            continue
        if (group is None or group.value == GATEWAY_API) and kind.value in _SERVABLE:
            servable.add(kind.value)
        else:
            message = f"`{kind.value}` is no kind of route that this listener can take"
            report.warning("invalid-route-kind", message, kind.span, "`HTTPRoute` is")
    if not servable:
        message = "the listener is not served: it takes no kind of route"
        Contained(report).error("listener-not-served", message, allowed.key_span("kinds"))
    return "HTTPRoute" in servable, bool(servable)


def _namespaces(namespaces: Fields, report: Diagnostics, default: str = _SAME) -> tuple[str, Selector | None]:
    source = namespaces.string("from", one_of=_SOURCES)
    chosen = namespaces.mapping("selector")
    namespaces.finish()
    selector = None if chosen is None else read_selector(chosen, report)
    name = default if source is None else source.value
    if name == _SELECTOR and chosen is None and source is not None:
        message = "`from: Selector` without a `selector` selects no namespace"
        report.warning("invalid-selector", message, source.span, "add `selector: {matchLabels: {…}}`")
    return name, selector
