"""Combinations as full products: what stands in one row together is all of its combinations, and nothing else.

It must not know what is combined.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import permutations, product
from typing import Final, TypeVar

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)
C = TypeVar("C", bound=Hashable)

Triple = tuple[A, B, C]
Product = tuple[tuple[A, ...], tuple[B, ...], tuple[C, ...]]
_ORDERS: Final = tuple(permutations(range(3)))


def products(cells: Iterable[Triple[A, B, C]]) -> list[Product[A, B, C]]:
    """Return products that have each of some triples once and no other one, few of them.

    The triples are split by one of their places after another, in the order that makes the fewest.
    """
    found = list(dict.fromkeys(cells))
    split = ((order, _split([tuple(cell[place] for place in order) for cell in found])) for order in _ORDERS)
    order, fewest = min(split, key=lambda each: len(each[1]))
    back = [order.index(place) for place in range(3)]
    made: list[Product[A, B, C]] = [tuple(one[place] for place in back) for one in fewest]  # type: ignore[misc]
    first = {cell: number for number, cell in enumerate(found)}
    return sorted(made, key=lambda one: min(first[cell] for cell in product(*one)))


def _split(cells: Sequence[tuple[Hashable, ...]]) -> list[tuple[tuple[Hashable, ...], ...]]:
    """Return products of tuples: first members with the same rests stand together."""
    if cells and not cells[0]:
        return [()]
    rests: dict[Hashable, list[tuple[Hashable, ...]]] = {}
    for first, *rest in cells:
        rests.setdefault(first, []).append(tuple(rest))
    alike: dict[frozenset[tuple[Hashable, ...]], list[Hashable]] = {}
    for first, found in rests.items():
        alike.setdefault(frozenset(found), []).append(first)
    return [(tuple(firsts), *rest) for firsts in alike.values() for rest in _split(rests[firsts[0]])]
