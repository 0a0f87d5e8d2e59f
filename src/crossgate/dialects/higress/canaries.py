"""Canary Ingresses: requests that a header or cookie marks, or a share of all, go elsewhere than where a path leads.

A canary stands beside another Ingress with the same host and path, and is nothing without one. What happens to its
requests is what the other's annotations say, CORS too. Marked ones have its name in rules, and a share the other's.
"""

import re
from collections.abc import Iterable, Sequence
from math import gcd
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Value
from crossgate.dialects.higress.annotations import Annotations
from crossgate.dialects.higress.hosts import Draft
from crossgate.dialects.regex import check_regex
from crossgate.model.routes import Forward, HeaderMatch, Target, WeightedBackend
from crossgate.records import replace

_TOTAL_AT_MOST: Final = 10_000


class Canary(Struct, frozen=True, kw_only=True):
    """Which requests a canary gets: those that `mark` matches, or `weight` of `total`."""

    mark: HeaderMatch | None = None
    weight: int = 0
    total: int = 100


def read_canary(annotations: Annotations, report: Diagnostics) -> Canary | None:
    """Read what makes an Ingress a canary, None where it is none; a header goes first, a share last."""
    enabled = annotations.boolean("canary")
    header, value = annotations.text("canary-by-header"), annotations.text("canary-by-header-value")
    pattern, cookie = annotations.text("canary-by-header-pattern"), annotations.text("canary-by-cookie")
    weight, total = annotations.integer("canary-weight"), annotations.integer("canary-weight-total")
    if enabled is None or not enabled.value:
        return None
    if header is not None:
        name = header.value.lower()
        if value is None and pattern is not None and check_regex(pattern, report):
            return Canary(mark=HeaderMatch(name=name, value=pattern.value, is_regex=True))
        values = "always" if value is None else f"always|{re.escape(value.value)}"
        return Canary(mark=HeaderMatch(name=name, value=values, is_regex=value is not None))
    if cookie is not None:
        marked = rf"(?:.*;\s*)?{re.escape(cookie.value)}=always(?:;.*)?"
        return Canary(mark=HeaderMatch(name="cookie", value=marked, is_regex=True))
    most = total.value if total is not None and 0 < total.value <= _TOTAL_AT_MOST else 100
    return Canary(weight=min(max(_value(weight), 0), most), total=most)


def _value(number: Value[int] | None) -> int:
    return 0 if number is None else number.value


def with_canaries(
    drafts: Sequence[Draft], canaries: Iterable[tuple[Canary, Draft]], report: Diagnostics
) -> list[Draft]:
    """Return the routes with the canaries beside and in them."""
    found = list(drafts)
    for canary, draft in canaries:
        place = next((number for number, base in enumerate(found) if _is_base(base, draft)), None)
        if place is None:
            message = f"the canary `{draft.route.name}` gets no requests: no other Ingress has its host and path"
            report.warning("canary-without-base", message, draft.route.span)
        elif canary.mark is not None:
            found.append(_marked(found[place], draft, canary.mark))
        else:
            found[place] = _shared(found[place], draft, canary)
    return found


def _is_base(base: Draft, canary: Draft) -> bool:
    return base.hostname == canary.hostname and base.route.match.path == canary.route.match.path


def _marked(base: Draft, canary: Draft, mark: HeaderMatch) -> Draft:
    """Return the route of marked requests: that of the other Ingress, to the canary's backends."""
    match = replace(base.route.match, headers=(*base.route.match.headers, mark))
    target = _moved(base.route.target, canary.route.target)
    return replace(
        base,
        route=replace(base.route, name=canary.route.name, match=match, target=target, span=canary.route.span),
        secure_target=_moved(base.secure_target, canary.secure_target),
        known_as=canary.known_as,
        services=canary.services,
    )


def _moved(base: Target, canary: Target) -> Target:
    """Return what is done with requests, by other backends where they are forwarded."""
    if not isinstance(base, Forward):
        return base
    return replace(base, backends=canary.backends) if isinstance(canary, Forward) else canary


def _shared(base: Draft, canary: Draft, share: Canary) -> Draft:
    """Return a route of which a share goes where a canary says."""
    return replace(
        base,
        route=replace(base.route, target=_mixed(base.route.target, canary.route.target, share)),
        secure_target=_mixed(base.secure_target, canary.secure_target, share),
        services=tuple(dict.fromkeys((*base.services, *canary.services))),
    )


def _mixed(base: Target, canary: Target, share: Canary) -> Target:
    if not isinstance(base, Forward) or not isinstance(canary, Forward):
        return base
    own, theirs = (sum(one.weight for one in target.backends) for target in (base, canary))
    shares: list[WeightedBackend] = [
        *(replace(one, weight=one.weight * theirs * (share.total - share.weight)) for one in base.backends),
        *(replace(one, weight=one.weight * own * share.weight) for one in canary.backends),
    ]
    common = gcd(*(one.weight for one in shares))
    return replace(base, backends=tuple(replace(one, weight=one.weight // common) for one in shares if one.weight))
