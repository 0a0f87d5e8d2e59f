"""The plugin's configuration: its seven fields and their defaults.

Source: the table "Configuration Fields" of the plugin's page.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.fields import Fields
from crossgate.dialects.higress.lenience import boolean, seconds, strings
from crossgate.dialects.higress.origins import has_stray_bracket
from crossgate.model.policy import Declared, Policy

ANY: Final = "*"
"""Stands for every value of a list, and for what stands before it there."""

DEFAULT_METHODS: Final = ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS")
DEFAULT_HEADERS: Final = (
    "DNT",
    "X-CustomHeader",
    "Keep-Alive",
    "User-Agent",
    "X-Requested-With",
    "If-Modified-Since",
    "Cache-Control",
    "Content-Type",
    "Authorization",
)
DEFAULT_MAX_AGE: Final = 86400
"""Seconds."""


def read_cors(config: Fields, name: str, report: Diagnostics) -> tuple[Policy, tuple[Declared[str], ...]]:
    """Read a configuration of the plugin; return its policy, and its origin patterns beside it."""
    origins = _origins(config, report)
    patterns = _without_slash(strings(config, "allow_origin_patterns", report))
    _warn_of_brackets(patterns, report)
    methods = _starred(strings(config, "allow_methods", report)) or _defaults(DEFAULT_METHODS)
    headers = _starred(strings(config, "allow_headers", report)) or _defaults(DEFAULT_HEADERS)
    exposed = _starred(strings(config, "expose_headers", report))
    credentials = boolean(config, "allow_credentials", report)
    max_age = seconds(config, "max_age", DEFAULT_MAX_AGE, report)
    config.finish(severity=Severity.WARNING)
    if not origins and not patterns:
        if credentials.value:
            _warn_of_nobody(config, credentials, report)
        else:
            origins = (Declared(value=ANY),)
    if credentials.value and origins and origins[0].value == ANY:
        _warn_of_ignored_credentials(config, credentials, report)
        credentials = Declared(value=False, span=credentials.span)
    policy = Policy(
        name=name,
        span=config.span,
        allow_origins=origins,
        allow_methods=tuple(Declared(value=item.value.upper(), span=item.span) for item in methods),
        allow_headers=headers,
        expose_headers=exposed,
        allow_credentials=credentials,
        max_age=max_age,
    )
    return policy, patterns


def _warn_of_brackets(patterns: tuple[Declared[str], ...], report: Diagnostics) -> None:
    for pattern in patterns:
        if has_stray_bracket(pattern.value):
            report.warning(
                "pattern-matches-nothing",
                f"`{pattern.value}` matches no origin: its brackets are no list of ports",
                pattern.span,
                "ports are listed at the end, without spaces: `:[8080,9090]`; any port is `:[*]`",
            )


def _warn_of_nobody(config: Fields, credentials: Declared[bool], report: Diagnostics) -> None:
    report.warning(
        "no-origin-allowed",
        "`allow_credentials` without origins and patterns allows no origin at all",
        credentials.span or config.span,
        "list the origins in `allow_origins`, or patterns in `allow_origin_patterns`",
    )


def _warn_of_ignored_credentials(config: Fields, credentials: Declared[bool], report: Diagnostics) -> None:
    report.warning(
        "credentials-ignored",
        "`allow_credentials` has no effect: `allow_origins` is `*`, which takes precedence",
        credentials.span or config.span,
        "to allow every origin with credentials, which is dangerous, the document has `allow_origin_patterns: ['*']`",
    )


def _defaults(values: tuple[str, ...]) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=value) for value in values)


def _origins(config: Fields, report: Diagnostics) -> tuple[Declared[str], ...]:
    return _without_slash(_starred(strings(config, "allow_origins", report)))


def _without_slash(found: tuple[Declared[str], ...]) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=item.value.removesuffix("/"), span=item.span) for item in found)


def _starred(found: tuple[Declared[str], ...]) -> tuple[Declared[str], ...]:
    """Return a list from its last `*` on, which takes the place of all before it."""
    last = max((place for place, item in enumerate(found) if item.value == ANY), default=0)
    return found[last:]
