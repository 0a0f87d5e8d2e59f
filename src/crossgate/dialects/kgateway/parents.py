"""parentRefs: the listeners that an HTTPRoute asks to attach to, or the HTTPRoutes that may delegate to it.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#parentreference.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text, Value
from crossgate.dialects.kgateway.names import GATEWAY_API, LISTENER_SETS
from crossgate.dialects.kgateway.schema import mappings, word

_MOST: Final = 32
_MAX_PORT: Final = 65535


class ParentRef(Struct, frozen=True, kw_only=True):
    """A reference to a parent: `group`, `kind` and `namespace` as the API server fills them in."""

    group: str
    kind: str
    namespace: str
    name: Text
    section: Text | None
    port: Value[int] | None

    @property
    def is_gateway(self) -> bool:
        """Whether it is a Gateway."""
        return (self.group, self.kind) == (GATEWAY_API, "Gateway")

    @property
    def has_listeners(self) -> bool:
        """Whether it is of a kind that has listeners."""
        return self.is_gateway or (self.group, self.kind) in LISTENER_SETS

    @property
    def is_route(self) -> bool:
        """Whether it is an HTTPRoute, which may delegate."""
        return (self.group, self.kind) == (GATEWAY_API, "HTTPRoute")

    @property
    def label(self) -> str:
        """The parent as users call it: `KIND/NAMESPACE/NAME`."""
        return f"{self.kind}/{self.namespace}/{self.name.value}"


def read_parents(source: KubernetesObject, spec: Fields, report: Diagnostics) -> tuple[ParentRef, ...]:
    """Read the parents of a route."""
    read = [_parent(source, item, report) for item in mappings(spec, "parentRefs", _MOST, report)]
    parents = tuple(parent for parent in read if parent is not None)
    _check_distinct(parents, report)
    return parents


def _parent(source: KubernetesObject, item: Fields, report: Diagnostics) -> ParentRef | None:
    group, kind = word(item, "group", report), word(item, "kind", report)
    name, namespace = word(item, "name", report, required=True), word(item, "namespace", report)
    section = word(item, "sectionName", report)
    port = item.integer("port", minimum=1, maximum=_MAX_PORT)
    item.finish()
    if name is None:
        return None
    return ParentRef(
        group=GATEWAY_API if group is None else group.value,
        kind="Gateway" if kind is None else kind.value,
        namespace=source.namespace if namespace is None else namespace.value,
        name=name,
        section=section,
        port=port,
    )


def _check_distinct(parents: tuple[ParentRef, ...], report: Diagnostics) -> None:
    """Report what the API server refuses: the same part of a parent twice, or the whole of it beside a part."""
    seen: dict[tuple[str, str, str, str], list[ParentRef]] = {}
    for parent in parents:
        others = seen.setdefault((parent.group, parent.kind, parent.namespace, parent.name.value), [])
        part = _part(parent)
        for other in others:
            related = (("the other reference", other.name.span),)
            must = "unique" if part == _part(other) else "specified" if (None, None) in {part, _part(other)} else None
            if must is not None:
                name = "duplicate-item" if must == "unique" else "missing-field"
                same = "when parentRefs includes 2 or more references to the same parent"
                report.error(name, f"sectionName or port must be {must} {same}", parent.name.span, None, related)
                break
        others.append(parent)


def _part(parent: ParentRef) -> tuple[str | None, int | None]:
    return (
        None if parent.section is None else parent.section.value,
        None if parent.port is None else parent.port.value,
    )
