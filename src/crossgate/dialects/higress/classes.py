"""Which Ingresses are this gateway's: by class, as an annotation, a field or an IngressClass object says it.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields

CLASS: Final = "higress"
CONTROLLER: Final = "higress.io/higress-controller"

_LEGACY: Final = "kubernetes.io/ingress.class"
_DEFAULT: Final = "ingressclass.kubernetes.io/is-default-class"


class Classes(Struct, frozen=True, kw_only=True):
    """The names of the classes that are this gateway's, and whether an Ingress without one is."""

    names: frozenset[str] = frozenset({CLASS})
    is_default: bool = False


def read_classes(objects: Iterable[KubernetesObject]) -> Classes:
    """Read the IngressClasses of this gateway's controller."""
    names, is_default = {CLASS}, False
    for found in objects:
        spec = found.body.mapping("spec")
        found.body.finish()
        controller = None if spec is None else spec.string("controller")
        if spec is not None:
            spec.ignore("parameters")
            spec.finish()
        if controller is not None and controller.value == CONTROLLER:
            names.add(found.name)
            default = found.annotations.get(_DEFAULT)
            is_default = is_default or (default is not None and default.value == "true")
    return Classes(names=frozenset(names), is_default=is_default)


def is_ours(ingress: KubernetesObject, spec: Fields, classes: Classes, report: Diagnostics) -> bool:
    """Say whether an Ingress is this gateway's; the annotation goes before the field."""
    legacy, written = ingress.annotations.get(_LEGACY), spec.string("ingressClassName")
    name = legacy if legacy is not None else written
    if name is None:
        if classes.is_default:
            return True
        message = f"`{ingress.label}` is skipped: it has no class, and no IngressClass of ours is the default"
        report.warning("ingress-skipped", message, ingress.name_span, f"write `ingressClassName: {CLASS}`")
        return False
    if name.value in classes.names:
        return True
    message = f"`{ingress.label}` is skipped: it has the class `{name.value}`, not `{CLASS}`"
    report.warning("ingress-skipped", message, name.span)
    return False
