"""backendRefs: Services to forward to, each with its weight and filters, and HTTPRoutes to delegate to.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref. A reference that cannot be followed is answered
500 for its share of the requests.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.filters import Filters, read_filters
from crossgate.dialects.kgateway.grants import Referent, Referrer
from crossgate.dialects.kgateway.names import CORE, GATEWAY_API
from crossgate.dialects.kgateway.places import BackendPlace
from crossgate.dialects.kgateway.schema import word
from crossgate.dialects.services import Missing
from crossgate.model.routes import Backend, WeightedBackend

MAX_WEIGHT: Final = 1_000_000
MOST_BACKENDS: Final = 16
_MAX_PORT: Final = 65535
_LABEL_GROUP: Final = "delegation.kgateway.dev"


class Delegate(Struct, frozen=True, kw_only=True):
    """HTTPRoutes that take over the requests of a rule, by name or label; no `namespace` means any.

    `name` is `*` for all of a namespace.
    """

    name: Text
    namespace: str | None
    is_label: bool


class BackendRef(Struct, frozen=True, kw_only=True):
    """A backendRef, read: what it refers to, and what its filters do."""

    place: BackendPlace
    filters: Filters
    target: WeightedBackend | Delegate


class _Reference(Struct, frozen=True, kw_only=True):
    group: str
    kind: str
    name: Text
    namespace: Text | None
    port: Value[int] | None
    span_of_kind: Text | None


def read_backend(
    item: Fields, source: KubernetesObject, label: str, cluster: Cluster, report: Diagnostics
) -> BackendRef | None:
    """Read a backendRef, None where the API server would not take it."""
    reference = _reference(item, report)
    weight = item.integer("weight", minimum=0, maximum=MAX_WEIGHT)
    filters = read_filters(item, label, report)
    item.finish()
    _say_what_is_not_enforced(filters, report)
    if reference is None:
        return None
    share = 1 if weight is None else weight.value
    return BackendRef(
        place=BackendPlace(name=label, weight=share, span=item.span, filters=tuple(filters.policies)),
        filters=filters,
        target=_delegate(reference, source)
        or WeightedBackend(
            backend=_backend(reference, source, cluster, report),
            weight=share,
            request_edits=filters.request_edits,
            response_edits=filters.response_edits,
        ),
    )


def _reference(item: Fields, report: Diagnostics) -> _Reference | None:
    group, kind = word(item, "group", report), word(item, "kind", report)
    name, namespace = word(item, "name", report, required=True), word(item, "namespace", report)
    port = item.integer("port", minimum=1, maximum=_MAX_PORT)
    if name is None or (group is None and item.has("group")) or (kind is None and item.has("kind")):
        return None
    found = _Reference(
        group=CORE if group is None else group.value,
        kind="Service" if kind is None else kind.value,
        name=name,
        namespace=namespace,
        port=port,
        span_of_kind=kind or group,
    )
    if found.group == CORE and found.kind == "Service" and port is None:
        if not item.has("port"):
            report.error("missing-field", "Must have port for Service reference", name.span, "add the Service's `port`")
        return None
    return found


def _delegate(reference: _Reference, source: KubernetesObject) -> Delegate | None:
    is_label = reference.group == _LABEL_GROUP and reference.kind == "label"
    if not is_label and (reference.group != GATEWAY_API or reference.kind != "HTTPRoute"):
        return None
    namespace = source.namespace if reference.namespace is None else reference.namespace.value
    return Delegate(
        name=reference.name, namespace=None if is_label and namespace == "all" else namespace, is_label=is_label
    )


def _backend(reference: _Reference, source: KubernetesObject, cluster: Cluster, report: Diagnostics) -> Backend | None:
    """Return where requests go, None for what is answered 500, which is said."""
    name = reference.name
    if reference.group != CORE or reference.kind != "Service" or reference.port is None:
        group = f" of `{reference.group}`" if reference.group else ""
        message = f"`{reference.kind}`{group} is no backend that is reached: its share is answered 500"
        hint = "Services are, and HTTPRoutes, to which a rule delegates"
        Contained(report).error("backend-invalid", message, (reference.span_of_kind or name).span, hint)
        return None
    namespace = source.namespace if reference.namespace is None else reference.namespace.value
    referrer = Referrer(group=GATEWAY_API, kind="HTTPRoute", namespace=source.namespace)
    referent = Referent(group=CORE, kind="Service", namespace=namespace, name=name.value)
    if not cluster.grants.permit(referrer, referent):
        message = f"no ReferenceGrant lets HTTPRoutes of `{source.namespace}` use `Service/{namespace}/{name.value}`"
        hint = f"it is answered 500; add a grant to namespace `{namespace}`"
        Contained(report).error("reference-not-permitted", message, (reference.namespace or name).span, hint)
        return None
    return _service(reference, namespace, reference.port, cluster, report)


def _service(
    reference: _Reference, namespace: str, port: Value[int], cluster: Cluster, report: Diagnostics
) -> Backend | None:
    name = reference.name
    label = f"Service/{namespace}/{name.value}"
    match cluster.services.backend(namespace, name.value, port.value, name.span):
        case Missing.SERVICE:
            message = f"`{label}` is not among the Services of `{namespace}` in the files: it is answered 500"
            Contained(report).error("backend-missing", message, name.span)
            return None
        case Missing.PORT:
            ports = ", ".join(f"`{number}`" for number in cluster.services.ports_of(namespace, name.value))
            place = cluster.services.place_of(namespace, name.value)
            related = () if place is None else (("this Service", place),)
            message = f"`{label}` has no port `{port.value}`: it is answered 500"
            Contained(report).error("backend-missing", message, port.span, f"it has {ports or 'no ports'}", related)
            return None
        case Backend() as backend:
            if not backend.endpoints:
                message = f"`{label}` has no endpoint in the files: it is answered 503"
                report.warning("backend-without-endpoints", message, name.span)
            return backend


def _say_what_is_not_enforced(filters: Filters, report: Diagnostics) -> None:
    """Say which filters of a backendRef are not enforced, since they change more than headers."""
    for kind in (filters.redirects, filters.rewrites):
        if kind is not None:
            message = f"filters of type `{kind.value}` are not enforced at a backendRef"
            report_unenforced(report, kind.value, message, kind.span, is_harmless=False)
