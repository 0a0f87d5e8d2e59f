"""Records: values that are their fields. Most are `msgspec.Struct`s; here is what those of ours have in common.

A dataclass costs each start of the program half a millisecond, and each of its values many times the time of a
`Struct` (docs/decisions/0009-records.md). It must not know what any record means.
"""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from crossgate.source import Span

if TYPE_CHECKING:
    # Type checkers hold the changes against the fields of both kinds of record.
    from dataclasses import replace  # noqa: TID251
else:
    import dataclasses

    def replace(record: object, /, **changes: object) -> object:
        """Return a copy of a record, a `Struct` or a dataclass, with some fields changed."""
        if isinstance(record, Struct):
            return structs.replace(record, **changes)
        return dataclasses.replace(record, **changes)  # noqa: TID251


__all__ = ("Located", "replace")

_PLACES: Final = frozenset({"span", "by"})


class Located(Struct, frozen=True, kw_only=True):
    """A record that knows where it was written. Two that differ in their places only (`span`, `by`) are the same."""

    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        counted = _counted(type(self))
        return bool(counted(self) == counted(other))

    def __hash__(self) -> int:
        return hash(_counted(type(self))(self))


@cache
def _counted(kind: type[Located]) -> Callable[[Located], Any]:
    return attrgetter(*(name for name in kind.__struct_fields__ if name not in _PLACES))
