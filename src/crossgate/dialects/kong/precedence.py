"""In which order the routes of a gateway are tried, by flavour of its router.

Source: the documents on the router's flavours. The keys sort smaller first. This module knows no match but its weight.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct

from crossgate.dialects.kong.names import Flavour

_HEADERS_AT_MOST: Final = 255
_SPLIT: Final = UUID("7f145bf9-0dce-4f91-98eb-debbce4b9f6b")
"""The namespace of the ids of the parts that a route is split into."""

Key = tuple[int, ...]

_KINDS: Final = 6
"""How many parts of a key of `traditional` are about the fields that a route has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What of a route counts: which fields it has, and what they are like. `position` is its place in the file."""

    has_methods: bool = False
    has_hosts: bool = False
    has_server_names: bool = False
    is_plain_host: bool = False
    is_wildcard_with_port: bool = False
    headers: int = 0
    regex_priority: int = 0
    created_at: int | None = None
    position: int = 0
    fields: int = field(init=False)

    def __post_init__(self) -> None:
        own = (self.has_methods, self.has_hosts, self.has_server_names, self.headers)
        object.__setattr__(self, "fields", sum(map(bool, own)))


class Path(Struct, frozen=True, kw_only=True):
    """A path of a route, as written but for the mark of expressions."""

    text: str
    is_regex: bool


def ordered(flavour: Flavour, weights: Weights, route_id: str, paths: Sequence[Path]) -> Iterator[tuple[Key, Path]]:
    """Yield the paths of a route with the key that each is sorted by."""
    if flavour is Flavour.TRADITIONAL:
        for place, path in enumerate(paths):
            yield (*traditional(weights, path), place), path
        return
    groups = _groups(paths)
    for number, group in enumerate(groups, start=1):
        own = route_id if len(groups) == 1 else str(uuid5(_SPLIT, f"{route_id}#{number}"))
        for place, path in enumerate(group):
            yield (*compatible(weights, path, own), place), path


def _groups(paths: Sequence[Path]) -> list[list[Path]]:
    """Group paths as the gateway splits a route: the expressions, and the prefixes of each length."""
    found: dict[int, list[Path]] = {}
    for path in paths:
        found.setdefault(0 if path.is_regex else _length(path), []).append(path)
    return list(found.values())


def compatible(weights: Weights, path: Path | None, route_id: str) -> Key:
    """Return the key of `traditional_compatible`: of two routes of one priority, the larger id comes first."""
    is_regex = path is not None and path.is_regex
    return (
        -(weights.fields + (path is not None)),
        not weights.is_plain_host,
        -min(weights.headers, _HEADERS_AT_MOST),
        not is_regex,
        -weights.regex_priority if is_regex else 0,
        0 if path is None or is_regex else -_length(path),
        -_number(route_id),
    )


def traditional(weights: Weights, path: Path | None) -> Key:
    """Return the key of `traditional`: fields by kind, what is like them, then the route that was made first."""
    is_regex = path is not None and path.is_regex
    kinds = (weights.has_hosts, weights.headers, path is not None, weights.has_methods, weights.has_server_names)
    return (
        -(weights.fields + (path is not None)),
        *(not kind for kind in kinds),
        not weights.is_wildcard_with_port,
        not weights.is_plain_host,
        not is_regex,
        -weights.headers,
        -weights.regex_priority if is_regex else 0,
        0 if path is None or is_regex else -_length(path),
        weights.created_at is None,
        weights.created_at or 0,
        weights.position,
    )


def at_host(flavour: Flavour, key: Key, *, is_plain_with_port: bool) -> Key:
    """Return the key of a route at one of its hosts: `traditional` takes the host that has the request's port first."""
    if flavour is not Flavour.TRADITIONAL:
        return key
    return (*key[:_KINDS], not is_plain_with_port, *key[_KINDS:])


def _length(path: Path) -> int:
    return len(path.text.encode())


def _number(route_id: str) -> int:
    try:
        return UUID(route_id).int
    except ValueError:
        return int.from_bytes(route_id.lower().encode())
