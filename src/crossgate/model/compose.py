"""Two tables become one, for gateways that run one policy around another.

The outer one sees a request first and its response last: where it answers, the inner one never runs; where it
continues, the inner one decides, and the outer one edits what comes of it.
"""

from collections.abc import Iterator, Sequence
from itertools import count, product

from crossgate.model.conditions import Atom, Condition, Not
from crossgate.model.edit_sequences import asked, in_sequence
from crossgate.model.edits import Edit
from crossgate.model.implications import truth
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.records import replace

_GRANTS = frozenset({Outcome.PREFLIGHT_ALLOWED, Outcome.ACTUAL_ALLOWED})


def compose(outer: Table, inner: Table) -> Table:
    """Return the table that answers as `outer` around `inner` would.

    Its rows say which of the two decided. Raises ValueError where the edits of both to one header cannot be made at
    once, which takes a value that is known at the request's time only.
    """
    rows = [row for outermost in outer.rows for row in _inside(outer, outermost, inner)]
    return Table(policy=inner.policy, span=inner.span, rows=tuple(_named_apart(rows)))


def _inside(outer: Table, row: Row, inner: Table) -> Iterator[Row]:
    """Yield the rows for the requests that a row of the outer table takes."""
    if isinstance(row.action, Respond):
        yield replace(_from(outer, row), edits=outer.edits_of(row))
        return
    for second in inner.rows:
        left = [truth(condition, row.when) for condition in second.when]
        if False in left:
            continue
        when = (*row.when, *(one for one, held in zip(second.when, left, strict=True) if held is None))
        yield from _both(outer, row, inner, second, when)
        if all(left):
            return


def _both(outer: Table, row: Row, inner: Table, second: Row, when: tuple[Condition, ...]) -> Iterator[Row]:
    """Yield the row of a pair, parted by what decides which edits are made."""
    is_outer = row.outcome in _GRANTS and not isinstance(second.action, Respond)
    decided = _from(outer, row) if is_outer else _from(inner, second)
    name = f"{row.name}, {second.name}"
    for more, edits in _parted(inner.edits_of(second), outer.edits_of(row), when):
        yield replace(decided, when=(*when, *more), action=second.action, edits=edits, name=name)


def _from(table: Table, row: Row) -> Row:
    return replace(row, policy=table.policy_of(row), span=table.span_of(row))


def _parted(
    first: Sequence[Edit], then: Sequence[Edit], known: Sequence[Condition]
) -> Iterator[tuple[tuple[Condition, ...], tuple[Edit, ...]]]:
    """Yield the edits of both in sequence, with the conditions under which they are these; the last has none."""
    open_ones = [one for one in asked(first, then) if truth(one, known) is None]
    for truths in product((True, False), repeat=len(open_ones)):
        facts: list[Condition] = [
            one if held else Not(condition=one) for one, held in zip(open_ones, truths, strict=True)
        ]
        held = tuple(one for one, is_true in zip(open_ones, truths, strict=True) if is_true)
        if not held or _are_possible(facts, known):
            yield held, in_sequence(first, then, (*known, *facts))


def _fact(condition: Atom, *, holds: bool) -> Condition:
    return condition if holds else Not(condition=condition)


def _are_possible(facts: Sequence[Condition], known: Sequence[Condition]) -> bool:
    """Say whether facts may hold together."""
    others = [(one, (*known, *facts[:place], *facts[place + 1 :])) for place, one in enumerate(facts)]
    return not any(truth(one, rest) is False for one, rest in others)


def _named_apart(rows: Sequence[Row]) -> Iterator[Row]:
    """Give each row a name of its own."""
    seen: set[str] = set()
    for row in rows:
        names = (row.name if number == 1 else f"{row.name} ({number})" for number in count(1))
        name = next(name for name in names if name not in seen)
        seen.add(name)
        yield replace(row, name=name)
