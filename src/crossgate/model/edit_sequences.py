"""The edits that two policies make to one response, one after the other, as edits that are made at once.

Edits that are made at once see the response as it came, so what the second policy makes of a header that the first one
wrote has to be worked out beforehand. It must not know what a policy is.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from crossgate.model.conditions import Atom, Condition, HeaderIs, HeaderState, Not
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, with_member
from crossgate.model.implications import truth

Giving = Set | Append | Merge
"""Edits that give a header lines."""


def asked(first: Sequence[Edit], then: Sequence[Edit]) -> tuple[Atom, ...]:
    """Return the conditions, positive ones, whose truth says which of these edits are made where that matters."""
    found = (
        condition
        for name in _entangled(first, then)
        for edit in chain(_giving(first, name), _giving(then, name))
        for condition in _needed(edit)
    )
    return tuple(dict.fromkeys(one.condition if isinstance(one, Not) else one for one in found))


def in_sequence(first: Sequence[Edit], then: Sequence[Edit], known: Sequence[Condition]) -> tuple[Edit, ...]:
    """Return the edits that do at once what `first` and after it `then` do, for requests of which all `known` holds.

    Raises ValueError where no edits do.
    """
    entangled = _entangled(first, then)
    removed = {edit.name for edit in then if isinstance(edit, Remove)}
    kept = (edit for edit in first if isinstance(edit, Remove) or edit.name not in removed | entangled)
    plain = [edit for edit in kept if not (isinstance(edit, Merge) and edit in then)]
    own = [edit for edit in then if isinstance(edit, Remove) or edit.name not in entangled]
    worked_out = [edit for name in sorted(entangled) for edit in _worked_out(first, then, name, known)]
    return (*plain, *own, *worked_out)


def _entangled(first: Sequence[Edit], then: Sequence[Edit]) -> set[str]:
    """Return the headers for which the edits in a row would not do: `then` replaces or reads what `first` gave."""
    removed = {edit.name for edit in then if isinstance(edit, Remove)}
    names = {edit.name for edit in first if not isinstance(edit, Remove)} - removed
    return {name for name in names if _is_entangled(_giving(first, name), _giving(then, name))}


def _is_entangled(first: Sequence[Giving], then: Sequence[Giving]) -> bool:
    replacing = [edit for edit in then if not isinstance(edit, Append)]
    if any(isinstance(edit, Merge) for edit in replacing):
        return set(first) != set(replacing) or any(isinstance(edit, Append) for edit in first)
    return bool(replacing) and any(isinstance(edit, Append) for edit in first)


def _giving(edits: Sequence[Edit], name: str) -> tuple[Giving, ...]:
    return tuple(edit for edit in edits if edit.name == name and not isinstance(edit, Remove))


def _needed(edit: Giving) -> Iterator[Condition]:
    """Yield what must hold for an edit to be made."""
    if edit.when is not None:
        yield edit.when
    if not isinstance(edit, Merge) and isinstance(edit.value, Echo) and edit.value.missing is None:
        yield HeaderIs(name=edit.value.header, state=HeaderState.FILLED)


def _worked_out(first: Sequence[Edit], then: Sequence[Edit], name: str, known: Sequence[Condition]) -> Iterator[Edit]:
    before = [edit for edit in _giving(first, name) if _is_made(edit, known)]
    after = [edit for edit in _giving(then, name) if _is_made(edit, known)]
    replacing = next((edit for edit in reversed(after) if not isinstance(edit, Append)), None)
    match replacing:
        case None:
            yield from before
        case Set():
            yield replacing
        case _:
            yield _merged_after(replacing, before)
    yield from (edit for edit in after if isinstance(edit, Append))


def _is_made(edit: Giving, known: Sequence[Condition]) -> bool:
    """Say whether an edit is made; a value that has to be normalised may turn out to be none."""
    if not isinstance(edit, Merge) and isinstance(edit.value, Echo) and edit.value.normalisation.takes_off:
        raise ValueError(f"whether `{edit.name}` is given is not known beforehand")
    return all(truth(condition, known) for condition in _needed(edit))


def _merged_after(merge: Merge, before: Sequence[Giving]) -> Edit:
    """Return the edit that merges into what `before` gives."""
    if any(isinstance(edit, Append) for edit in before):
        raise ValueError(f"`{merge.name}` would be merged into an appended line")
    match before[-1] if before else None:
        case None:
            return merge
        case Merge(member=member) if member.lower() == merge.member.lower():
            return merge
        case Set(value=Literal(text=text)):
            return Set(name=merge.name, value=Literal(text=with_member(text, merge.member)))
        case _:
            raise ValueError(f"`{merge.name}` would be merged into a value that is not known beforehand")
