"""What the gateway's data plane would give to a policy that the documents have replace a wider one whole.

Source: Envoy 1.40's CORS filter merges the configuration of its levels field by field, whatever the documents say.
"""

from collections.abc import Sequence
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kgateway.candidates import Candidate
from crossgate.dialects.kgateway.inheritance import Gift, merge
from crossgate.dialects.kgateway.said import Said

MOST: Final = 20
"""Policies that are named one by one for one wider policy; of the others only the number is told."""

_CREDENTIALS: Final = "allowCredentials"


class Leaks:
    """Collects what would be inherited, once for each two policies."""

    def __init__(self) -> None:
        self._found: dict[Said, dict[Said, tuple[Gift, ...]]] = {}

    def note(self, documented: Sequence[Candidate], deciding: Sequence[Candidate]) -> None:
        """Note what the policy that decides would get from the levels of the gateway."""
        merged = merge(deciding)
        if merged is None or not documented or documented[0].said is not deciding[0].said:
            return
        for giver, gifts in merged.givers:
            self._found.setdefault(giver.said, {})[documented[0].said] = gifts

    def report(self, report: Diagnostics) -> None:
        """Warn of each, at the policy that would get something."""
        for wider, narrower in self._found.items():
            for said, gifts in list(narrower.items())[:MOST]:
                _warn(said, wider, gifts, report)
            if len(narrower) > MOST:
                message = f"and so {len(narrower) - MOST} more policies would inherit from `{wider.name}`"
                report.warning("inherited-by-gateway", message, wider.span)


def _warn(said: Said, wider: Said, gifts: tuple[Gift, ...], report: Diagnostics) -> None:
    listed = ", ".join(f"`{gift}`" for gift in gifts)
    leaks = any(gift.key == _CREDENTIALS for gift in gifts)
    danger = f", and so credentials to {_origins(said, gifts)}" if leaks else ""
    report.warning(
        "inherited-by-gateway",
        f"kgateway itself would give `{said.name}` what it leaves open from `{wider.name}`: {listed}{danger}",
        said.span,
        "the documents have it replaced whole, and so it is here; `--emulate kgateway=2.3` decides as the gateway does",
        tuple((f"`{gift.key}` of `{wider.name}`", gift.span) for gift in gifts if gift.span is not None),
    )


def _origins(said: Said, gifts: tuple[Gift, ...]) -> str:
    given = next((gift.value.strip("[]") for gift in gifts if gift.key == "allowOrigins"), None)
    own = () if said.policy is None else said.policy.allow_origins or ()
    return given or ", ".join(f"`{origin.value}`" for origin in own) or "nobody"
