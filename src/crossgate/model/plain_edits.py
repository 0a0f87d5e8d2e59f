"""Edits that routes and backends make by themselves: literal values, on every request or response, and no tables.

They come before the edits of a table's row. What a row removes or sets is the row's alone, whatever the route adds.
"""

from collections.abc import Iterable, Iterator, Sequence

from crossgate.fetch.headers import HOST
from crossgate.model.edits import Append, Edit, Literal, Merge, Remove, Set, with_member


def check_plain(edits: Iterable[Edit]) -> None:
    """Raise ValueError for an edit that asks something of the request, or needs more than a literal."""
    for edit in edits:
        match edit:
            case Remove() | Set(value=Literal(), when=None) | Append(value=Literal(), when=None):
                pass
            case _:
                raise ValueError(f"not a plain edit: {edit!r}")


def check_plain_of_requests(edits: Sequence[Edit]) -> None:
    """Raise ValueError for what no route edits in a request: Host is rewritten otherwise."""
    check_plain(edits)
    if any(edit.name == HOST for edit in edits):
        raise ValueError("Host is rewritten, not edited")


def one_after_another(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return plain edits that do at once what two lists of them do one after the other."""
    return (*yielding(first, second), *second)


def yielding(edits: Sequence[Edit], to: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return plain edits without those that add to a header which others then remove or set."""
    taken = {edit.name for edit in to if isinstance(edit, Remove | Set)}
    return tuple(edit for edit in edits if isinstance(edit, Remove) or edit.name not in taken)


def merged_into(edits: Sequence[Edit], further: Sequence[Edit]) -> tuple[Edit, ...]:
    """Return edits that do at once what plain edits, and others after them, do to a response without list headers."""
    merged = {edit.name for edit in further if isinstance(edit, Merge)}
    lists = {name: text for name, text in _lists(edits) if name in merged}
    return (
        *(edit for edit in edits if isinstance(edit, Remove) or edit.name not in lists),
        *(Set(name=name, value=Literal(text=text)) for name, text in lists.items()),
        *(
            _merging(edit, lists[edit.name]) if isinstance(edit, Merge) and edit.name in lists else edit
            for edit in further
        ),
    )


def _lists(edits: Iterable[Edit]) -> Iterator[tuple[str, str]]:
    """Yield each header that plain edits add to nothing, with its lines as one list."""
    lines: dict[str, tuple[list[str], list[str]]] = {}
    for edit in edits:
        match edit:
            case Set(name=name, value=Literal(text=text)):
                lines.setdefault(name, ([], []))[0][:] = [text]
            case Append(name=name, value=Literal(text=text)):
                lines.setdefault(name, ([], []))[1].append(text)
            case _:
                pass
    for name, (line, further) in lines.items():
        yield name, ",".join([*line, *further])


def _merging(edit: Merge, value: str) -> Set:
    return Set(name=edit.name, value=Literal(text=with_member(value, edit.member)), when=edit.when)
