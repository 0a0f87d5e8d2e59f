r"""Origins as the plugin's releases read them, for emulation: patterns as loose as theirs, and what is a URL to them.

1.0.0 looks for a pattern anywhere in the origin, 2.0.2 wants it whole; in both a `*` is any text and a list of ports
ends a pattern wherever it stands. An origin that Go's `net/url` cannot parse counts as none.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.dialects.higress.origins import NORMALISATION, exact_origin
from crossgate.model.origins import AnyOrigin, OriginEntry, OriginSet, RegexOrigin, Subject
from crossgate.model.policy import Declared
from crossgate.source import Span

_PORTS: Final = re.compile(r"(?P<text>.*):\[(?P<ports>\*|[0-9]+(?:,[0-9]+)*)\]", re.DOTALL)

_ESCAPE: Final = "%[0-9A-Fa-f]{2}"
_QUERY: Final = r"(?:\?[^#]*)?"
_FRAGMENT: Final = f"(?:#(?:[^%]|{_ESCAPE})*)?"
_PATH: Final = f"(?:/(?:[^?#%]|{_ESCAPE})*)?"
_CODED: Final = r"[^\x00-\x7f]|%25|%[89A-Fa-f][0-9A-Fa-f]"
_FIRST: Final = rf"(?:[A-Za-z0-9._~!$&'()*+,;=\]<>\"-]|{_CODED})"
_HOST: Final = rf"(?:[A-Za-z0-9._~!$&'()*+,;=\[\]<>\"-]|{_CODED})"
_USER: Final = rf"(?:(?:[A-Za-z0-9._~:!$&'()*+,;=@-]|{_ESCAPE})*@)?"
_BRACKETED: Final = rf"\[(?:{_HOST}|:)*\](?::[0-9]*)?"
_UNBRACKETED: Final = rf"(?:(?:{_FIRST}|:)(?:{_HOST}|:)*)?:[0-9]*|(?:{_FIRST}{_HOST}*)?"
_AUTHORITY: Final = f"{_USER}(?:{_BRACKETED}|{_UNBRACKETED})"
_SCHEME: Final = "[A-Za-z][A-Za-z0-9+.-]*"
_FORMS: Final = (
    rf"(?:{_SCHEME}:)?//{_AUTHORITY}{_PATH}",
    rf"{_SCHEME}:/(?:(?:[^/?#%]|{_ESCAPE})(?:[^?#%]|{_ESCAPE})*)?",
    rf"{_SCHEME}:(?:[^/?#][^?#]*)?",
    rf"/(?:(?:[^/?#%]|{_ESCAPE})(?:[^?#%]|{_ESCAPE})*)?",
    rf"//(?:/(?:[^?#%]|{_ESCAPE})*)",
    rf"(?:[^/?#:%]|{_ESCAPE})*{_PATH}",
)
"""`scheme://authority/path`, a rooted path, an opaque one, and the three kinds of reference without a scheme."""

PARSED: Final = OriginSet(
    entries=(
        RegexOrigin(written="a URL", pattern=f"(?:{'|'.join(_FORMS)}){_QUERY}{_FRAGMENT}", subject=Subject.ORIGIN),
    ),
    normalisation=NORMALISATION,
)
"""What Go's `net/url` parses. Source: its documentation, and RFC 3986 as far as it follows it."""


def release_origins(
    origins: Iterable[Declared[str]], patterns: Iterable[Declared[str]], *, is_anchored: bool
) -> OriginSet:
    """Return the origins of a policy as a release reads them."""
    entries = [*_exact(origins), *(_pattern(pattern.value, pattern.span, is_anchored) for pattern in patterns)]
    return OriginSet(entries=tuple(entries), normalisation=NORMALISATION)


def _exact(origins: Iterable[Declared[str]]) -> Iterator[OriginEntry]:
    for origin in origins:
        if origin.value == "*":
            yield AnyOrigin(span=origin.span)
        else:
            yield exact_origin(origin.value, origin.span)


def _pattern(written: str, span: Span | None, is_anchored: bool) -> OriginEntry:  # noqa: FBT001 - read at its only use
    if written == "*":
        return AnyOrigin(span=span)
    listed = _PORTS.match(written)
    text = ".*".join(re.escape(part) for part in (listed["text"] if listed else written).split("*"))
    if listed is not None:
        ports = listed["ports"]
        text += "(?::[0-9]+)?" if ports == "*" else f":(?:{ports.replace(',', '|')})"
    return RegexOrigin(
        written=written, pattern=text if is_anchored else f".*{text}.*", subject=Subject.ORIGIN, span=span
    )
