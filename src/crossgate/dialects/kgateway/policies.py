"""TrafficPolicies: of their many fields the CORS policy is read, and the others are said not to be enforced.

Source: https://kgateway.dev/docs/reference/api/ (TrafficPolicySpec). An error in one makes it fail alone.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics, Severity
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.kgateway.emulation import check_emulated
from crossgate.dialects.kgateway.said import Said
from crossgate.dialects.kgateway.targets import Selector, Target, read_selectors, read_targets
from crossgate.dialects.options import ReadOptions

WEIGHT: Final = "kgateway.dev/policy-weight"
"""The annotation by which one of several policies at a place comes first: an int32, 0 where there is none."""

_HARMLESS: Final = frozenset({"autoHostRewrite", "compression", "retry", "timeouts"})
"""The fields without which nothing is let through that they would stop."""
_NEWEST: Final = "~"
"""Stands for the age of an object that no cluster has yet: it would be created last."""
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,10}")
_INT32: Final = range(-(2**31), 2**31)


class TrafficPolicy(Struct, frozen=True, kw_only=True, eq=False):
    """A TrafficPolicy: what it says of CORS, and what it names or selects."""

    source: KubernetesObject
    said: Said
    targets: tuple[Target, ...] = ()
    selectors: tuple[Selector, ...] = ()
    weight: int = 0

    @property
    def order(self) -> tuple[int, str, str]:
        """The key to sort the policies of one place by: the heavier first, then the older, then by name."""
        source = self.source
        return -self.weight, source.created or _NEWEST, f"{source.group}/{source.kind}/{source.namespace}/{source.name}"


def read_policy(source: KubernetesObject, options: ReadOptions, report: Diagnostics) -> TrafficPolicy:
    """Read a TrafficPolicy; one with errors fails."""
    part = Contained(report)
    body = source.body.reporting_to(part)
    spec = body.mapping("spec", required=True)
    body.finish()
    weight = _weight(source, part)
    if spec is None:
        return TrafficPolicy(source=source, said=Said(name=source.label, span=source.span, fails=True))
    targets, selectors = read_targets(spec, part), read_selectors(spec, part)
    said = _said(source, spec, options, part)
    for key in spec.unknown():
        message = f"`{key.text}` of `{source.label}` is not enforced: only `cors` is"
        report_unenforced(report, key.text, message, key.span, is_harmless=key.text in _HARMLESS)
    return TrafficPolicy(source=source, said=said, targets=targets, selectors=selectors, weight=weight)


def _said(source: KubernetesObject, spec: Fields, options: ReadOptions, part: Contained) -> Said:
    cors = spec.mapping("cors")
    span = source.name_span if cors is None else cors.span
    is_off = cors is not None and cors.mapping("disable") is not None
    # An emulated release keeps unknown fields without a word, as the API server does for it.
    emulated = "kgateway" in options.emulate
    severity = Severity.WARNING if emulated else Severity.ERROR
    if cors is not None and is_off and cors.unknown():
        message = f"`disable` switches CORS off: nothing else in `cors` of `{source.label}` has an effect"
        part.warning("field-without-effect", message, cors.unknown()[0].span, "remove it, or `disable`")
    policy = None if cors is None else read_cors(cors, source.label, span, options, part, unknown=severity)
    if emulated and policy is not None and not is_off:
        check_emulated(policy, options.emulate["kgateway"], part)
    if part.has_errors:
        return Said(name=source.label, span=span, fails=True)
    return Said(name=source.label, span=span, policy=None if is_off else policy, is_off=is_off)


def _weight(source: KubernetesObject, part: Contained) -> int:
    written = source.annotations.get(WEIGHT)
    if written is None:
        return 0
    if _INTEGER.fullmatch(written.value) and int(written.value) in _INT32:
        return int(written.value)
    message = f"`{written.value}` is not a weight"
    part.error("invalid-weight", message, written.span, "an integer of 32 bits; the larger one goes first")
    return 0
