"""What a CORS filter does, as the documents say: a declared policy becomes a decision table.

Source: kgateway's CORS page and GEP-1767 (https://gateway-api.sigs.k8s.io/geps/gep-1767/). Documents 2.1 forward a
preflight from an origin that is not allowed, documents 2.3 answer it without `Access-Control-Allow-Origin`.
"""

from typing import Final

from crossgate.dialects.kgateway.names import DOCUMENTS
from crossgate.dialects.kgateway.origins import origin_set
from crossgate.fetch import headers as names
from crossgate.model.conditions import OPTIONS, Condition, HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Echo, Literal, Set
from crossgate.model.origins import OriginSet
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.model.vary import varying_by_origin

_PREFLIGHT: Final[tuple[Condition, ...]] = (
    OPTIONS,
    HeaderIs(name=names.REQUEST_METHOD, state=HeaderState.FILLED),
)
_NO_ORIGIN: Final = Not(condition=HeaderIs(name=names.ORIGIN, state=HeaderState.FILLED))
_ALLOW_ORIGIN: Final = Set(name=names.ALLOW_ORIGIN, value=Echo(header=names.ORIGIN))


def table(policy: Policy, documents: str = DOCUMENTS[0]) -> Table:
    """Return the decision table of a policy."""
    origins = origin_set(policy.allow_origins or ())
    return varying_by_origin(decisions(policy, origins, forwards_unmatched=documents == "2.1"))


def decisions(
    policy: Policy, origins: OriginSet, *, forwards_unmatched: bool, no_headers_asked: str | None = None
) -> Table:
    """Return the rows that all documents and releases share, for the origins that one of them takes a policy to mean.

    `no_headers_asked` is the value of `Access-Control-Allow-Headers` where any header may be asked for and none is.
    """
    allowed = OriginIn(origins=origins)
    granted = _granted(policy, no_headers_asked)
    if forwards_unmatched:
        unmatched = Row(outcome=Outcome.PREFLIGHT_FORWARDED, when=_PREFLIGHT)
    else:
        unmatched = Row(outcome=Outcome.PREFLIGHT_REFUSED, when=_PREFLIGHT, action=Respond(status=200), edits=granted)
    return Table(
        policy=policy.name,
        span=policy.span,
        rows=(
            Row(outcome=Outcome.NO_ORIGIN, when=(_NO_ORIGIN,)),
            Row(
                outcome=Outcome.PREFLIGHT_ALLOWED,
                when=(*_PREFLIGHT, allowed),
                action=Respond(status=200),
                edits=(_ALLOW_ORIGIN, *granted, *_exposed(policy)),
            ),
            unmatched,
            Row(
                outcome=Outcome.ACTUAL_ALLOWED,
                when=(allowed,),
                edits=(_ALLOW_ORIGIN, *_credentials(policy), *_exposed(policy)),
            ),
            Row(outcome=Outcome.ACTUAL_REFUSED),
        ),
    )


def _granted(policy: Policy, no_headers_asked: str | None) -> tuple[Set, ...]:
    """Return what a preflight answer says besides the origin."""
    return (
        *_credentials(policy),
        *_listed(names.ALLOW_METHODS, policy.allow_methods, names.REQUEST_METHOD),
        *_listed(names.ALLOW_HEADERS, policy.allow_headers, names.REQUEST_HEADERS, no_headers_asked),
        *_remembered(policy),
    )


def _remembered(policy: Policy) -> tuple[Set, ...]:
    if policy.max_age is None:
        return ()
    return (Set(name=names.MAX_AGE, value=Literal(text=f"{policy.max_age.value:.0f}")),)


def _credentials(policy: Policy) -> tuple[Set, ...]:
    if not policy.allow_credentials.value:
        return ()
    return (Set(name=names.ALLOW_CREDENTIALS, value=Literal(text="true")),)


def _listed(
    name: str, values: tuple[Declared[str], ...] | None, asked: str, missing: str | None = None
) -> tuple[Set, ...]:
    """Return the header with the list, or with what was asked for where the list is `*`."""
    if not values:
        return ()
    if [value.value for value in values] == ["*"]:
        return (Set(name=name, value=Echo(header=asked, missing=missing)),)
    return (Set(name=name, value=_joined(values)),)


def _exposed(policy: Policy) -> tuple[Set, ...]:
    if not policy.expose_headers:
        return ()
    return (Set(name=names.EXPOSE_HEADERS, value=_joined(policy.expose_headers)),)


def _joined(values: tuple[Declared[str], ...]) -> Literal:
    return Literal(text=", ".join(value.value for value in values))
