"""Members of `Vary`, merged once for all routes instead of by each.

What merges is an expression, and Envoy takes a tenth of a millisecond to read one: most of the time that many routes
cost it. So each of many routes says in its metadata which member its answers need, and the route configuration has one
expression a member, which asks the metadata. That costs every answer a few microseconds, so few routes merge by
themselves. Envoy makes the edits of a route before those of the route configuration, so rows that edit `Vary` otherwise
too always do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from crossgate.envoy.edits import merged
from crossgate.envoy.matchers import Json
from crossgate.fetch.headers import VARY
from crossgate.model.conditions import OPTIONS, Condition, Not
from crossgate.model.edits import Edit, Merge, Remove

_NAMESPACE: Final = "crossgate.vary"
_ALWAYS: Final = "always"
_NOT_ON_OPTIONS: Final = "not on OPTIONS"
_NOT_OPTIONS: Final = Not(condition=OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Varying:
    """The member of `Vary` that a row leaves to the route configuration, and when it is needed."""

    member: str
    when: str

    def metadata(self) -> Json:
        """Return the metadata that says so, for a route."""
        return {_NAMESPACE: {self.member: self.when}}


def left_to_all(edits: Sequence[Edit], known: Sequence[Condition]) -> tuple[Varying | None, tuple[Edit, ...]]:
    """Return what of the edits of a row, whose conditions are `known`, the route configuration does, and the others."""
    merges = [edit for edit in edits if isinstance(edit, Merge) and edit.name == VARY]
    if not merges:
        return None, tuple(edits)
    others = tuple(edit for edit in edits if edit.name != VARY or isinstance(edit, Remove))
    if (
        len(merges) + len(others) != len(edits)
        or len({merge.member for merge in merges}) > 1
        or any(merge.when not in {None, _NOT_OPTIONS} for merge in merges)
    ):
        return None, tuple(edits)
    if any(merge.when is None for merge in merges) or _NOT_OPTIONS in known:
        return Varying(member=merges[0].member, when=_ALWAYS), others
    if OPTIONS in known:
        return None, others
    return Varying(member=merges[0].member, when=_NOT_ON_OPTIONS), others


def merging(rows: Iterable[Json]) -> list[Json]:
    """Return the header edits of the route configuration that does what these of its routes leave to it."""
    members = {member for row in rows for member in row["metadata"]["filter_metadata"].get(_NAMESPACE, ())}
    return [merged(VARY, member, only_if=_is_needed(member)) for member in sorted(members)]


def _is_needed(member: str) -> str:
    said = f"xds.route_metadata.filter_metadata['{_NAMESPACE}']"
    asked = f"'{_NAMESPACE}' in xds.route_metadata.filter_metadata && '{member}' in {said}"
    return f"{asked} && ({said}['{member}'] == '{_ALWAYS}' || request.method != 'OPTIONS')"
