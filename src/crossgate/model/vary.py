"""`Vary: Origin`, without which a cache hands one origin's answer to another.

Source: https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches. It is the one header that documented tables
carry beyond their documents.
"""

from crossgate.fetch.headers import ORIGIN, VARY
from crossgate.model.conditions import OPTIONS, Condition, HeaderEquals, HeaderIs, Not, OriginIn, SameOrigin
from crossgate.model.edits import Append, Echo, Edit, Merge, Remove, Set
from crossgate.model.table import Table
from crossgate.records import replace


def varying_by_origin(table: Table) -> Table:
    """Return the table with `Vary: Origin` on every answer to a request other than OPTIONS, if those answers vary."""
    if not is_varying_by_origin(table):
        return table
    vary = Merge(name=VARY, member="Origin", when=Not(condition=OPTIONS))
    return replace(table, every=(*table.every, vary))


def is_varying_by_origin(table: Table) -> bool:
    """Say whether two requests that differ in `Origin` alone, and are not OPTIONS, can be answered differently."""
    rows = [row for row in table.rows if OPTIONS not in row.when]
    if any(_names_origin(edit) for row in rows for edit in table.edits_of(row)):
        return True
    return len({(row.action, row.edits) for row in rows}) > 1 and any(
        _asks_origin(condition) for row in rows for condition in row.when
    )


def _names_origin(edit: Edit) -> bool:
    """Say whether an edit's value, or whether it is made at all, depends on the origin."""
    match edit:
        case Remove():
            return False
        case Set(value=Echo(header=header)) | Append(value=Echo(header=header)) if header == ORIGIN:
            return True
        case _:
            return edit.when is not None and _asks_origin(edit.when)


def _asks_origin(condition: Condition) -> bool:
    match condition:
        case Not(condition=inner):
            return _asks_origin(inner)
        case HeaderIs(name=name) | HeaderEquals(name=name):
            return name == ORIGIN
        case OriginIn() | SameOrigin():
            return True
        case _:
            return False
