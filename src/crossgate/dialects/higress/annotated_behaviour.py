"""What the CORS annotations do: a declared policy becomes a decision table.

Unlike the plugin they refuse nothing: a request from an origin that is not allowed goes on, its preflights too, and
neither the requested method nor the requested headers are looked at; the browser does that. There is no test for the
same origin, and the upstream's own CORS headers stay where none of ours takes their place.
"""

from typing import Final

from crossgate.dialects.higress.annotated_origins import origin_set
from crossgate.fetch import headers as names
from crossgate.model.conditions import OPTIONS, Condition, HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Echo, Edit, Literal, Set
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.model.vary import varying_by_origin

_PREFLIGHT: Final[tuple[Condition, ...]] = (
    OPTIONS,
    HeaderIs(name=names.REQUEST_METHOD, state=HeaderState.FILLED),
)
_NO_ORIGIN: Final = Not(condition=HeaderIs(name=names.ORIGIN, state=HeaderState.FILLED))


def annotated_table(policy: Policy, *, is_emulated: bool) -> Table:
    """Return the decision table of a policy: as documented, or as the gateway decides."""
    allowed = OriginIn(origins=origin_set(policy.allow_origins or (), is_emulated=is_emulated))
    grant = _grant(policy)
    rows = (
        Row(outcome=Outcome.NO_ORIGIN, when=(_NO_ORIGIN,)),
        Row(
            outcome=Outcome.PREFLIGHT_ALLOWED,
            when=(*_PREFLIGHT, allowed),
            action=Respond(status=200),
            edits=(*grant, *_lists(policy, is_emulated=is_emulated)),
        ),
        Row(outcome=Outcome.PREFLIGHT_FORWARDED, when=_PREFLIGHT),
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(allowed,), edits=grant),
        Row(outcome=Outcome.ACTUAL_REFUSED),
    )
    table = Table(policy=policy.name, span=policy.span, rows=rows)
    return table if is_emulated else varying_by_origin(table)


def _grant(policy: Policy) -> tuple[Edit, ...]:
    """Return the headers of every answer that grants."""
    edits: list[Edit] = [Set(name=names.ALLOW_ORIGIN, value=Echo(header=names.ORIGIN))]
    if policy.allow_credentials.value:
        edits.append(Set(name=names.ALLOW_CREDENTIALS, value=Literal(text="true")))
    if exposed := _joined(policy.expose_headers):
        edits.append(Set(name=names.EXPOSE_HEADERS, value=Literal(text=exposed)))
    return tuple(edits)


def _lists(policy: Policy, *, is_emulated: bool) -> tuple[Edit, ...]:
    """Return what only a preflight's answer has; `*` answers what was asked for.

    Without a request for headers the gateway answers an empty list where it emulates itself, and we none.
    """
    methods, headers = _joined(policy.allow_methods), _joined(policy.allow_headers)
    asked = Echo(header=names.REQUEST_HEADERS, missing="" if is_emulated else None)
    edits: list[Edit] = []
    if methods:
        any_method = Echo(header=names.REQUEST_METHOD)
        edits.append(Set(name=names.ALLOW_METHODS, value=any_method if methods == "*" else Literal(text=methods)))
    if headers:
        edits.append(Set(name=names.ALLOW_HEADERS, value=asked if headers == "*" else Literal(text=headers)))
    if policy.max_age is not None:
        edits.append(Set(name=names.MAX_AGE, value=Literal(text=f"{policy.max_age.value:.0f}")))
    return tuple(edits)


def _joined(declared: tuple[Declared[str], ...] | None) -> str:
    return ",".join(item.value for item in declared or ())
