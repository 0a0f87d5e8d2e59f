"""DirectResponses: answers of the gateway's own, which a rule asks for with an `extensionRef`.

Source: https://kgateway.dev/docs/traffic-management/direct-response/.
"""

from collections.abc import Iterable
from typing import Final

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Text
from crossgate.dialects.kgateway.filters import Filters
from crossgate.dialects.kgateway.names import DIRECT_RESPONSE, POLICY_GROUPS
from crossgate.dialects.kgateway.places import FilterPlace
from crossgate.dialects.kgateway.schema import longest
from crossgate.dialects.nodes import MappingNode, ScalarNode
from crossgate.model.table import BODILESS, Respond

_LONGEST: Final = 4096
_FAILED: Final = Respond(status=500)


class DirectResponses:
    """The DirectResponses of all files, by namespace and name."""

    def __init__(self, sources: Iterable[KubernetesObject], report: Diagnostics) -> None:
        self._report = report
        self._read = {(source.namespace, source.name): _read(source, report) for source in sources}

    def take(self, filters: Filters, namespace: str) -> Respond | None:
        """Return the answer that the filters of a rule ask for, and take its filter from those handed on."""
        chosen = [place for place in filters.policies if _is_direct_response(place)]
        for place in chosen:
            filters.policies.remove(place)
            place.fields.finish()
        for repeated in chosen[1:]:
            message = f"a rule has one {DIRECT_RESPONSE}, and this is another: it is answered 500"
            Contained(self._report).error("filter-repeated", message, repeated.type.span)
        if len(chosen) != 1:
            return _FAILED if chosen else None
        return self._named(chosen[0], namespace)

    def _named(self, place: FilterPlace, namespace: str) -> Respond:
        reference = place.fields.mapping("extensionRef")
        name: Text | None = None
        if reference is not None:
            reference.ignore("group", "kind")
            name = reference.string("name", required=True)
            reference.finish()
        if name is None:
            return _FAILED
        if (namespace, name.value) not in self._read:
            message = f"`{DIRECT_RESPONSE}/{namespace}/{name.value}` is not among the files: the rule is answered 500"
            Contained(self._report).error("reference-missing", message, name.span)
        return self._read.get((namespace, name.value)) or _FAILED


def _is_direct_response(place: FilterPlace) -> bool:
    node = place.fields.node("extensionRef") if place.type.value == "ExtensionRef" else None
    if not isinstance(node, MappingNode):
        return False
    group, kind = node.get("group"), node.get("kind")
    texts = [part.value if isinstance(part, ScalarNode) else None for part in (group, kind)]
    return texts[0] in POLICY_GROUPS and texts[1] == DIRECT_RESPONSE


def _read(source: KubernetesObject, report: Diagnostics) -> Respond | None:
    spec = source.body.mapping("spec", required=True)
    source.body.finish()
    if spec is None:
        return None
    status = spec.integer("status", minimum=200, maximum=599, required=True)
    body = longest(spec.string("body"), "body", _LONGEST, report, shortest=1)
    spec.finish()
    if status is None:
        return None
    return Respond(status=status.value, body="" if body is None or status.value in BODILESS else body.value)
