"""TrafficPolicies: of their many fields the CORS policy is read, and the others are said not to be enforced."""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.options import ReadOptions
from crossgate.model.policy import Policy

_HARMLESS: Final = frozenset({"autoHostRewrite", "compression", "retry", "timeouts"})
"""The fields without which nothing is let through that they would stop."""


def read_policy(source: KubernetesObject, options: ReadOptions, report: Diagnostics) -> Policy | None:
    """Read the CORS policy of a TrafficPolicy, None where it has none."""
    spec = source.body.mapping("spec", required=True)
    source.body.finish()
    if spec is None:
        return None
    for target in ("targetRefs", "targetSelectors"):
        if spec.has(target):
            report.error(
                "not-supported",
                f"`{target}` is not followed yet",
                spec.key_span(target),
                "attach the policy with an `ExtensionRef` filter in the HTTPRoute",
            )
    cors = spec.mapping("cors")
    for key in spec.unknown():
        message = f"`{key.text}` of `{source.label}` is not enforced: only `cors` is"
        report_unenforced(report, key.text, message, key.span, is_harmless=key.text in _HARMLESS)
    if cors is None:
        return None
    if cors.has("disable"):
        report.error("not-supported", "`cors.disable` is not followed yet", cors.key_span("disable"))
    return read_cors(cors, source.label, cors.span, options, report)
