"""The checks that a browser makes of an answer.

Source: https://fetch.spec.whatwg.org/#concept-cors-check and https://fetch.spec.whatwg.org/#cors-preflight-fetch. A
check returns why it failed, or None.
"""

import re
from typing import Final

from crossgate.browser.answers import Header
from crossgate.browser.failures import Code, Failure
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.fetch import headers as names
from crossgate.fetch.methods import SAFELISTED
from crossgate.fetch.origin import OPAQUE, parse_origin
from crossgate.fetch.url import parse_url
from crossgate.records import replace

_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
_SEVERAL: Final = re.compile(r"[, ]")
_AUTHORIZATION: Final = "authorization"
"""The one CORS non-wildcard request-header name."""


def cors_check(fetch: PlannedFetch, header: Header, *, answer: str = "the answer") -> Failure | None:
    """Make the CORS check, which both answers have to pass; `answer` is what the reason calls this one."""
    allowed = header(names.ALLOW_ORIGIN)
    if allowed is None:
        return Failure(code=Code.ALLOW_ORIGIN_MISSING, reason=f"{answer} has no `Access-Control-Allow-Origin`")
    if allowed == "*" and not fetch.credentials:
        return None
    if allowed != fetch.origin:
        code, unlike = _unlike(allowed, fetch)
        return Failure(code=code, reason=f"`Access-Control-Allow-Origin` of {answer} is `{allowed}`{unlike}")
    granted = header(names.ALLOW_CREDENTIALS)
    if fetch.credentials and granted != "true":
        found = f"has no `{_CREDENTIALS}`" if granted is None else f"has `{_CREDENTIALS}: {granted}`, not `true`"
        reason = f"the fetch has credentials, and {answer} {found}"
        return Failure(code=Code.ALLOW_CREDENTIALS_INVALID, reason=reason)
    return None


def _unlike(allowed: str, fetch: PlannedFetch) -> tuple[Code, str]:
    """Return what is the matter with an allowed origin that is not the fetch's."""
    if allowed == "*":
        return Code.ALLOW_ORIGIN_WILDCARD, ", which does not count for a fetch with credentials"
    if _SEVERAL.search(allowed):
        return Code.ALLOW_ORIGIN_MULTIPLE, ", several values where one may stand"
    if allowed != OPAQUE and parse_origin(allowed) is None:
        code = Code.ALLOW_ORIGIN_INVALID if parse_url(allowed) is None else Code.ALLOW_ORIGIN_MISMATCH
        return code, f", which is no origin; the page's is `{fetch.origin}`"
    return Code.ALLOW_ORIGIN_MISMATCH, f", not the page's origin `{fetch.origin}`"


def preflight_check(
    fetch: PlannedFetch, status: int, header: Header, profile: Profile = STANDARD, *, is_own: bool = False
) -> Failure | None:
    """Check a preflight's answer: origin, unless it is the page's own, status, method, headers."""
    failure = None if is_own else cors_check(fetch, header, answer="the preflight's answer")
    failure = failure or _granted_check(fetch, status, header, profile)
    return None if failure is None else replace(failure, is_preflight=True)


def _granted_check(fetch: PlannedFetch, status: int, header: Header, profile: Profile) -> Failure | None:
    if not 200 <= status <= 299:  # noqa: PLR2004 - an ok status
        code = Code.PREFLIGHT_STATUS if header("location") is None else Code.PREFLIGHT_REDIRECT
        more = ": a preflight is never redirected" if code is Code.PREFLIGHT_REDIRECT else ""
        reason = f"the preflight was answered {status}, which is not a success{more}"
        return Failure(code=code, reason=reason, subject=str(status))
    methods, allowed = _listed(header, names.ALLOW_METHODS), _listed(header, names.ALLOW_HEADERS)
    if isinstance(methods, Failure):
        return methods
    if isinstance(allowed, Failure):
        return allowed
    if header(names.ALLOW_METHODS) is None and fetch.forces_preflight and profile.supplies_method:
        methods = [fetch.method]
    return method_check(fetch, methods) or header_check(fetch, [name.lower() for name in allowed], profile)


def _listed(header: Header, name: str) -> list[str] | Failure:
    """Return the members of a list in a preflight's answer; one that is no token spoils the list."""
    value = header(name) or ""
    members = names.split_tokens(value)
    if members is not None:
        return members
    is_methods = name == names.ALLOW_METHODS
    code, title = (Code.ALLOW_METHODS_INVALID, "Methods") if is_methods else (Code.ALLOW_HEADERS_INVALID, "Headers")
    return Failure(code=code, reason=f"`Access-Control-Allow-{title}: {value}` is no list of names")


def method_check(fetch: PlannedFetch, allowed: list[str]) -> Failure | None:
    """Check that a list of methods has the fetch's."""
    is_any = "*" in allowed and not fetch.credentials
    if is_any or fetch.method in allowed or fetch.method in SAFELISTED:
        return None
    reason = f"`Access-Control-Allow-Methods` does not list `{fetch.method}`"
    case = next((name for name in allowed if name.upper() == fetch.method.upper()), None)
    if case is not None:
        reason += f", only `{case}`, and the letter case counts"
    return Failure(code=Code.METHOD_REFUSED, reason=reason + _star(fetch, allowed), subject=fetch.method)


def header_check(fetch: PlannedFetch, allowed: list[str], profile: Profile = STANDARD) -> Failure | None:
    """Check that a list of header names, in lower case, has all that the fetch needs."""
    is_any = "*" in allowed and not fetch.credentials
    for name in _in_order(fetch):
        if name in allowed or (is_any and (name != _AUTHORIZATION or profile.star_is_authorization)):
            continue
        star = ", and `*` does not stand for it" if is_any else _star(fetch, allowed)
        reason = f"`Access-Control-Allow-Headers` does not list `{name}`{star}"
        return Failure(code=Code.HEADER_REFUSED, reason=reason, subject=name)
    return None


def _in_order(fetch: PlannedFetch) -> tuple[str, ...]:
    """Return the names that have to be listed in the order in which they are looked for: `Authorization` first."""
    unsafe = fetch.unsafe_names
    return tuple(sorted(unsafe, key=lambda name: name != _AUTHORIZATION))


def _star(fetch: PlannedFetch, allowed: list[str]) -> str:
    return ", and `*` counts only without credentials" if fetch.credentials and "*" in allowed else ""
