"""The plugin's configuration: fields, defaults, and the lenience with which the gateway reads values.

What the gateway takes although its document does not say so is taken here too, with a warning at the value.
Source: the table "Configuration Fields" of the plugin's page.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics, Severity
from crossgate.dialects.fields import Fields, describe
from crossgate.dialects.higress.origins import has_stray_bracket
from crossgate.dialects.nodes import Node, ScalarNode, SequenceNode
from crossgate.model.policy import Declared, Policy
from crossgate.source import Span

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
    origins = _origins(config, "allow_origins", report)
    patterns = _origins(config, "allow_origin_patterns", report)
    _warn_of_brackets(patterns, report)
    methods = _starred(_strings(config, "allow_methods", report)) or _defaults(DEFAULT_METHODS)
    headers = _starred(_strings(config, "allow_headers", report)) or _defaults(DEFAULT_HEADERS)
    exposed = _starred(_strings(config, "expose_headers", report))
    credentials = _boolean(config, "allow_credentials", report)
    max_age = _max_age(config, report)
    config.finish(severity=Severity.WARNING)
    if not origins and not patterns:
        if credentials.value:
            _warn_of_nobody(config, credentials, report)
        else:
            origins = (Declared(value="*"),)
    if credentials.value and origins and origins[0].value == "*":
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


def _origins(config: Fields, key: str, report: Diagnostics) -> tuple[Declared[str], ...]:
    found = _starred(_strings(config, key, report))
    return tuple(Declared(value=item.value.removesuffix("/"), span=item.span) for item in found)


def _starred(found: tuple[Declared[str], ...]) -> tuple[Declared[str], ...]:
    """Return a list, or `*` alone where it has one: that stands for all of it."""
    star = next((item for item in found if item.value == "*"), None)
    return found if star is None else (star,)


def _strings(config: Fields, key: str, report: Diagnostics) -> tuple[Declared[str], ...]:
    """Read a list of strings; a scalar is taken for a list of one, blank items for none."""
    node = config.node(key)
    if node is None:
        return ()
    if not isinstance(node, SequenceNode):
        _warn_of_lenience(node, f"`{key}` is a list, not {describe(node)}", "write it as a list", report)
    items = node.items if isinstance(node, SequenceNode) else (node,)
    return tuple(declared for item in items if (declared := _string(item, key, report)) is not None)


def _string(item: Node, key: str, report: Diagnostics) -> Declared[str] | None:
    if not isinstance(item, ScalarNode):
        report.error("wrong-type", f"an item of `{key}` is a string, not {describe(item)}", item.span)
        return None
    if not isinstance(item.value, str):
        hint = "remove it" if item.value is None else "put it in quotes"
        _warn_of_lenience(item, f"an item of `{key}` is a string, not {describe(item)}", hint, report)
    text = "" if item.value is None else item.text.strip()
    if any(ord(character) < ord(" ") for character in text):
        report.error("invalid-value", f"an item of `{key}` holds a control character", item.span)
        return None
    return Declared(value=text, span=item.span) if text else None


def _boolean(config: Fields, key: str, report: Diagnostics) -> Declared[bool]:
    node = config.node(key)
    if node is None:
        return Declared(value=False)
    if isinstance(node, ScalarNode) and isinstance(node.value, bool):
        return Declared(value=node.value, span=node.span)
    value = isinstance(node, ScalarNode) and node.text in ("true", "1")
    written = str(value).lower()
    _warn_of_lenience(node, f"`{key}` is a boolean, not {describe(node)}; it is read as {written}", None, report)
    return Declared(value=value, span=node.span)


def _max_age(config: Fields, report: Diagnostics) -> Declared[float]:
    """Read `max_age` in whole seconds; what is no positive number gives the default."""
    node = config.node("max_age")
    if node is None:
        return Declared(value=DEFAULT_MAX_AGE)
    value, span = _seconds(node), node.span
    if not isinstance(node, ScalarNode) or not isinstance(node.value, int) or isinstance(node.value, bool):
        _warn_of_lenience(node, f"`max_age` is a number of seconds, not {describe(node)}", None, report)
    if value <= 0:
        message = f"`max_age` is not positive, so the default holds: {DEFAULT_MAX_AGE} seconds"
        _warn_of_lenience(node, message, None, report)
        return Declared(value=DEFAULT_MAX_AGE, span=span)
    return Declared(value=value, span=span)


def _seconds(node: Node) -> int:
    try:
        return int(float(node.text)) if isinstance(node, ScalarNode) else 0
    except (ValueError, OverflowError):
        return int(isinstance(node, ScalarNode) and node.value is True)


def _warn_of_lenience(node: Node, message: str, hint: str | None, report: Diagnostics) -> None:
    span: Span = node.span
    report.warning("lenient-value", message, span, hint)
