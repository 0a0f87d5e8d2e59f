"""What the plugin does, as its documents say: a declared policy becomes a decision table.

Documents 1.0 refuse what is not allowed with 403; documents 2.0 answer a refused preflight with 204 and let an actual
request pass without a grant. Both take the upstream's own CORS headers away.
"""

from typing import Final

from msgspec import Struct

from crossgate.dialects.higress.cors import ANY, DEFAULT_MAX_AGE
from crossgate.dialects.higress.origins import NORMALISATION, origin_set
from crossgate.fetch import headers as names
from crossgate.model.conditions import (
    OPTIONS,
    Condition,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import CONTINUE, Action, Outcome, Respond, Row, Table
from crossgate.model.vary import varying_by_origin

PREFLIGHT: Final[tuple[Condition, ...]] = (
    OPTIONS,
    HeaderIs(name=names.REQUEST_METHOD, state=HeaderState.NOT_BLANK),
)
NO_ORIGIN: Final = Not(condition=HeaderIs(name=names.ORIGIN, state=HeaderState.NOT_BLANK))
STRIPPED: Final[tuple[Edit, ...]] = tuple(Remove(name=name) for name in names.RESPONSE_HEADERS)
_NOTHING_ASKED: Final = RequestedHeadersIn(names=frozenset())
FORBIDDEN: Final = Respond(status=403, body="Invalid CORS request")
EVERY_METHOD: Final = "GET, PUT, POST, DELETE, PATCH, OPTIONS, HEAD, TRACE, CONNECT"


class _Version(Struct, frozen=True, kw_only=True):
    """In what the documents differ. `None` in the lists that answer `*` means: what was asked for.

    `splits_items`: an item of a list may itself be a comma list, of which each member is meant.
    """

    banner: str
    granted: Action
    refused_preflight: Action
    refused_actual: Action
    any_method: str | None
    any_header_unasked: str | None
    splits_items: bool
    varies: bool


_VERSIONS: Final = {
    "1.0": _Version(
        banner="1.0.0",
        granted=Respond(status=200),
        refused_preflight=FORBIDDEN,
        refused_actual=FORBIDDEN,
        any_method=EVERY_METHOD,
        any_header_unasked="*",
        splits_items=False,
        varies=False,
    ),
    "2.0": _Version(
        banner="2.0.1",
        granted=Respond(status=204),
        refused_preflight=Respond(status=204),
        refused_actual=CONTINUE,
        any_method=None,
        any_header_unasked=None,
        splits_items=True,
        varies=True,
    ),
}


def table(policy: Policy, patterns: tuple[Declared[str], ...], documents: str) -> Table:
    """Return the decision table of a policy and its origin patterns.

    A list of headers in which there is no name, `[","]`, allows no preflight.
    """
    version = _VERSIONS[documents]
    origin = OriginIn(origins=origin_set(policy.allow_origins or (), patterns))
    methods, headers = _meant(policy.allow_methods, version), _meant(policy.allow_headers, version)
    any_method, any_header = ANY in methods, ANY in headers
    asked_method = () if any_method else (RequestedMethodIn(methods=frozenset(methods), fold_case=True),)
    asked_headers = () if any_header else (RequestedHeadersIn(names=frozenset(headers)),)
    method = () if any_method else (MethodIn(methods=frozenset(methods)),)
    granted = grant(policy)
    vary = (Merge(name=names.VARY, member="Origin"),) if version.varies else ()
    preflight_allowed = Row(
        outcome=Outcome.PREFLIGHT_ALLOWED,
        when=(*PREFLIGHT, origin, *asked_method, *asked_headers),
        action=version.granted,
        edits=(*granted, *_lists(policy, version)),
    )
    rows = (
        Row(outcome=Outcome.NO_ORIGIN, when=(NO_ORIGIN,), edits=STRIPPED),
        Row(outcome=Outcome.SAME_ORIGIN, when=(SameOrigin(),), edits=STRIPPED),
        *((preflight_allowed,) if headers else ()),
        Row(outcome=Outcome.PREFLIGHT_REFUSED, when=PREFLIGHT, action=version.refused_preflight),
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(origin, *method), edits=(*STRIPPED, *granted, *vary)),
        Row(
            outcome=Outcome.ACTUAL_REFUSED,
            action=version.refused_actual,
            edits=STRIPPED if version.refused_actual == CONTINUE else (),
        ),
    )
    banner = Append(name="x-cors-version", value=Literal(text=version.banner))
    return varying_by_origin(Table(policy=policy.name, span=policy.span, rows=rows, every=(banner,)))


def _meant(declared: tuple[Declared[str], ...] | None, version: _Version) -> tuple[str, ...]:
    """Return the names that a list means."""
    written = values(declared)
    return tuple(name for value in written for name in names.split_list(value)) if version.splits_items else written


def values(declared: tuple[Declared[str], ...] | None) -> tuple[str, ...]:
    """Return the plain values of a list."""
    return tuple(item.value for item in declared or ())


def grant(policy: Policy) -> tuple[Edit, ...]:
    """Return the headers of every answer that grants."""
    edits: list[Edit] = [Set(name=names.ALLOW_ORIGIN, value=Echo(header=names.ORIGIN, normalisation=NORMALISATION))]
    if policy.expose_headers:
        exposed = ",".join(values(policy.expose_headers))
        edits.append(Set(name=names.EXPOSE_HEADERS, value=Literal(text=exposed)))
    if policy.allow_credentials.value:
        edits.append(Set(name=names.ALLOW_CREDENTIALS, value=Literal(text="true")))
    return tuple(edits)


def max_age(policy: Policy) -> Set:
    """Return the time for which a preflight's answer may be remembered."""
    age = policy.max_age.value if policy.max_age is not None else DEFAULT_MAX_AGE
    return Set(name=names.MAX_AGE, value=Literal(text=f"{age:.0f}"))


def _lists(policy: Policy, version: _Version) -> tuple[Edit, ...]:
    """Return what only a preflight's answer has: the lists and the time for which they may be remembered."""
    methods, headers = _meant(policy.allow_methods, version), _meant(policy.allow_headers, version)
    asked_method = Echo(header=names.REQUEST_METHOD)
    any_method = asked_method if version.any_method is None else Literal(text=version.any_method)
    any_header = Echo(header=names.REQUEST_HEADERS, missing=version.any_header_unasked)
    edits: list[Edit] = [
        Set(name=names.ALLOW_METHODS, value=any_method if ANY in methods else Literal(text=",".join(methods))),
        *([Set(name=names.ALLOW_HEADERS, value=any_header)] if ANY in headers else listed_headers(policy, headers)),
        max_age(policy),
    ]
    if version.varies:
        edits.append(Set(name=names.VARY, value=Literal(text="Origin")))
    return tuple(edits)


def listed_headers(policy: Policy, meant: tuple[str, ...]) -> list[Edit]:
    """Return the list of headers: their names, or to who asks for some of them the items as they were written."""
    written = ",".join(values(policy.allow_headers))
    listed: list[Edit] = [Set(name=names.ALLOW_HEADERS, value=Literal(text=",".join(meant)))]
    if written != ",".join(meant):
        listed.append(Set(name=names.ALLOW_HEADERS, value=Literal(text=written), when=Not(condition=_NOTHING_ASKED)))
    return listed
