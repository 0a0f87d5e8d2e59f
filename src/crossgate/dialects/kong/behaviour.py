"""What the plugin does: a declared policy becomes a decision table.

Source: the reference of the `cors` plugin. A preflight is answered 200 whatever it asks for; what is refused lacks
`Access-Control-Allow-Origin`. One plain origin is sent to everybody, and the browser compares. Emulated, the table is
what the code of a release makes of the policy; it gets no edits beyond that.
"""

from collections.abc import Iterator
from typing import Final

from crossgate.dialects.kong.cors import Switches
from crossgate.fetch import headers as names
from crossgate.model.conditions import OPTIONS, Condition, HeaderEquals, HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value
from crossgate.model.origins import AS_SENT, ExactOrigin, Normalisation, OriginSet, Reading
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.model.vary import varying_by_origin
from crossgate.records import replace

_GIVEN: Final = HeaderIs(name=names.ORIGIN, state=HeaderState.FILLED)
_NO_ORIGIN: Final = Not(condition=_GIVEN)
_PREFLIGHT: Final[tuple[Condition, ...]] = (
    OPTIONS,
    _GIVEN,
    HeaderIs(name=names.REQUEST_METHOD, state=HeaderState.PRESENT),
)
_OK: Final = Respond(status=200)
_VARY: Final = Merge(name=names.VARY, member="Origin")
_ANY: Final = Set(name=names.ALLOW_ORIGIN, value=Literal(text="*"))
_VARY_LINE: Final = Append(name=names.VARY, value=Literal(text="Origin"))
_FIRST_LINE: Final = Normalisation(reading=Reading.FIRST_LINE)
_NONE: Final = Remove(name=names.ALLOW_ORIGIN)


def table(policy: Policy, switches: Switches) -> Table:
    """Return the decision table for requests that a route means."""
    rows = (_no_origin(policy, switches), *_preflight(policy, switches), *_actual(policy, switches))
    return _table(policy, switches, rows)


def unmatched_table(policy: Policy, switches: Switches) -> Table:
    """Return the table of a global policy for requests that no route means: no preflight is answered there."""
    rows = (_no_origin(policy, switches), *_actual(policy, switches))
    renamed = tuple(replace(row, outcome=Outcome.NO_ROUTE) for row in rows)
    return _table(policy, switches, renamed)


def _table(policy: Policy, switches: Switches, rows: tuple[Row, ...]) -> Table:
    made = Table(policy=policy.name, span=policy.span, rows=rows)
    return made if switches.emulates else varying_by_origin(made)


def _no_origin(policy: Policy, switches: Switches) -> Row:
    edits: tuple[Edit, ...]
    if not switches.allow_origin_absent:
        edits = ()
    elif switches.allows_any:
        edits = (_ANY, *_exposed(policy))
    else:
        grant = _NONE if switches.only is None else _only(switches.only)
        edits = (grant, _vary(switches), *_credentials(policy), *_exposed(policy))
    return Row(outcome=Outcome.NO_ORIGIN, when=(_NO_ORIGIN,), edits=edits)


def _preflight(policy: Policy, switches: Switches) -> Iterator[Row]:
    if switches.preflight_continue:
        yield Row(outcome=Outcome.PREFLIGHT_FORWARDED, when=_PREFLIGHT)
        return
    lists = tuple(_lists(policy, switches))
    for outcome, when, grant, varies in _grants(policy, switches, Outcome.PREFLIGHT_ALLOWED, Outcome.PREFLIGHT_REFUSED):
        vary = (Set(name=names.VARY, value=Literal(text="Origin")),) if varies else ()
        edits = (grant, *vary, *_credentials(policy), *lists)
        yield Row(outcome=outcome, when=(*_PREFLIGHT, *when), action=_OK, edits=edits)


def _actual(policy: Policy, switches: Switches) -> Iterator[Row]:
    for outcome, when, grant, varies in _grants(policy, switches, Outcome.ACTUAL_ALLOWED, Outcome.ACTUAL_REFUSED):
        vary = (_vary(switches),) * (2 if _varies_twice(policy, switches) else 1) if varies else ()
        edits = (grant, *vary, *_credentials(policy), *_exposed(policy))
        yield Row(outcome=outcome, when=when, edits=edits)


def _grants(
    policy: Policy, switches: Switches, allowed: Outcome, refused: Outcome
) -> Iterator[tuple[Outcome, tuple[Condition, ...], Edit, bool]]:
    """Yield the cases that origins make: outcome, conditions, what becomes of allow-origin, and whether that varies."""
    with_credentials = policy.allow_credentials.value
    if switches.allows_any or switches.lists_any:
        as_sent = Echo(header=names.ORIGIN, normalisation=_FIRST_LINE if switches.emulates else AS_SENT)
        grant = Set(name=names.ALLOW_ORIGIN, value=as_sent) if with_credentials else _ANY
        yield allowed, (), grant, with_credentials or switches.lists_any
        return
    if switches.only is not None:
        itself = OriginSet(entries=(ExactOrigin(written=switches.only, span=switches.origins.entries[0].span),))
        yield allowed, (OriginIn(origins=itself),), _only(switches.only), True
        yield refused, (), _only(switches.only), True
        return
    normalised = Echo(header=names.ORIGIN, normalisation=switches.origins.normalisation)
    yield allowed, (OriginIn(origins=switches.origins),), Set(name=names.ALLOW_ORIGIN, value=normalised), True
    yield refused, (), _NONE, True


def _vary(switches: Switches) -> Edit:
    """Return how `Vary` gets its member: the code of a release adds a line whatever is there."""
    return _VARY_LINE if switches.emulates else _VARY


def _varies_twice(policy: Policy, switches: Switches) -> bool:
    """Say whether a release adds two lines: one for the list, one for the credentials that a `*` in it cannot have."""
    return switches.emulates and switches.lists_any and policy.allow_credentials.value


def _only(origin: str) -> Set:
    return Set(name=names.ALLOW_ORIGIN, value=Literal(text=origin))


def _credentials(policy: Policy) -> tuple[Edit, ...]:
    if not policy.allow_credentials.value:
        return ()
    return (Set(name=names.ALLOW_CREDENTIALS, value=Literal(text="true")),)


def _exposed(policy: Policy) -> tuple[Edit, ...]:
    if not policy.expose_headers:
        return ()
    return (Set(name=names.EXPOSE_HEADERS, value=_joined(policy.expose_headers)),)


def _lists(policy: Policy, switches: Switches) -> Iterator[Edit]:
    """Yield what a preflight's answer lists; without a list of headers it repeats those that were asked for."""
    headers: Value = _joined(policy.allow_headers) if policy.allow_headers else Echo(header=names.REQUEST_HEADERS)
    yield Set(name=names.ALLOW_HEADERS, value=headers)
    if switches.emulates and not policy.allow_headers:
        nothing = HeaderIs(name=names.REQUEST_HEADERS, state=HeaderState.EMPTY)
        yield Set(name=names.ALLOW_HEADERS, value=Literal(text=""), when=nothing)
    yield Set(name=names.ALLOW_METHODS, value=_joined(policy.allow_methods or ()))
    if policy.max_age is not None:
        yield Set(name=names.MAX_AGE, value=Literal(text=f"{policy.max_age.value:.14g}"))
    if switches.private_network:
        asked = HeaderEquals(name=names.REQUEST_PRIVATE_NETWORK, value="true")
        yield Set(name=names.ALLOW_PRIVATE_NETWORK, value=Literal(text="true"), when=asked)


def _joined(values: tuple[Declared[str], ...]) -> Literal:
    return Literal(text=",".join(value.value for value in values))
