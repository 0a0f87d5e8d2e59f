"""What a TrafficPolicy is attached to: the objects that it names, and those that it selects by their labels.

Source: https://kgateway.dev/docs/reference/api/ (LocalPolicyTargetReferenceWithSectionName,
LocalPolicyTargetSelectorWithSectionName). Both stay in the policy's own namespace.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.names import GATEWAY_API, LISTENER_SETS
from crossgate.source import Span

MAX_TARGETS: Final = 16

_KINDS: Final = frozenset(
    {
        (GATEWAY_API, "Gateway"),
        (GATEWAY_API, "HTTPRoute"),
        (GATEWAY_API, "GRPCRoute"),
        *LISTENER_SETS,
    }
)
_RULE: Final = "may only reference Gateway, HTTPRoute, GRPCRoute, or ListenerSet resources"


class Target(Struct, frozen=True, kw_only=True):
    """One object by name, or a section of it: a listener of a Gateway, a named rule of a route."""

    kind: str
    name: str
    section: str | None
    span: Span


class Selector(Struct, frozen=True, kw_only=True):
    """Every object of a kind that has all these labels; without labels none."""

    kind: str
    labels: frozenset[tuple[str, str]]
    section: str | None
    span: Span


def read_targets(spec: Fields, report: Diagnostics) -> tuple[Target, ...]:
    """Read `targetRefs`; what is wrong with one is reported, and the others are kept."""
    items = spec.mappings("targetRefs")
    if spec.has("targetRefs") and not items:
        message = f"`targetRefs` needs 1 to {MAX_TARGETS} items"
        report.error("too-few-items", message, spec.value_span("targetRefs"), "leave it out, or name a target")
    if len(items) > MAX_TARGETS:
        message = f"`targetRefs` has {len(items)} items, at most {MAX_TARGETS} are allowed"
        report.error("too-many-items", message, items[MAX_TARGETS].span)
    return tuple(_targets(items, report))


def _targets(items: list[Fields], report: Diagnostics) -> Iterator[Target]:
    for item in items:
        kind = _kind(item, "targetRefs", report)
        name, section = item.string("name", required=True), item.string("sectionName")
        item.finish()
        if kind is not None and name is not None:
            yield Target(
                kind=kind.value, name=name.value, section=None if section is None else section.value, span=item.span
            )


def read_selectors(spec: Fields, report: Diagnostics) -> tuple[Selector, ...]:
    """Read `targetSelectors`; what is wrong with one is reported, and the others are kept."""
    return tuple(_selectors(spec, report))


def _selectors(spec: Fields, report: Diagnostics) -> Iterator[Selector]:
    for item in spec.mappings("targetSelectors"):
        kind = _kind(item, "targetSelectors", report)
        labels, section = item.mapping("matchLabels", required=True), item.string("sectionName")
        item.finish()
        if kind is not None and labels is not None:
            yield Selector(
                kind=kind.value,
                labels=frozenset(_labels(labels)),
                section=None if section is None else section.value,
                span=item.span,
            )


def _labels(labels: Fields) -> Iterator[tuple[str, str]]:
    for key in labels.unknown():
        value = labels.string(key.text)
        if value is not None:
            yield key.text, value.value


def _kind(item: Fields, field: str, report: Diagnostics) -> Text | None:
    group, kind = item.string("group", required=True), item.string("kind", required=True)
    if group is None or kind is None:
        return None
    if (group.value, kind.value) not in _KINDS:
        hint = f"`group` is `{GATEWAY_API}`" if kind.value in {known for _, known in _KINDS} else None
        report.error("invalid-target", f"{field} {_RULE}", kind.span if hint is None else group.span, hint)
        return None
    return kind
