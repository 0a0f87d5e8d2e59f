"""The routes of a host as a tree of paths: which of them can mean a request is found without trying them all.

A key is the text of a literal path, exact or a prefix. A leaf hangs on each key and holds, in order of precedence,
every route that can mean a request whose longest key it is; a request without a key has only the expressions. A leaf
has no fall-through to a shorter key, so that a data plane needs to find one leaf only. It must not know how a request
is made or matched beyond its path.
"""

import heapq
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from crossgate.model.routes import ExactPath, PathPrefix, PathRegex, Route, RouteMatch

LIST_AT_MOST: Final = 32
"""Fewer routes than these are tried one by one as fast, and are easier to read."""
_ENTRIES_AT_LEAST: Final = 20_000
_COPIES_AT_MOST: Final = 4
"""How often a route stands in the leaves, on average, before a tree costs more than it saves."""
_NEVER_IN_A_PATH: Final = ("?", "#")

Numbered = tuple[int, Route]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathTree:
    """`leaves` by key, the `closed` ones with a last route that means whatever comes there.

    `rest` are the routes for a path that begins with no key.
    """

    leaves: Mapping[str, tuple[Route, ...]]
    closed: frozenset[str]
    rest: tuple[Route, ...]
    _keys: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _shorter: Mapping[str, str | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keys = tuple(sorted(self.leaves))
        object.__setattr__(self, "_keys", keys)
        object.__setattr__(self, "_shorter", {line[-1]: line[-2] if line[1:] else None for line in _lineages(keys)})

    def routes_for(self, path: str) -> tuple[Route, ...]:
        """Return the routes that can mean a path (normalised, without query), in order of precedence."""
        place = bisect_right(self._keys, path)
        key = self._keys[place - 1] if place else None
        # What sorts last before the path is its longest key, or begins with it.
        while key is not None and not path.startswith(key):
            key = self._shorter[key]
        return self.rest if key is None else self.leaves[key]


def path_tree(routes: Sequence[Route]) -> PathTree | None:
    """Return the tree of routes in order of precedence; None where a list does, or the tree would be too large.

    Expressions stand in every leaf, and nested prefixes in all below them: a host of many of these has no tree.
    """
    if len(routes) <= LIST_AT_MOST:
        return None
    literal: defaultdict[str, list[Numbered]] = defaultdict(list)
    expressions: list[Numbered] = []
    for number, route in enumerate(routes):
        key = _key(route)
        if key is None:
            expressions.append((number, route))
        elif not any(character in key for character in _NEVER_IN_A_PATH):
            literal[key].append((number, route))
    room = max(_COPIES_AT_MOST * len(routes), _ENTRIES_AT_LEAST)
    leaves: dict[str, tuple[Route, ...]] = {}
    for line in _lineages(sorted(literal)):
        leaf = tuple(islice(_leaf(line, literal, expressions), room + 1))
        room -= len(leaf) + len(line)
        if room < 0:
            return None
        leaves[line[-1]] = leaf
    return PathTree(
        leaves=leaves,
        closed=frozenset(key for key, leaf in leaves.items() if leaf and _matches_all(leaf[-1], key)),
        rest=tuple(route for _, route in expressions),
    )


def _key(route: Route) -> str | None:
    match route.match.path:
        case ExactPath(path=path):
            return path
        case PathPrefix(prefix=prefix):
            return prefix
        case PathRegex():
            return None


def _lineages(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield for each of some sorted keys the keys that it begins with, from the shortest one to itself."""
    line: list[str] = []
    for key in keys:
        while line and not key.startswith(line[-1]):
            line.pop()
        line.append(key)
        yield line


def _leaf(
    line: Sequence[str], literal: Mapping[str, Sequence[Numbered]], expressions: Sequence[Numbered]
) -> Iterator[Route]:
    """Yield what can mean a request whose longest key is the last of `line`, up to what means all of them."""
    key = line[-1]
    for _, route in heapq.merge(*(literal[shorter] for shorter in line), expressions):
        if _can_match(route, key):
            yield route
            if _matches_all(route, key):
                return


def _can_match(route: Route, key: str) -> bool:
    """Say whether a route can mean a path that begins with `key`, as the route's own key does, and with none longer."""
    match route.match.path:
        case ExactPath(path=path):
            return path == key
        case PathPrefix(prefix=prefix, by_element=True):
            return key == prefix or key.startswith(prefix.rstrip("/") + "/")
        case _:
            return True


def _matches_all(route: Route, key: str) -> bool:
    """Say whether a route means every request that comes to the leaf of `key`: what is behind it is never tried."""
    match = route.match
    if match != RouteMatch(path=match.path):
        return False
    match match.path:
        case PathPrefix(prefix=prefix, by_element=by_element):
            return not by_element or key.startswith(prefix.rstrip("/") + "/")
        case _:
            return False
