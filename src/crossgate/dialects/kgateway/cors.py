"""The CORS filter (HTTPCORSFilter), read as the API server takes it: its defaults, its limits, its rules.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httpcorsfilter. The same structure stands in a
TrafficPolicy's `spec.cors`.
"""

import re
from collections.abc import Callable
from typing import Final

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kgateway.origins import check_origin
from crossgate.dialects.options import ReadOptions
from crossgate.model.policy import Declared, Policy
from crossgate.source import Span

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*")
DEFAULT_MAX_AGE: Final = 5
"""Seconds; the API server writes it where a manifest has none."""
MAX_METHODS: Final = 9
MAX_ITEMS: Final = 64
MAX_INT32: Final = 2**31 - 1

_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]{1,256}")


def read_cors(  # noqa: PLR0913 - what it is called and where it stands, how it is read
    cors: Fields,
    name: str,
    span: Span,
    options: ReadOptions,
    report: Diagnostics,
    *,
    unknown: Severity = Severity.ERROR,
) -> Policy:
    """Read a CORS filter; what is wrong in it is reported, and what is right of it is returned.

    `unknown` is how bad a field is that it does not have.
    """
    origins = _list(cors, "allowOrigins", MAX_ITEMS, report)
    methods = _list(cors, "allowMethods", MAX_METHODS, report)
    headers = _list(cors, "allowHeaders", MAX_ITEMS, report)
    exposed = _list(cors, "exposeHeaders", MAX_ITEMS, report)
    _only_alone(origins, "AllowOrigins", "origins", report)
    _only_alone(methods, "AllowMethods", "methods", report)
    _only_alone(headers, "AllowHeaders", "headers", report)
    max_age = cors.integer("maxAge", minimum=1, maximum=MAX_INT32)
    credentials = cors.boolean("allowCredentials")
    cors.finish(severity=unknown)
    if credentials is not None and credentials.value:
        _warn_of_any_exposed(exposed, report)
    return Policy(
        name=name,
        span=span,
        allow_origins=_checked(origins, lambda origin: check_origin(origin, options.gateway_api, report)),
        allow_methods=_checked(methods, lambda method: _is_method(method, report)),
        allow_headers=_checked(headers, lambda header: _is_header_name(header, report)),
        expose_headers=_checked(exposed, lambda header: _is_header_name(header, report)),
        allow_credentials=Declared(value=False)
        if credentials is None
        else Declared(value=credentials.value, span=credentials.span),
        max_age=Declared(value=DEFAULT_MAX_AGE)
        if max_age is None
        else Declared(value=max_age.value, span=max_age.span),
    )


def _list(cors: Fields, key: str, limit: int, report: Diagnostics) -> list[Text]:
    """Read a list of type `set`: equal items are refused, as are more of them than the limit."""
    texts = cors.strings(key) or []
    if len(texts) > limit:
        report.error(
            "too-many-items", f"`{key}` has {len(texts)} items, at most {limit} are allowed", texts[limit].span
        )
    first: dict[str, Text] = {}
    for text in texts:
        seen = first.setdefault(text.value, text)
        if seen is not text:
            report.error(
                "duplicate-item",
                f"`{text.value}` stands twice in `{key}`",
                text.span,
                "remove one of them",
                related=(("first here", seen.span),),
            )
    return texts


def _only_alone(texts: list[Text], field: str, others: str, report: Diagnostics) -> None:
    star = next((text for text in texts if text.value == "*"), None)
    if star is not None and len(texts) > 1:
        message = f"{field} cannot contain '*' alongside other {others}"
        report.error("wildcard-not-alone", message, star.span, f"keep `*` or the other {others}")


def _warn_of_any_exposed(exposed: list[Text], report: Diagnostics) -> None:
    """Warn of `*` beside credentials, which browsers take for a header of that name (Fetch Standard, CORS protocol)."""
    star = next((text for text in exposed if text.value == "*"), None)
    if star is not None:
        message = "`*` exposes no header to a page whose request has credentials"
        report.warning("expose-any-with-credentials", message, star.span, "name the headers that pages are to read")


def _checked(texts: list[Text], is_valid: Callable[[Text], bool]) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=text.value, span=text.span) for text in texts if is_valid(text))


def _is_method(method: Text, report: Diagnostics) -> bool:
    if method.value in METHODS:
        return True
    upper = method.value.upper()
    hint = f"write `{upper}`" if upper in METHODS else f"one of {', '.join(METHODS)}"
    report.error("invalid-method", f"`{method.value}` is not a method that can be allowed", method.span, hint)
    return False


def _is_header_name(header: Text, report: Diagnostics) -> bool:
    if _HEADER_NAME.fullmatch(header.value):
        return True
    report.error("invalid-header-name", f"`{header.value}` is not a header name", header.span)
    return False
