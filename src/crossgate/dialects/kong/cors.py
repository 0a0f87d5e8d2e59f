"""The plugin's configuration: which policy it declares, and which origins its entries mean.

Source: the configuration reference of the `cors` plugin. The configuration is valid by its schema already.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.anchors import without_anchors
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.kong.schema.cors import ANY, METHODS
from crossgate.dialects.regex import alternatives, check_regex
from crossgate.fetch.origin import DEFAULT_PORTS, as_browsers_send, is_sent_by_browsers
from crossgate.model.origins import ExactOrigin, Normalisation, OriginEntry, OriginSet, Reading, RegexOrigin, Subject
from crossgate.model.policy import Declared, Policy
from crossgate.model.urls import split_url

_DOCUMENTED: Final = Normalisation(trailing_slash=True, default_port=True)
_RELEASED: Final = Normalisation(default_port=True, reading=Reading.URL)

_GLOB: Final = re.compile(r"(?:^|/)\*")
_PLAIN: Final = re.compile(r"[A-Za-z0-9.:/-]+")


class Switches(Struct, frozen=True, kw_only=True):
    """What a configuration says beyond the common policy.

    `emulates`: what a release's code makes of it counts, not what its documents say.
    """

    emulates: bool
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


def read_cors(config: Fields, name: str, report: Diagnostics, *, emulates: bool) -> tuple[Policy, Switches]:
    """Read a configuration of the plugin; `emulates` as in `Switches`."""
    origins, headers, exposed = (_texts(config, key, report) for key in ("origins", "headers", "exposed_headers"))
    max_age, credentials = config.number("max_age"), config.boolean("credentials")
    policy = Policy(
        name=name,
        span=config.span,
        allow_origins=_declared(origins) or None,
        allow_methods=_methods(config),
        allow_headers=_declared(headers) or None,
        expose_headers=_declared(exposed) or None,
        allow_credentials=Declared(value=False)
        if credentials is None
        else Declared(value=credentials.value, span=credentials.span),
        max_age=None if max_age is None else Declared(value=max_age.value, span=max_age.span),
    )
    return policy, _switches(config, origins, report, emulates=emulates)


def _switches(config: Fields, origins: list[Text], report: Diagnostics, *, emulates: bool) -> Switches:
    stars = [origin for origin in origins if origin.value == ANY]
    read = _released_entry if emulates else _entry
    entries = [entry for origin in origins if origin.value != ANY and (entry := read(origin, report)) is not None]
    only = origins[0].value if len(origins) == 1 and _PLAIN.fullmatch(origins[0].value) else None
    for origin in origins:
        _say_what_no_browser_sends(origin, report, is_only=only is not None)
    return Switches(
        emulates=emulates,
        allows_any=not origins or (len(origins) == 1 and bool(stars)),
        lists_any=len(origins) > 1 and bool(stars),
        only=only,
        origins=OriginSet(entries=tuple(entries), normalisation=_RELEASED if emulates else _DOCUMENTED),
        private_network=_flag(config, "private_network", default=False),
        preflight_continue=_flag(config, "preflight_continue", default=False),
        allow_origin_absent=_flag(config, "allow_origin_absent", default=True),
    )


def _say_what_no_browser_sends(origin: Text, report: Diagnostics, *, is_only: bool) -> None:
    """Warn of a plain entry that no page matches: alone it is sent as it is written, in a list it is normalised."""
    if not _PLAIN.fullmatch(origin.value):
        return
    sent = origin.value if is_only else _normalised(origin.value)
    if not is_sent_by_browsers(sent):
        meant = as_browsers_send(sent)
        report.warning(
            "origin-never-sent",
            f"no browser ever sends the origin `{origin.value}`, so no page matches it",
            origin.span,
            "write it as browsers do: scheme, host, and a port that is not the scheme's own; no slash at the end"
            if meant is None
            else f"browsers send `{meant}`",
        )


def _flag(config: Fields, key: str, *, default: bool) -> bool:
    value = config.boolean(key)
    return default if value is None else value.value


def _declared(texts: list[Text]) -> tuple[Declared[str], ...]:
    return tuple(Declared(value=text.value, span=text.span) for text in texts)


def _texts(config: Fields, key: str, report: Diagnostics) -> list[Text]:
    found = config.strings(key)
    for text in found:
        if not text.value.isprintable():
            report.error("invalid-value", f"an item of `{key}` holds a control character", text.span)
    return found


def _methods(config: Fields) -> tuple[Declared[str], ...]:
    """Return the methods; an empty list is one, and only an absent one is the default."""
    if not config.has("methods"):
        return tuple(Declared(value=method) for method in METHODS)
    return _declared(config.strings("methods"))


def _entry(origin: Text, report: Diagnostics) -> OriginEntry | None:
    """Return what an entry means: an origin if it has only an origin's characters, else a regular expression."""
    if _PLAIN.fullmatch(origin.value):
        return ExactOrigin(written=_normalised(origin.value), span=origin.span)
    if not check_regex(origin, report):
        return None
    if _GLOB.search(origin.value):
        message = f"`{origin.value}` is an expression, in which `*` repeats what is before it: it means no subdomains"
        hint = "for the subdomains of a host write `https://.*\\.example\\.com`"
        report.warning("glob-in-expression", message, origin.span, hint)
    pattern = without_anchors(origin.value)
    if pattern is None:
        message = f"`{origin.value}` has `^` or `$` in the middle, which cannot be enforced"
        hint = "expressions are anchored at both ends already: remove them"
        report.error("invalid-regex", message, origin.span, hint)
        return None
    if len(alternatives(origin.value)) > 1:
        message = f"the gateway anchors only the last alternative of `{origin.value}`; here the whole is anchored"
        hint = f"group the alternatives, which means the same everywhere: `({pattern})`"
        report.warning("alternatives-ungrouped", message, origin.span, hint)
    return RegexOrigin(written=origin.value, pattern=pattern, subject=_subject(origin.value), span=origin.span)


def _subject(expression: str) -> Subject:
    return Subject.ORIGIN if ":" in expression else Subject.HOST


def _released_entry(origin: Text, report: Diagnostics) -> OriginEntry | None:
    """Return what a release makes of an entry: an expression holds at the start, and loses or gets one anchor each.

    Of several alternatives it is the last that gets the anchor at the end.
    """
    if _PLAIN.fullmatch(origin.value):
        return ExactOrigin(written=origin.value, span=origin.span)
    if not check_regex(origin, report):
        return None
    ended = origin.value if origin.value.endswith("$") else f"{origin.value}$"
    pattern = ended.removeprefix("^")
    if len(alternatives(pattern)) > 1 or ended.endswith("\\$"):
        message = f"`{origin.value}` admits origins that only begin like it: the release anchors its last alternative"
        hint = f"group the alternatives: `({pattern.removesuffix('$')})`"
        report.warning("alternatives-ungrouped", message, origin.span, hint)
    written = origin.value
    return RegexOrigin(written=written, pattern=f"(?:{pattern})(?s:.*)", subject=_subject(written), span=origin.span)


def _normalised(value: str) -> str:
    """Return a plain entry as it compares: without path, and without the port that its scheme implies."""
    url = split_url(value)
    if url.host is None:
        return value
    scheme = "" if url.scheme is None else f"{url.scheme}://"
    is_implied = url.port is None or url.port == str(DEFAULT_PORTS.get(url.scheme or "", ""))
    return f"{scheme}{url.host}" + ("" if is_implied else f":{url.port}")
