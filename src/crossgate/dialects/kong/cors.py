"""The plugin's configuration: fields, defaults and the gateway's own messages.

Source: the configuration reference of the `cors` plugin.
"""

import re
from dataclasses import dataclass
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.regex import check_regex, without_anchors
from crossgate.fetch.origin import DEFAULT_PORTS, is_sent_by_browsers
from crossgate.model.origins import ExactOrigin, Normalisation, OriginEntry, OriginSet, RegexOrigin, Subject
from crossgate.model.policy import Declared, Policy

METHODS: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT")
"""The methods there are, in the order in which the default lists them."""
NORMALISATION: Final = Normalisation(trailing_slash=True, default_port=True)

_PLAIN: Final = re.compile(r"[A-Za-z0-9.:/-]+")
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^:/]+)(?::(?P<port>[0-9]+))?(?:/.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """What a configuration says beyond the common policy."""

    allows_any: bool
    """Whether `*` is the only origin, or none is named."""
    lists_any: bool
    """Whether `*` is one of several."""
    only: str | None
    """The one plain origin, which is sent whatever the request's is."""
    origins: OriginSet
    private_network: bool
    preflight_continue: bool
    allow_origin_absent: bool


def read_cors(config: Fields, name: str, report: Diagnostics) -> tuple[Policy, Switches]:
    """Read a configuration of the plugin."""
    origins = _strings(config, "origins", report)
    methods = _methods(config, report)
    headers, exposed = _strings(config, "headers", report), _strings(config, "exposed_headers", report)
    max_age, credentials = config.number("max_age"), config.boolean("credentials")
    switches = _switches(config, origins, report)
    config.finish()
    policy = Policy(
        name=name,
        span=config.span,
        allow_origins=_declared(origins) or None,
        allow_methods=methods,
        allow_headers=_declared(headers) or None,
        expose_headers=_declared(exposed) or None,
        allow_credentials=Declared(value=False)
        if credentials is None
        else Declared(value=credentials.value, span=credentials.span),
        max_age=None if max_age is None else Declared(value=max_age.value, span=max_age.span),
    )
    return policy, switches


def _switches(config: Fields, origins: list[Text], report: Diagnostics) -> Switches:
    stars = [origin for origin in origins if origin.value == "*"]
    entries = [entry for origin in origins if origin.value != "*" and (entry := _entry(origin, report)) is not None]
    only = origins[0].value if len(origins) == 1 and _PLAIN.fullmatch(origins[0].value) else None
    if only is not None and not is_sent_by_browsers(only):
        report.warning(
            "origin-never-sent",
            f"no browser ever sends the origin `{only}`, so no page matches it",
            origins[0].span,
            "write it as browsers do: scheme, host, and a port that is not the scheme's own; no slash at the end",
        )
    return Switches(
        allows_any=not origins or (len(origins) == 1 and bool(stars)),
        lists_any=len(origins) > 1 and bool(stars),
        only=only,
        origins=OriginSet(entries=tuple(entries), normalisation=NORMALISATION),
        private_network=_flag(config, "private_network", default=False),
        preflight_continue=_flag(config, "preflight_continue", default=False),
        allow_origin_absent=_flag(config, "allow_origin_absent", default=True),
    )


def _flag(config: Fields, key: str, *, default: bool) -> bool:
    value = config.boolean(key)
    return default if value is None else value.value


def _declared(texts: list[Text]) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=text.value, span=text.span) for text in texts)


def _strings(config: Fields, key: str, report: Diagnostics) -> list[Text]:
    found = config.strings(key)
    for text in found:
        if not text.value:
            report.error("invalid-value", f"an item of `{key}` is empty: length must be at least 1", text.span)
        elif not text.value.isprintable():
            report.error("invalid-value", f"an item of `{key}` holds a control character", text.span)
    return [text for text in found if text.value and text.value.isprintable()]


def _methods(config: Fields, report: Diagnostics) -> tuple[Declared[str], ...]:
    """Return the methods; an empty list is one, and only an absent one is the default."""
    if not config.has("methods"):
        return tuple(Declared(value=method) for method in METHODS)
    found = config.strings("methods")
    for text in found:
        if text.value not in METHODS:
            upper = text.value.upper()
            hint = f"write `{upper}`" if upper in METHODS else None
            message = f"`{text.value}` is not a method of the plugin: expected one of: {', '.join(METHODS)}"
            report.error("invalid-method", message, text.span, hint)
    return _declared([text for text in found if text.value in METHODS])


def _entry(origin: Text, report: Diagnostics) -> OriginEntry | None:
    """Return what an entry means: an origin if it has only an origin's characters, else a regular expression."""
    if _PLAIN.fullmatch(origin.value):
        return ExactOrigin(written=_normalised(origin.value), span=origin.span)
    pattern = without_anchors(origin.value)
    if not check_regex(origin, report):
        return None
    if pattern is None:
        message = f"`{origin.value}` has `^` or `$` in the middle, which cannot be enforced"
        report.error(
            "invalid-regex", message, origin.span, "expressions are anchored at both ends already: remove them"
        )
        return None
    subject = Subject.ORIGIN if ":" in origin.value else Subject.HOST
    return RegexOrigin(written=origin.value, pattern=pattern, subject=subject, span=origin.span)


def _normalised(value: str) -> str:
    """Return a plain entry as it compares: without path, and without the port that its scheme implies."""
    url = _URL.fullmatch(value)
    if url is None:
        return value
    port = url["port"]
    implied = port is None or DEFAULT_PORTS.get(url["scheme"]) == int(port)
    return f"{url['scheme']}://{url['host']}" + ("" if implied else f":{port}")
