"""The checks that a browser makes of an answer.

Source: https://fetch.spec.whatwg.org/#cors-check and https://fetch.spec.whatwg.org/#cors-preflight-fetch. A check
returns why it failed, or None.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crossgate.browser.planned import PlannedFetch
from crossgate.fetch import headers as names
from crossgate.fetch.methods import SAFELISTED
from crossgate.fetch.origin import parse_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a browser blocks: the step of the standard, and the reason in words."""

    step: str
    reason: str


Header = Callable[[str], str | None]
"""Gives the value of a response header, its lines joined with a comma."""

_CORS_CHECK: Final = "cors-check"
_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_AUTHORIZATION: Final = "authorization"
"""The one CORS non-wildcard request-header name."""


def cors_check(fetch: PlannedFetch, header: Header, *, answer: str = "the answer") -> Failure | None:
    """Make the CORS check, which both answers have to pass; `answer` is what the reason calls this one."""
    allowed = header(names.ALLOW_ORIGIN)
    if allowed is None:
        return Failure(step=_CORS_CHECK, reason=f"{answer} has no `Access-Control-Allow-Origin`")
    allowed = allowed.strip(names.OWS)
    if allowed == "*" and not fetch.credentials:
        return None
    if allowed != fetch.origin:
        reason = f"`Access-Control-Allow-Origin` of {answer} is `{allowed}`{_unlike(allowed, fetch)}"
        return Failure(step=_CORS_CHECK, reason=reason)
    granted = header(names.ALLOW_CREDENTIALS)
    if fetch.credentials and (granted is None or granted.strip(names.OWS) != "true"):
        found = f"has no `{_CREDENTIALS}`" if granted is None else f"has `{_CREDENTIALS}: {granted}`, not `true`"
        return Failure(step=_CORS_CHECK, reason=f"the fetch has credentials, and {answer} {found}")
    return None


def _unlike(allowed: str, fetch: PlannedFetch) -> str:
    """Return what is the matter with an allowed origin that is not the fetch's."""
    if allowed == "*":
        return ", which does not count for a fetch with credentials"
    if "," in allowed:
        return ", several values where one may stand"
    if allowed != "null" and parse_origin(allowed) is None:
        return f", which is no origin; the page's is `{fetch.origin}`"
    return f", not the page's origin `{fetch.origin}`"


def preflight_check(fetch: PlannedFetch, status: int, header: Header) -> Failure | None:
    """Check a preflight's answer: origin, status, method, headers."""
    failure = cors_check(fetch, header, answer="the preflight's answer")
    if failure is not None:
        return failure
    if not 200 <= status <= 299:  # noqa: PLR2004 - an ok status
        return Failure(step="preflight-status", reason=f"the preflight was answered {status}, which is not a success")
    methods, allowed = _listed(header, names.ALLOW_METHODS), _listed(header, names.ALLOW_HEADERS)
    if isinstance(methods, Failure):
        return methods
    if isinstance(allowed, Failure):
        return allowed
    return _method_check(fetch, methods) or _header_check(fetch, [name.lower() for name in allowed])


def _listed(header: Header, name: str) -> list[str] | Failure:
    """Return the members of a list in a preflight's answer; one that is no token spoils the list."""
    value = header(name) or ""
    members = names.split_tokens(value)
    if members is not None:
        return members
    is_methods = name == names.ALLOW_METHODS
    step, title = ("preflight-method", "Methods") if is_methods else ("preflight-header", "Headers")
    return Failure(step=step, reason=f"`Access-Control-Allow-{title}: {value}` is no list of names")


def _method_check(fetch: PlannedFetch, allowed: list[str]) -> Failure | None:
    is_any = "*" in allowed and not fetch.credentials
    if is_any or fetch.method in allowed or fetch.method in SAFELISTED:
        return None
    reason = f"`Access-Control-Allow-Methods` does not list `{fetch.method}`"
    case = next((name for name in allowed if name.upper() == fetch.method.upper()), None)
    if case is not None:
        reason += f", only `{case}`, and the letter case counts"
    return Failure(step="preflight-method", reason=reason + _star(fetch, allowed))


def _header_check(fetch: PlannedFetch, allowed: list[str]) -> Failure | None:
    is_any = "*" in allowed and not fetch.credentials
    for name in fetch.unsafe_names:
        if name in allowed or (is_any and name != _AUTHORIZATION):
            continue
        star = ", and `*` does not stand for it" if is_any else _star(fetch, allowed)
        return Failure(step="preflight-header", reason=f"`Access-Control-Allow-Headers` does not list `{name}`{star}")
    return None


def _star(fetch: PlannedFetch, allowed: list[str]) -> str:
    return ", and `*` counts only without credentials" if fetch.credentials and "*" in allowed else ""
