"""Why a browser blocks a fetch: every reason, the step of the standard that it is from, and what consoles call it.

Source: https://fetch.spec.whatwg.org/ for the steps; the names are those of Chromium's `CorsError` and of Firefox's
console. A page sees none of this: to it every failure is the same `TypeError`.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

__all__ = ["Code", "Console", "Failure", "Standard"]

_FETCH: Final = "https://fetch.spec.whatwg.org/"


class Code(StrEnum):
    """The reason, for programs; a closed list."""

    ALLOW_ORIGIN_MISSING = "allow-origin-missing"
    ALLOW_ORIGIN_MULTIPLE = "allow-origin-multiple"
    ALLOW_ORIGIN_WILDCARD = "allow-origin-wildcard-with-credentials"
    ALLOW_ORIGIN_INVALID = "allow-origin-invalid"
    ALLOW_ORIGIN_MISMATCH = "allow-origin-mismatch"
    ALLOW_CREDENTIALS_INVALID = "allow-credentials-invalid"
    PREFLIGHT_STATUS = "preflight-status"
    PREFLIGHT_REDIRECT = "preflight-redirect"
    ALLOW_METHODS_INVALID = "allow-methods-invalid"
    ALLOW_HEADERS_INVALID = "allow-headers-invalid"
    METHOD_REFUSED = "method-refused"
    HEADER_REFUSED = "header-refused"
    REDIRECT_LOCATION = "redirect-location-invalid"
    REDIRECT_SCHEME = "redirect-scheme"
    REDIRECT_LIMIT = "redirect-limit"
    REDIRECT_CREDENTIALS = "redirect-credentials"
    REDIRECT_STREAM = "redirect-stream"
    REDIRECT_REFUSED = "redirect-refused"
    FORBIDDEN_METHOD = "forbidden-method"
    FORBIDDEN_MODE = "forbidden-mode"
    URL_CREDENTIALS = "url-credentials"
    SCHEME = "scheme"
    BLOCKED_PORT = "blocked-port"
    CROSS_ORIGIN = "cross-origin"


class Standard(Struct, frozen=True):
    """A step of the Fetch Standard: its name for people, and where it stands."""

    name: str
    anchor: str

    @property
    def url(self) -> str:
        """The address of the algorithm."""
        return f"{_FETCH}#{self.anchor}"


class Console(Struct, frozen=True):
    """What browsers call a reason, as far as they name it."""

    chromium: str | None = None
    firefox: str | None = None


class Failure(Struct, frozen=True, kw_only=True):
    """Why a browser blocks: the reason for programs and in words; `subject` is the method or header that it is about.

    `is_preflight`: the answer to the preflight failed.
    """

    code: Code
    reason: str
    is_preflight: bool = False
    subject: str | None = None

    @property
    def step(self) -> str:
        """The group of reasons."""
        return _STEPS.get(self.code, self.code.value)

    @property
    def standard(self) -> Standard:
        """The step of the standard that failed; `Authorization` has one of its own."""
        is_authorization = self.code is Code.HEADER_REFUSED and self.subject == "authorization"
        return _AUTHORIZATION if is_authorization else _STANDARD[self.code]

    @property
    def console(self) -> Console:
        """What the consoles of browsers call it."""
        found = _CONSOLES.get(self.code, Console())
        is_prefixed = self.is_preflight and self.code in _IN_BOTH and found.chromium is not None
        return Console(f"Preflight{found.chromium}", found.firefox) if is_prefixed else found


_CORS_CHECK: Final = "cors-check"
_STEPS: Final = {
    Code.ALLOW_ORIGIN_MISSING: _CORS_CHECK,
    Code.ALLOW_ORIGIN_MULTIPLE: _CORS_CHECK,
    Code.ALLOW_ORIGIN_WILDCARD: _CORS_CHECK,
    Code.ALLOW_ORIGIN_INVALID: _CORS_CHECK,
    Code.ALLOW_ORIGIN_MISMATCH: _CORS_CHECK,
    Code.ALLOW_CREDENTIALS_INVALID: _CORS_CHECK,
    Code.PREFLIGHT_REDIRECT: "preflight-status",
    Code.ALLOW_METHODS_INVALID: "preflight-method",
    Code.METHOD_REFUSED: "preflight-method",
    Code.ALLOW_HEADERS_INVALID: "preflight-header",
    Code.HEADER_REFUSED: "preflight-header",
}
_IN_BOTH: Final = frozenset(code for code, step in _STEPS.items() if step == _CORS_CHECK)
"""The reasons that both answers can fail for."""


def _check(step: int) -> Standard:
    return Standard(f"CORS check, step {step}", "concept-cors-check")


def _preflight(step: str) -> Standard:
    return Standard(f"CORS-preflight fetch, step {step}", "cors-preflight-fetch")


def _redirect(step: int) -> Standard:
    return Standard(f"HTTP-redirect fetch, step {step}", "http-redirect-fetch")


_REQUEST: Final = Standard("the Request constructor", "dom-request")
_MAIN: Final = Standard("main fetch", "main-fetch")

_AUTHORIZATION: Final = _preflight("7.6")
_STANDARD: Final = {
    Code.ALLOW_ORIGIN_MISSING: _check(2),
    Code.ALLOW_ORIGIN_MULTIPLE: _check(4),
    Code.ALLOW_ORIGIN_WILDCARD: _check(4),
    Code.ALLOW_ORIGIN_INVALID: _check(4),
    Code.ALLOW_ORIGIN_MISMATCH: _check(4),
    Code.ALLOW_CREDENTIALS_INVALID: _check(8),
    Code.PREFLIGHT_STATUS: _preflight("7"),
    Code.PREFLIGHT_REDIRECT: _preflight("7"),
    Code.ALLOW_METHODS_INVALID: _preflight("7.3"),
    Code.ALLOW_HEADERS_INVALID: _preflight("7.3"),
    Code.METHOD_REFUSED: _preflight("7.5"),
    Code.HEADER_REFUSED: _preflight("7.7"),
    Code.REDIRECT_LOCATION: _redirect(4),
    Code.REDIRECT_SCHEME: _redirect(5),
    Code.REDIRECT_LIMIT: _redirect(6),
    Code.REDIRECT_CREDENTIALS: _redirect(8),
    Code.REDIRECT_STREAM: _redirect(10),
    Code.REDIRECT_REFUSED: Standard("HTTP fetch", "http-fetch"),
    Code.FORBIDDEN_METHOD: _REQUEST,
    Code.FORBIDDEN_MODE: _REQUEST,
    Code.URL_CREDENTIALS: _REQUEST,
    Code.SCHEME: _MAIN,
    Code.BLOCKED_PORT: Standard("port blocking", "block-bad-port"),
    Code.CROSS_ORIGIN: _MAIN,
}

_PREFLIGHT_FAILED: Final = "CORSPreflightDidNotSucceed3"
_CONSOLES: Final = {
    Code.ALLOW_ORIGIN_MISSING: Console("MissingAllowOriginHeader", "CORSMissingAllowOrigin2"),
    Code.ALLOW_ORIGIN_MULTIPLE: Console("MultipleAllowOriginValues", "CORSAllowOriginNotMatchingOrigin"),
    Code.ALLOW_ORIGIN_WILDCARD: Console("WildcardOriginNotAllowed", "CORSNotSupportingCredentials"),
    Code.ALLOW_ORIGIN_INVALID: Console("InvalidAllowOriginValue", "CORSAllowOriginNotMatchingOrigin"),
    Code.ALLOW_ORIGIN_MISMATCH: Console("AllowOriginMismatch", "CORSAllowOriginNotMatchingOrigin"),
    Code.ALLOW_CREDENTIALS_INVALID: Console("InvalidAllowCredentials", "CORSMissingAllowCredentials"),
    Code.PREFLIGHT_STATUS: Console("PreflightInvalidStatus", _PREFLIGHT_FAILED),
    Code.PREFLIGHT_REDIRECT: Console("PreflightDisallowedRedirect", "CORSExternalRedirectNotAllowed"),
    Code.ALLOW_METHODS_INVALID: Console("InvalidAllowMethodsPreflightResponse", "CORSInvalidAllowMethod"),
    Code.ALLOW_HEADERS_INVALID: Console("InvalidAllowHeadersPreflightResponse", "CORSInvalidAllowHeader"),
    Code.METHOD_REFUSED: Console("MethodDisallowedByPreflightResponse", "CORSMethodNotFound"),
    Code.HEADER_REFUSED: Console("HeaderDisallowedByPreflightResponse", "CORSMissingAllowHeaderFromPreflight2"),
    Code.REDIRECT_SCHEME: Console("CorsDisabledScheme", "CORSRequestNotHttp"),
    Code.REDIRECT_CREDENTIALS: Console("RedirectContainsCredentials", "CORSDidNotSucceed2"),
    Code.SCHEME: Console("CorsDisabledScheme", "CORSRequestNotHttp"),
    Code.BLOCKED_PORT: Console("net::ERR_UNSAFE_PORT", None),
}
