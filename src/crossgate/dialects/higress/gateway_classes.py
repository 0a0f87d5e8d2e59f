"""Which Gateways are Higress's: those whose class has its controller."""

from collections.abc import Sequence
from typing import Final

from crossgate.dialects.documents import Documents, KubernetesObject
from crossgate.dialects.higress.names import GATEWAY_API
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode

CONTROLLER: Final = "higress.io/gateway-controller"

_USUAL_CLASSES: Final = frozenset({"higress", "higress-gateway"})
"""The names of classes that are taken to be Higress's where no file has the class itself."""


def gateways(documents: Documents) -> frozenset[tuple[str, str]]:
    """Return the Gateways, by namespace and name, whose class is Higress's."""
    controllers = {found.name: _text(found.body.node("spec"), "controllerName") for found in _classes(documents)}
    ours = {name for name, controller in controllers.items() if controller == CONTROLLER}
    ours |= _USUAL_CLASSES - controllers.keys()
    return frozenset(
        (found.namespace, found.name)
        for found in documents.of(GATEWAY_API, "Gateway")
        if _text(found.body.node("spec"), "gatewayClassName") in ours
    )


def _classes(documents: Documents) -> Sequence[KubernetesObject]:
    return documents.of(GATEWAY_API, "GatewayClass")


def _text(node: Node | None, key: str) -> str | None:
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.text if isinstance(value, ScalarNode) else None
