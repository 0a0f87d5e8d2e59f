"""What a CORS filter does in a release of kgateway: its translation of a policy, run by Envoy's own filter.

Source: kgateway's pkg/pluginsdk/policy/cors.go at each release, and Envoy 1.40's CORS filter as measured. Unlike the
documents: `*` stands for any text wherever it is, an allowed list of headers that is `*` answers a preflight that asks
for none with an empty value, and nothing has `Vary`.
"""

import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kgateway.behaviour import decisions
from crossgate.model.origins import AnyOrigin, ExactOrigin, OriginEntry, OriginSet, RegexOrigin, Subject
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import Table

_REFUSES_ANY: Final = frozenset({"2.1"})
"""Releases that make an empty prefix of the origin `*`, which is no configuration that Envoy takes."""
_FORWARDING: Final = frozenset({"2.1", "2.2"})
"""Releases that leave a preflight from an origin that is not allowed to the upstream."""
_ANY: Final = r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+"


def emulated_table(policy: Policy, release: str) -> Table:
    """Return the decision table that a release makes of a policy."""
    entries = tuple(_entry(origin, release) for origin in policy.allow_origins or ())
    return decisions(policy, OriginSet(entries=entries), forwards_unmatched=release in _FORWARDING, no_headers_asked="")


def check_emulated(policy: Policy, release: str, report: Diagnostics) -> None:
    """Report what makes a release fail a policy that the API server took."""
    if release in _REFUSES_ANY:
        for origin in policy.allow_origins or ():
            if origin.value == "*":
                message = f"kgateway {release} makes no valid configuration of the origin `*`: it answers 500"
                report.error("invalid-origin", message, origin.span, "2.2 and later take it; `https://*` works in all")


def _entry(origin: Declared[str], release: str) -> OriginEntry:
    value, span = origin.value, origin.span
    if value == "*" and release == "2.2":
        return AnyOrigin(written=value, span=span)
    if "*" not in value:
        return ExactOrigin(written=value, span=span)
    pattern = _ANY if value == "*" else ".*".join(re.escape(part) for part in value.split("*"))
    return RegexOrigin(written=value, pattern=pattern, subject=Subject.ORIGIN, span=span)
