"""The account of what is attached to a rule on a listener: which policy won, and why the others did not.

It is right where the status that the gateway writes misleads: a TrafficPolicy behind an HTTPRoute's own CORS filter is
overridden, whatever its status says.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from crossgate.dialects.kgateway.candidates import Candidate
from crossgate.dialects.kgateway.inheritance import Gift
from crossgate.model.attachments import Attachment, Standing

_FAILS: Final = "cannot be used, and the route is answered 500"


def account(
    candidates: Iterable[Candidate], winner: Candidate | None, gifts: Mapping[str, tuple[Gift, ...]], idle: str | None
) -> tuple[Attachment, ...]:
    """Say what became of each policy; `gifts` are what policies gave, by name, `idle` why nothing takes effect."""
    candidates = tuple(candidates)
    failed = next((candidate for candidate in candidates if candidate.said.fails), None)
    return tuple(_attachments(candidates, winner, failed, gifts, idle))


def _attachments(
    candidates: Iterable[Candidate],
    winner: Candidate | None,
    failed: Candidate | None,
    gifts: Mapping[str, tuple[Gift, ...]],
    idle: str | None,
) -> Iterator[Attachment]:
    for candidate in candidates:
        said = candidate.said
        reason: str | None
        if said.fails:
            standing, reason = Standing.FAILED, f"it {_FAILS}"
        elif not said.decides:
            continue
        elif failed is not None:
            standing, reason = (
                Standing.OVERRIDDEN,
                f"`{failed.said.name}` {_FAILS}",
            )
        elif idle is not None:
            standing, reason = Standing.OVERRIDDEN, idle
        elif candidate is winner:
            standing, reason = Standing.WON, "it switches CORS off" if said.is_off else None
        elif said.name in gifts:
            standing, reason = Standing.MERGED, f"it gives {_listed(gifts[said.name])}"
        else:
            standing, reason = Standing.OVERRIDDEN, None if winner is None else _why(winner, candidate)
        yield Attachment(
            policy=said.name,
            level=candidate.where,
            standing=standing,
            reason=reason,
            span=said.span,
            by=candidate.by,
        )


def _listed(gifts: Iterable[Gift]) -> str:
    return ", ".join(f"`{gift}`" for gift in gifts)


def _why(winner: Candidate, other: Candidate) -> str:
    """Say why one candidate goes before another."""
    name = f"`{winner.said.name}`"
    if winner.level.is_filter and not other.level.is_filter:
        return f"{name} is a filter of the HTTPRoute, which goes before every TrafficPolicy"
    if winner.via != other.via:
        return f"{name} goes first between the route and those that delegate to it"
    if winner.level is not other.level or winner.order is None or other.order is None:
        return f"{name} is {'first' if winner.level is other.level else 'more specific'}"
    if winner.order[0] != other.order[0]:
        return f"{name} has the larger weight"
    if winner.order[1] != other.order[1]:
        return f"{name} is older"
    return f"{name} is as old, and first by name"
