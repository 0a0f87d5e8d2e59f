"""A table of origins and methods as cases: what it lists is allowed, and what it does not is blocked.

So is what nobody wrote: strangers that look like the origins that it allows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import count
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.methods import normalize_method
from crossgate.fetch.origin import OPAQUE, is_sent_by_browsers
from crossgate.policy_tests.cases import Cell, Expected
from crossgate.policy_tests.sendable import check_origin
from crossgate.source import Span

ANY: Final = "*"
"""The entry of a table that means every origin."""

_STRANGER: Final = "https://stranger.example"
_ANYBODY: Final = (_STRANGER, "http://stranger.example:8443", OPAQUE)
_A_PORT: Final = "8443"


class Row(Struct, frozen=True, kw_only=True):
    """An origin, or a pattern of some, and the methods that it is allowed; `span` is the place of their list."""

    origin: Text
    methods: Mapping[str, Span]
    span: Span


def row_of(origin: Text, methods: Iterable[Text], span: Span) -> Row:
    """Return a row; methods are normalized as browsers do."""
    return Row(origin=origin, methods={normalize_method(text.value): text.span for text in methods}, span=span)


def check_pattern(origin: Text, report: Diagnostics) -> bool:
    """Check that browsers can send what an entry of a table means; `*` stands in a host, or for a port."""
    if origin.value == ANY:
        return True
    scheme, _, rest = origin.value.partition("://")
    if ANY in scheme or ANY not in rest:
        return check_origin(origin, report)
    return check_origin(origin, report, _witness(origin.value, "a"))


def cells(
    table: Span, rows: Sequence[Row], origins: Sequence[Text], methods: Sequence[str], own_origin: str
) -> Iterator[tuple[str, str, Expected, Cell]]:
    """Yield origin, method, what is expected and where it stands, for all that a table says and implies.

    `origins` and `methods` are those that the test names beside the table; `own_origin` is the URL's, which is nobody's
    stranger.
    """
    by_origin = {row.origin.value: row for row in rows}
    listed = {text.value: text.span for text in origins} | {row.origin.value: row.origin.span for row in rows}
    asked = tuple(dict.fromkeys((*methods, *(method for row in rows for method in row.methods)))) or ("GET",)
    for written, at in listed.items():
        row = by_origin.get(written)
        allowed = {} if row is None else row.methods
        cell = Cell(table=table, row=None if row is None else row.span, written=written, is_stranger=False)
        for origin in _witnesses(written, listed):
            for method in asked:
                yield origin, method, Expected(is_allowed=method in allowed, at=allowed.get(method, at)), cell
    for origin in _strangers(by_origin, listed, own_origin):
        cell = Cell(table=table, row=None, written=origin, is_stranger=True)
        for method in asked:
            yield origin, method, Expected(is_allowed=False, at=table), cell


def _strangers(rows: Iterable[str], listed: Iterable[str], own_origin: str) -> Iterator[str]:
    """Yield origins that no entry means: some that look like one, one that nobody knows, and `null`."""
    patterns = [_as_glob(written) for written in listed if ANY in written]
    known = {own_origin, *listed}
    near = (miss for written in rows for each in _witnesses(written, ()) for miss in lookalikes(each))
    for origin in dict.fromkeys((_STRANGER, OPAQUE, *near)):
        is_meant = origin in known or any(fnmatchcase(origin, pattern) for pattern in patterns)
        if not is_meant and is_sent_by_browsers(origin):
            yield origin


def _witnesses(written: str, listed: Iterable[str]) -> tuple[str, ...]:
    """Return origins that an entry means, none of them listed beside it."""
    if written == ANY:
        return tuple(origin for origin in _ANYBODY if origin not in listed)
    if ANY not in written:
        return (written,)
    return (next(origin for n in count(1) if (origin := _witness(written, "a" * n)) not in listed),)


def _witness(written: str, letters: str) -> str:
    return written.replace(f":{ANY}", f":{_A_PORT}").replace(ANY, letters)


def _as_glob(written: str) -> str:
    return written.replace("[", "[[]")
