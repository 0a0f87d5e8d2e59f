"""Edits whose value is an expression, made once for all routes instead of by each.

Envoy takes a tenth of a millisecond to read an expression: most of the time that many routes cost it. So each of many
routes says in its metadata which of these edits its answers need, and the route configuration has each of them once and
asks the metadata. That costs every answer a few microseconds, so few routes make their edits by themselves. Envoy makes
the edits of a route before those of the route configuration, so a row that edits the same header otherwise too always
does.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from crossgate.envoy.edits import by_expression
from crossgate.envoy.matchers import Json
from crossgate.model.conditions import OPTIONS, Condition, Not
from crossgate.model.edits import Echo, Edit, Merge, Remove, Set

_NAMESPACE: Final = "crossgate.edits"
_ALWAYS: Final = "always"
_NOT_ON_OPTIONS: Final = "not on OPTIONS"
_NOT_OPTIONS: Final = Not(condition=OPTIONS)

Expressed = Merge | Set


class Shared(Struct, frozen=True, kw_only=True):
    """An edit, its own condition taken off, that a row leaves to the route configuration."""

    edit: Expressed
    is_always: bool
    """Also for OPTIONS."""

    @property
    def key(self) -> str:
        """What the edit is called in metadata."""
        match self.edit:
            case Merge(name=name, member=member):
                return f"{name}: {member}"
            case Set(name=name, value=Echo(header=header, normalisation=normalisation)):
                less = [" less slash"] * normalisation.trailing_slash + [" less port"] * normalisation.default_port
                return f"{name}: {header}{''.join(less)}"
            case _:
                raise TypeError(f"not made by an expression: {self.edit!r}")


def metadata(edits: Sequence[Shared]) -> Json:
    """Return the metadata by which a route says what it leaves to the route configuration."""
    said = {shared.key: _ALWAYS if shared.is_always else _NOT_ON_OPTIONS for shared in edits}
    return {_NAMESPACE: said} if said else {}


def left_to_all(edits: Sequence[Edit], known: Sequence[Condition]) -> tuple[tuple[Shared, ...], tuple[Edit, ...]]:
    """Return what of the edits of a row, whose conditions are `known`, the route configuration does, and the others."""
    names = dict.fromkeys(edit.name for edit in edits if is_by_expression(edit))
    shareable = {name for name in names if _are_one([edit for edit in edits if edit.name == name])}
    shared = []
    for name in names:
        if name not in shareable:
            continue
        whens = [edit.when for edit in edits if edit.name == name and not isinstance(edit, Remove)]
        is_always = None in whens or _NOT_OPTIONS in known
        if is_always or OPTIONS not in known:
            first = next(edit for edit in edits if edit.name == name and not isinstance(edit, Remove))
            shared.append(Shared(edit=_unconditional(first), is_always=is_always))
    return tuple(shared), tuple(edit for edit in edits if edit.name not in shareable or isinstance(edit, Remove))


def is_by_expression(edit: Edit) -> bool:
    """Say whether an edit gives a header its line by an expression."""
    match edit:
        case Merge():
            return True
        case Set(value=Echo(normalisation=normalisation)):
            return normalisation.takes_off
        case _:
            return False


def _are_one(edits: Sequence[Edit]) -> bool:
    """Say whether the edits of one header are the same, but for when they are made and what they remove before."""
    made = [edit for edit in edits if not isinstance(edit, Remove)]
    return (
        all(is_by_expression(edit) and edit.when in {None, _NOT_OPTIONS} for edit in made)
        and len({_unconditional(edit) for edit in made}) == 1
    )


def _unconditional(edit: Edit) -> Expressed:
    match edit:
        case Merge(name=name, member=member):
            return Merge(name=name, member=member)
        case Set(name=name, value=value):
            return Set(name=name, value=value)
        case _:
            raise TypeError(f"not made by an expression: {edit!r}")


def made_for_all(shared: Iterable[Shared]) -> list[Json]:
    """Return the header edits of the route configuration that does what its routes leave to it."""
    by_key = {one.key: one.edit for one in shared}
    return [by_expression(by_key[key], only_if=_is_needed(key)) for key in sorted(by_key)]


def _is_needed(key: str) -> str:
    said = f"xds.route_metadata.filter_metadata['{_NAMESPACE}']"
    asked = f"'{_NAMESPACE}' in xds.route_metadata.filter_metadata && '{key}' in {said}"
    return f"{asked} && ({said}['{key}'] == '{_ALWAYS}' || request.method != 'OPTIONS')"
