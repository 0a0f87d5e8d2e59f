"""`allowOrigins`: which values the API server takes, by version of the Gateway API, and which origins they mean."""

import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.fetch.origin import OPAQUE, is_sent_by_browsers
from crossgate.model.origins import (
    NO_PORT,
    ExactOrigin,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from crossgate.model.policy import Declared
from crossgate.source import Span

PATTERNS: Final = {
    "1.3": re.compile(r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?"),
    "1.4": re.compile(r"(^\*$)|(^([a-zA-Z][a-zA-Z0-9+\-.]+):\/\/([^:/?#]+)(:([0-9]{1,5}))?$)"),
    "1.5": re.compile(r"(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)"),
}
"""The pattern of an origin in the CRDs of each version; 1.5's is that of every later one up to 1.6."""

MAX_LENGTH: Final = 253
"""Characters that the CRD allows for an origin."""

_RUN: Final = r"[^/@,\s]*"
_ANY: Final = r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#@,\s]+"
"""What `*` means: any scheme and any host, but neither `null` nor what is no origin at all."""


def version_pattern(version: str) -> re.Pattern[str]:
    """Return the pattern that a version of the Gateway API validates origins with (1.6 is read as 1.5)."""
    major, _, minor = version.removeprefix("v").partition(".")
    known = min(max(int(minor.partition(".")[0] or 0), 3), 5)
    if major != "1":
        raise ValueError(f"no Gateway API {version} is known; there are 1.3, 1.4, 1.5 and 1.6")
    return PATTERNS[f"1.{known}"]


def check_origin(origin: Text, strict: str | None, report: Diagnostics) -> bool:
    """Say whether an origin is usable; what some version accepts is enforced, with a warning where others refuse it."""
    value = origin.value
    accepting = [version for version, pattern in PATTERNS.items() if pattern.search(value)]
    fits = 1 <= len(value) <= MAX_LENGTH and "\n" not in value and value.isprintable()
    if not fits or not accepting or (strict and not version_pattern(strict).search(value)):
        by = f"Gateway API {strict}" if fits and accepting and strict else "the Gateway API"
        report.error("invalid-origin", f"{by} refuses the origin `{value}`", origin.span, _cure(value))
        return False
    if not _is_sent(value):
        refusing = (
            "" if PATTERNS["1.5"].search(value) else f", and Gateway API ≥ {_refused_since(accepting)} refuses it"
        )
        message = f"no browser ever sends the origin `{value}`{refusing}"
        report.warning("origin-never-sent", message, origin.span, _cure(value))
    elif "1.5" not in accepting:
        message = f"Gateway API ≥ {_refused_since(accepting)} refuses the origin `{value}`"
        report.warning("origin-refused-by-newer-api", message, origin.span, _cure(value))
    return True


def _refused_since(accepting: list[str]) -> str:
    return "1.5" if "1.4" in accepting else "1.4"


def _is_sent(value: str) -> bool:
    """Say whether browsers send an origin that this value means; a wildcard is tried with a label in its place."""
    return value == "*" or is_sent_by_browsers(value.replace("*", "a"))


def _cure(value: str) -> str | None:
    scheme, separator, rest = value.partition("://")
    authority = re.split(r"[/?#]", rest)[0].rpartition("@")[2]
    if value.lower() == OPAQUE:
        return "the opaque origin `null` cannot be allowed here; serve the page from a real origin"
    if not separator:
        return f"write the scheme, as in `https://{value}`" if re.fullmatch(r"[\w.*-]+(:\d+)?", value) else None
    port = {"http": ":80", "https": ":443"}.get(scheme.lower())
    cured = f"{scheme}://{authority}".lower()
    cured = cured.removesuffix(port) if port else cured
    return f"browsers send `{cured}`" if cured != value and PATTERNS["1.5"].search(cured) else None


def origin_set(origins: tuple[Declared[str], ...]) -> OriginSet:
    """Return the origins that a policy means: letter for letter, but for `*`."""
    return OriginSet(entries=tuple(_entry(origin.value, origin.span) for origin in origins))


def _entry(value: str, span: Span | None) -> OriginEntry:
    if value == "*":
        return RegexOrigin(written=value, pattern=_ANY, subject=Subject.ORIGIN, span=span)
    if "*" not in value:
        return ExactOrigin(written=value, span=span)
    found = re.fullmatch(r"(?P<scheme>[^:/?#*]+)://(?P<host>[^/@,\s]*?\*[^/@,\s:]*)(?::(?P<port>[0-9]{1,5}))?", value)
    if found is None:
        pattern = _RUN.join(re.escape(part) for part in value.split("*"))
        return RegexOrigin(written=value, pattern=pattern, subject=Subject.ORIGIN, span=span)
    ports = frozenset({found["port"] or NO_PORT})
    return WildcardOrigin(written=value, scheme=found["scheme"], host=found["host"], ports=ports, span=span)
