"""The checks that a browser makes of an answer.

Source: https://fetch.spec.whatwg.org/#cors-check and https://fetch.spec.whatwg.org/#cors-preflight-fetch. A check
returns why it failed, or None.
"""

from collections.abc import Callable
from dataclasses import dataclass

from crossgate.browser.planned import PlannedFetch
from crossgate.fetch import headers as names
from crossgate.fetch.methods import SAFELISTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a browser blocks: the step of the standard, and the reason in words."""

    step: str
    reason: str


Header = Callable[[str], str | None]
"""Gives the value of a response header, its lines joined with a comma."""


def cors_check(fetch: PlannedFetch, header: Header) -> Failure | None:
    """Make the CORS check, which both answers have to pass."""
    allowed = header(names.ALLOW_ORIGIN)
    if allowed is None:
        return Failure(step="cors-check", reason="the answer has no `Access-Control-Allow-Origin`")
    allowed = allowed.strip(names.OWS)
    if allowed == "*" and not fetch.credentials:
        return None
    if allowed == "*":
        return Failure(step="cors-check", reason="`Access-Control-Allow-Origin` is `*`, and the fetch has credentials")
    if allowed != fetch.origin:
        reason = f"`Access-Control-Allow-Origin` is `{allowed}`, not the page's origin `{fetch.origin}`"
        return Failure(step="cors-check", reason=reason)
    if fetch.credentials and header(names.ALLOW_CREDENTIALS) != "true":
        reason = "the fetch has credentials, and `Access-Control-Allow-Credentials` is not `true`"
        return Failure(step="cors-check", reason=reason)
    return None


def preflight_check(fetch: PlannedFetch, status: int, header: Header) -> Failure | None:
    """Check a preflight's answer: origin, status, method, headers."""
    failure = cors_check(fetch, header)
    if failure is not None:
        return failure
    if not 200 <= status <= 299:  # noqa: PLR2004 - an ok status
        return Failure(step="preflight-status", reason=f"the preflight was answered {status}, which is not a success")
    methods = names.split_list(header(names.ALLOW_METHODS) or "")
    is_any = "*" in methods and not fetch.credentials
    if fetch.method not in methods and fetch.method not in SAFELISTED and not is_any:
        reason = f"`Access-Control-Allow-Methods` does not list `{fetch.method}`"
        return Failure(step="preflight-method", reason=reason)
    return _header_check(fetch, {name.lower() for name in names.split_list(header(names.ALLOW_HEADERS) or "")})


def _header_check(fetch: PlannedFetch, allowed: set[str]) -> Failure | None:
    is_any = "*" in allowed and not fetch.credentials
    for name in fetch.unsafe_names:
        if name in allowed or (is_any and name != "authorization"):
            continue
        unless = ", and `*` does not stand for it" if is_any else ""
        reason = f"`Access-Control-Allow-Headers` does not list `{name}`{unless}"
        return Failure(step="preflight-header", reason=reason)
    return None
