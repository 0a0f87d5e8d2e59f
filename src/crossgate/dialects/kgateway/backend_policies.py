"""CORS filters of backendRefs: a preflight goes to no backend, so one policy has to answer for all of them.

The gateway picks a backend first and asks that one's policy, so that a preflight and its request may meet different
ones. That cannot be emulated, and nobody can mean it.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.kgateway.candidates import Candidates
from crossgate.dialects.kgateway.said import Said
from crossgate.dialects.kgateway.versions import Behaviour
from crossgate.model.policy import Policy
from crossgate.records import replace

LOTTERY: Final = "backend-cors-lottery"
"""What `run` refuses where a release is emulated, by name."""


def report_shares(candidates: Candidates, behaviour: Behaviour, report: Diagnostics) -> None:
    """Report a rule whose backends do not all say the same of CORS."""
    said = [share.said for share in candidates.shares]
    speaking = [one for one in said if one is not None]
    if not speaking or len({_meaning(one) for one in said}) == 1:
        return
    answering = speaking[0]
    if behaviour.release is not None:
        message = (
            f"kgateway {behaviour.release} asks a backend at random for its CORS policy; "
            f"here `{answering.name}` answers for all"
        )
        report_unenforced(report, LOTTERY, message, answering.span, is_harmless=False)
        return
    others = tuple((f"`{share.name}` says otherwise, or nothing", share.span) for share in candidates.shares)
    report.warning(
        "backend-policies-differ",
        f"`{answering.name}` answers for every backend of its rule: a preflight goes to none of them",
        answering.span,
        "make it a filter of the rule; kgateway itself picks a backend at random, and then its policy",
        tuple(pair for pair, share in zip(others, candidates.shares, strict=True) if share.said is not answering),
    )


def _meaning(said: Said | None) -> Policy | None:
    return None if said is None or said.policy is None else replace(said.policy, name="")
