"""What some tables tell apart: one origin, one method, one request header for each class that they treat alike.

Conditions and the lists of answers are all that a browser's verdict hangs on, so whatever has the same place in all of
them is one class, and one witness of it is enough. Strangers are among the witnesses: what nobody listed.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Final, TypeVar

from msgspec import Struct

from crossgate.browser.request_headers import is_forbidden
from crossgate.comparison.samples import samples
from crossgate.engine.conditions import Conditions
from crossgate.fetch import headers as names
from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.methods import FORBIDDEN, SAFELISTED, is_token
from crossgate.fetch.origin import OPAQUE, as_browsers_send, is_sent_by_browsers
from crossgate.model.conditions import MethodIn, Not, OriginIn, RequestedHeadersIn, RequestedMethodIn
from crossgate.model.edits import Append, Literal, Set
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from crossgate.model.table import Table

T = TypeVar("T")

STRANGER: Final = "https://stranger.example"
STRANGE_HEADER: Final = "x-stranger"
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PURGE", "OPTIONS")
_HEADERS: Final = ("authorization", "content-type", STRANGE_HEADER)
_NEAR_MISSES_OF: Final = 64
"""Of so many origins of a set the near misses are tried: those of more would all be in the same class."""


class Atoms(Struct, frozen=True, kw_only=True):
    """The witnesses; a header of None is no header. `also` are the origins that some entry lists like a witness."""

    origins: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]
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
    origins = _origins(known, [found.origins for found in conditions if isinstance(found, OriginIn)])
    return Atoms(
        origins=tuple(origins),
        also={origin: others for origin, others in origins.items() if others},
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


def _conditions(tables: Iterable[Table]) -> list[object]:
    return [_positive(condition) for table in tables for condition in table.conditions()]


def _usual(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)


def _classes(candidates: Iterable[T], place: Callable[[T], Hashable]) -> Iterator[T]:
    """Yield the first candidate of each class, leaving out what no page may send."""
    found: dict[Hashable, T] = {}
    for candidate in candidates:
        if candidate not in FORBIDDEN:
            found.setdefault(place(candidate), candidate)
    yield from found.values()


def _positive(condition: object) -> object:
    return condition.condition if isinstance(condition, Not) else condition


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


def _origins(tables: Iterable[Table], sets: list[OriginSet]) -> dict[str, tuple[str, ...]]:
    """Return a witness of each class of origins, with those that are listed beside it."""
    distinct = list({id(found): found for found in sets}.values())
    literals = sorted({*_literals(tables, names.ALLOW_ORIGIN)} - {"*"})
    conditions = Conditions()
    matchers = [conditions.matcher(found) for found in distinct]
    listed = [origin for found in distinct for entry in found.entries for origin in _members(entry)]
    listed += [as_browsers_send(text) or text for text in literals]
    near = [miss for origin in listed[:_NEAR_MISSES_OF] for miss in lookalikes(origin)]
    candidates = (origin for origin in (*listed, STRANGER, OPAQUE, *near) if is_sent_by_browsers(origin))
    written = _written(distinct)
    classes: dict[Hashable, list[str]] = {}
    for origin in dict.fromkeys(candidates):
        place = (
            *(matcher.admits(origin) for matcher in matchers),
            *(origin == text for text in literals),
        )
        members = classes.setdefault(place, [])
        if not members or origin in written:
            members.append(origin)
    return {first: tuple(others) for first, *others in classes.values()}


def _written(sets: Iterable[OriginSet]) -> frozenset[str]:
    """Return the exact origins that some sets list, as browsers send them."""
    entries = (entry for found in sets for entry in found.entries if isinstance(entry, ExactOrigin))
    return frozenset(as_browsers_send(entry.written) or entry.written for entry in entries)


def _members(entry: OriginEntry) -> Iterator[str]:
    """Yield origins that an entry admits, as browsers send them."""
    match entry:
        case AnyOrigin():
            return
        case ExactOrigin(written=written):
            yield as_browsers_send(written) or written
        case WildcardOrigin(scheme=scheme, host=host, ports=ports):
            name = host.replace("*", "a").lower()
            for port in [NO_PORT, "8443"] if ports is None else sorted(ports)[:2]:
                for each in (scheme,) if scheme is not None else ("https", "http"):
                    origin = f"{each}://{name}" + (f":{port}" if port else "")
                    yield as_browsers_send(origin) or origin
        case RegexOrigin(pattern=pattern, subject=subject):
            for text in samples(pattern):
                yield text if subject is Subject.ORIGIN else f"https://{text}"
