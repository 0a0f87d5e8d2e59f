"""What some tables tell apart: one origin, one method, one request header for each class that they treat alike.

Conditions and the lists of answers are all that a browser's verdict hangs on, so whatever has the same place in all of
them is one class, and one witness of it is enough. Strangers are among the witnesses: what nobody listed.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Final, TypeVar

from msgspec import Struct

from crossgate.browser.request_headers import is_forbidden
from crossgate.comparison.origins import Named, origins_of
from crossgate.fetch import headers as names
from crossgate.fetch.methods import FORBIDDEN, SAFELISTED, is_token
from crossgate.model.conditions import Atom, MethodIn, OriginIn, RequestedHeadersIn, RequestedMethodIn, positive
from crossgate.model.edits import Append, Literal, Set
from crossgate.model.table import Table

T = TypeVar("T")

STRANGE_HEADER: Final = "x-stranger"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PURGE", "OPTIONS")
_HEADERS: Final = ("authorization", "content-type", STRANGE_HEADER)


class Atoms(Struct, frozen=True, kw_only=True):
    """The witnesses; a header of None is no header. `named` says which entries mean the class of an origin."""

    origins: tuple[str, ...]
    named: Mapping[str, tuple[Named, ...]]
    methods: tuple[str, ...]
    headers: tuple[str | None, ...]
    exposed: tuple[str, ...]
    """Response headers that some list shares with pages, and one that none names."""


def atoms_of(tables: Iterable[Table], routed: Callable[[str], Hashable]) -> Atoms:
    """Return the witnesses for some tables; `routed` says of a method which tables a request with it meets."""
    known = tuple(tables)
    conditions = _conditions(known)
    headers = [
        frozenset(name.lower() for name in found.names) for found in conditions if isinstance(found, RequestedHeadersIn)
    ]
    headers += [frozenset(name.lower() for name in found) for found in _lists(known, names.ALLOW_HEADERS)]
    exposed = {name.lower() for found in _lists(known, names.EXPOSE_HEADERS) for name in found} - {"*"}
    listed = {
        name for found in headers for name in found if is_token(name) and name != "*" and not is_forbidden(name, None)
    }
    literals = sorted({*_literals(known, names.ALLOW_ORIGIN)} - {"*"})
    origins = origins_of([found.origins for found in conditions if isinstance(found, OriginIn)], literals)
    return Atoms(
        origins=tuple(origins),
        named=origins,
        methods=methods_of(known, routed),
        headers=(
            None,
            *_classes(
                sorted(listed | set(_HEADERS)),
                lambda name: (name == _HEADERS[0], *(name in found for found in headers)),
            ),
        ),
        exposed=(*sorted(exposed), STRANGE_HEADER),
    )


def methods_of(tables: Iterable[Table], routed: Callable[[str], Hashable]) -> tuple[str, ...]:
    """Return the witnesses among methods, as `atoms_of` does; what origins there are costs nothing here."""
    known = tuple(tables)
    conditions = _conditions(known)
    methods = [frozenset(found.methods) for found in conditions if isinstance(found, MethodIn)]
    methods += [
        frozenset(name.upper() if found.fold_case else name for name in found.methods)
        for found in conditions
        if isinstance(found, RequestedMethodIn)
    ]
    methods += [frozenset(found) for found in _lists(known, names.ALLOW_METHODS)]
    listed = {name for found in methods for name in found if is_token(name) and name != "*"}
    return tuple(
        _classes(
            sorted(listed | set(_METHODS), key=_usual),
            lambda name: (routed(name), name in SAFELISTED, *(name in found for found in methods)),
        )
    )


def _conditions(tables: Iterable[Table]) -> list[Atom]:
    return [positive(condition) for table in tables for condition in table.conditions()]


def _usual(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)


def _classes(candidates: Iterable[T], place: Callable[[T], Hashable]) -> Iterator[T]:
    """Yield the first candidate of each class, leaving out what no page may send."""
    found: dict[Hashable, T] = {}
    for candidate in candidates:
        if candidate not in FORBIDDEN:
            found.setdefault(place(candidate), candidate)
    yield from found.values()


def _lists(tables: Iterable[Table], header: str) -> Iterator[list[str]]:
    """Yield the members of the lists that rows give a response header."""
    for text in _literals(tables, header):
        yield names.split_list(text)


def _literals(tables: Iterable[Table], header: str) -> Iterator[str]:
    for table in tables:
        for row in table.rows:
            for edit in table.edits_of(row):
                if edit.name == header and isinstance(edit, Set | Append) and isinstance(edit.value, Literal):
                    yield edit.value.text
