"""The origins that some sets tell apart: a witness of each class, and which entries mean origins of the class.

Whatever all sets treat alike is one class, and one origin of it is enough to be played. But people read entries, so
each that admits an origin of a class is named with one, the widest first: none is hidden behind another. It must not
know what a policy does with its origins.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from crossgate.comparison.samples import samples
from crossgate.engine.origins import OriginMatcher
from crossgate.fetch.lookalikes import lookalikes
from crossgate.fetch.origin import OPAQUE, as_browsers_send, is_sent_by_browsers
from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)

STRANGER: Final = "https://stranger.example"
_NEAR_MISSES_OF: Final = 64
"""Of so many origins of a set the near misses are tried: those of more would all be in the same class."""
_LABELS: Final = ("a", "stranger")
_STRANGE_PORT: Final = "61001"


class Named(Struct, frozen=True, kw_only=True):
    """An entry as its policy writes it, with an origin that it admits; None: the origin itself is written."""

    origin: str
    entry: str | None = None


Origins = dict[str, tuple[Named, ...]]
"""A witness of each class, and what else there is to be named of the class, itself included."""


def origins_of(sets: Iterable[OriginSet], literals: Sequence[str]) -> Origins:
    """Return the classes of some sets and of some origins that answers name, whoever asks."""
    distinct = list({id(found): found for found in sets}.values())
    matchers = [OriginMatcher(found) for found in distinct]
    listed = [origin for found in distinct for entry in found.entries for origin in members(entry)]
    listed += [as_browsers_send(text) or text for text in literals]
    near = [miss for origin in listed[:_NEAR_MISSES_OF] for miss in lookalikes(origin)]
    places: dict[str, Hashable] = {}
    for origin in dict.fromkeys((*listed, STRANGER, OPAQUE, *near)):
        if is_sent_by_browsers(origin):
            admitted = tuple(matcher.admits(origin) for matcher in matchers)
            places[origin] = (*admitted, *(origin == text for text in literals))
    classes: dict[Hashable, str] = {}
    for origin, place in places.items():
        classes.setdefault(place, origin)
    named: dict[Hashable, dict[Named, None]] = {place: {} for place in classes}
    for entry, normalisation in _patterns(distinct):
        tried = (STRANGER, *members(entry), *near, OPAQUE)
        for place, origin in _admitted(entry, normalisation, tried, places):
            named[place][Named(origin=origin, entry=entry.written)] = None
    for origin in _written(distinct):
        if origin in places:
            named[places[origin]][Named(origin=origin)] = None
    return {_first(origin, named[place]): tuple(named[place]) for place, origin in classes.items()}


def _first(origin: str, named: Iterable[Named]) -> str:
    """Return the witness of a class: a stranger, where an entry lets anybody in."""
    return next((STRANGER for item in named if item.origin == STRANGER), origin)


def _patterns(sets: Iterable[OriginSet]) -> Iterator[tuple[OriginEntry, Normalisation]]:
    """Yield what means more than one origin, each once, everybody first."""
    found = {
        (entry, origins.normalisation): None
        for origins in sets
        for entry in origins.entries
        if not isinstance(entry, ExactOrigin)
    }
    yield from sorted(found, key=lambda each: not isinstance(each[0], AnyOrigin))


def _admitted(
    entry: OriginEntry, normalisation: Normalisation, tried: Iterable[str], places: dict[str, Hashable]
) -> Iterator[tuple[Hashable, str]]:
    """Yield the first origin of each class that an entry alone admits."""
    matcher = OriginMatcher(OriginSet(entries=(entry,), normalisation=normalisation))
    seen = set[Hashable]()
    for origin in tried:
        if origin in places and places[origin] not in seen and matcher.admits(origin):
            seen.add(places[origin])
            yield places[origin], origin


def _written(sets: Iterable[OriginSet]) -> Iterator[str]:
    """Yield the exact origins that some sets list, as browsers send them."""
    entries = (entry for found in sets for entry in found.entries if isinstance(entry, ExactOrigin))
    yield from dict.fromkeys(as_browsers_send(entry.written) or entry.written for entry in entries)


def members(entry: OriginEntry) -> Iterator[str]:
    """Yield origins that an entry admits, mostly, as browsers send them."""
    match entry:
        case AnyOrigin():
            return
        case ExactOrigin(written=written):
            yield as_browsers_send(written) or written
        case WildcardOrigin(scheme=scheme, host=host, ports=ports):
            for label in _LABELS if "*" in host else _LABELS[:1]:
                name = host.replace("*", label).lower()
                for port in [NO_PORT, "8443", _STRANGE_PORT] if ports is None else sorted(ports):
                    for each in (scheme,) if scheme is not None else ("https", "http"):
                        origin = f"{each}://{name}" + (f":{port}" if port else "")
                        yield as_browsers_send(origin) or origin
        case RegexOrigin(pattern=pattern, subject=subject):
            for text in samples(pattern):
                origin = text if subject is Subject.ORIGIN else f"https://{text}"
                yield as_browsers_send(origin) or origin
