"""TrafficPolicies: of their many fields the CORS policy is read, and the others are said not to be enforced."""

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.cors import read_cors
from crossgate.dialects.options import ReadOptions
from crossgate.model.policy import Policy


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
        report.warning("not-enforced", message, key.span)
    if cors is None:
        return None
    if cors.has("disable"):
        report.error("not-supported", "`cors.disable` is not followed yet", cors.key_span("disable"))
    return read_cors(cors, source.label, cors.span, options, report)
