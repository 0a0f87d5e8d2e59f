"""Label selectors: which objects a choice by labels means.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields
from crossgate.dialects.nodes import MappingNode

_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")


class Requirement(Struct, frozen=True, kw_only=True):
    """One thing that is asked of an object's labels."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Say whether labels are as wanted."""
        value = labels.get(self.key)
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return value is not None
            case _:
                return value is None


class Selector(Struct, frozen=True, kw_only=True):
    """All of its requirements must hold; without any it selects everything."""

    requirements: tuple[Requirement, ...]

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Say whether an object of these labels is meant."""
        return all(requirement.holds(labels) for requirement in self.requirements)


def read_selector(selector: Fields, report: Diagnostics) -> Selector | None:
    """Read `matchLabels` and `matchExpressions`; None where an expression cannot be used."""
    wanted = selector.mapping("matchLabels")
    node = selector.node("matchLabels")
    keys = [entry.key.text for entry in node.entries] if isinstance(node, MappingNode) else []
    texts = {key: wanted.string(key) for key in keys} if wanted is not None else {}
    expressions = [_requirement(item, report) for item in selector.mappings("matchExpressions")]
    selector.finish()
    if None in expressions or None in texts.values():
        return None
    equal = [Requirement(key=key, operator="In", values=frozenset({text.value})) for key, text in texts.items() if text]
    return Selector(requirements=(*equal, *filter(None, expressions)))


def _requirement(item: Fields, report: Diagnostics) -> Requirement | None:
    key, operator = item.string("key", required=True), item.string("operator", required=True)
    values = item.strings("values")
    item.finish()
    if key is None or operator is None:
        return None
    if operator.value not in _OPERATORS:
        hint = f"one of {', '.join(_OPERATORS)}"
        report.warning("invalid-selector", f"`{operator.value}` is not an operator", operator.span, hint)
        return None
    if (operator.value in {"In", "NotIn"}) is not bool(values):
        message = f"`{operator.value}` takes {'no values' if values else 'at least one value'}"
        report.warning("invalid-selector", message, operator.span)
        return None
    return Requirement(key=key.value, operator=operator.value, values=frozenset(text.value for text in values))
