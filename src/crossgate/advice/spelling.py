"""How files spell the fields of a policy: families of names, of which one policy uses one.

A family is recognised by a key that stands before a value that was read, so that a new field is written like its
neighbours. No gateway is named here; whether a name is right, the reader says.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from crossgate.advice.needs import Field
from crossgate.source import Span


class Family(Struct, frozen=True, kw_only=True):
    """The names of the fields; `are_texts`: a list is one text, its members divided by commas."""

    names: Mapping[Field, str]
    others: Mapping[Field, str]
    are_texts: bool = False


class Key(Struct, frozen=True, kw_only=True):
    """A key in a file: where it begins, its quote and what stands before its name, and the family of the name."""

    start: int
    quote: str
    prefix: str
    family: Family

    def spell(self, field: Field) -> str:
        """Return another field's key, written as this one is."""
        return f"{self.quote}{self.prefix}{self.family.names[field]}{self.quote}"


def _family(*names: str, patterns: str = "", are_texts: bool = False) -> Family:
    return Family(
        names=dict(zip(Field, names, strict=True)),
        others={Field.ORIGINS: patterns} if patterns else {},
        are_texts=are_texts,
    )


FAMILIES: Final = (
    _family("allowOrigins", "allowMethods", "allowHeaders", "exposeHeaders", "allowCredentials", "maxAge"),
    _family(
        "allow_origins",
        "allow_methods",
        "allow_headers",
        "expose_headers",
        "allow_credentials",
        "max_age",
        patterns="allow_origin_patterns",
    ),
    _family("origins", "methods", "headers", "exposed_headers", "credentials", "max_age"),
    _family(
        "cors-allow-origin",
        "cors-allow-methods",
        "cors-allow-headers",
        "cors-expose-headers",
        "cors-allow-credentials",
        "cors-max-age",
        are_texts=True,
    ),
)


def key_before(span: Span, field: Field) -> Key | None:
    """Return the nearest key of a field in front of its value, None where it is spelled like none that is known."""
    text = span.source.text
    end = offset_of(span)
    begin = max(0, end - 4096)
    nearest: Key | None = None
    for family in FAMILIES:
        for name in filter(None, (family.names[field], family.others.get(field))):
            for found in _pattern(name).finditer(text, begin, end):
                if nearest is None or found.start() > nearest.start:
                    nearest = Key(
                        start=found.start(), quote=found["quote"], prefix=found["prefix"] or "", family=family
                    )
    return nearest


@cache
def _pattern(name: str) -> re.Pattern[str]:
    prefix = r"(?P<prefix>[\w.-]+/)?" if "-" in name else r"(?P<prefix>)"
    return re.compile(rf"(?<![\w./-])(?P<quote>[\"']?){prefix}{re.escape(name)}(?P=quote)\s*:")


def offset_of(span: Span) -> int:
    """Return where a span begins in its source's text."""
    return span.source.line_bounds(span.line)[0] + span.column - 1


def end_of(span: Span) -> int:
    """Return where a span ends in its source's text."""
    return span.source.line_bounds(span.end_line)[0] + span.end_column - 1
