"""What the plugin's releases do, bugs included: a declared policy becomes the table of 1.0.0 or 2.0.2.

Both take an `Origin` that is no URL, or one of the request's own, for no CORS request at all. What Envoy's
configuration cannot compute of it is said by name where the table is going to be enforced.
"""

from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.higress.behaviour import (
    EVERY_METHOD,
    FORBIDDEN,
    NO_ORIGIN,
    PREFLIGHT,
    STRIPPED,
    grant,
    listed_headers,
    max_age,
    values,
)
from crossgate.dialects.higress.cors import ANY
from crossgate.dialects.higress.release_origins import PARSED, release_origins
from crossgate.fetch import headers as names
from crossgate.model.conditions import (
    Condition,
    HeaderEquals,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.edits import Append, Echo, Edit, Literal, Remove, Set, Value
from crossgate.model.policy import Declared, Policy
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.source import Span

URL_ORIGINS: Final = "url-origins"
COMPACT_LISTS: Final = "compact-lists"
"""The names by which a user accepts what cannot be enforced as a release has it."""

_SLASH: Final = HeaderEquals(name=names.ORIGIN, value="/")
_UNPARSED: Final = Not(condition=OriginIn(origins=PARSED))
_SAME: Final = SameOrigin(loosely=True)
_KEPT_BY_1_0_0: Final = names.ALLOW_HEADERS
_VARY: Final = Append(name=names.VARY, value=Literal(text="Origin"))


def release_table(policy: Policy, patterns: tuple[Declared[str], ...], release: str) -> Table:
    """Return the table that a policy is to a release."""
    rows, banner = (_rows_1_0_0, "1.0.0") if release == "1.0.0" else (_rows_2_0_2, "2.0.1")
    origins = release_origins(policy.allow_origins or (), patterns, is_anchored=release != "1.0.0")
    every = (Append(name="x-cors-version", value=Literal(text=banner)),)
    return Table(policy=policy.name, span=policy.span, rows=rows(policy, OriginIn(origins=origins)), every=every)


def report_what_envoy_cannot(release: str, policies: tuple[Policy, ...], span: Span, report: Diagnostics) -> None:
    """Say what of a release is not enforced where its tables are going to be; the engine has all of it."""
    message = (
        f"{release} takes for the request's own every URL whose host and port agree as far as two colons go; "
        "only an origin of the same host and port is taken for it"
    )
    report_unenforced(report, URL_ORIGINS, message, span, is_harmless=False)
    if release != "1.0.0" and any(ANY in _split(policy.allow_headers) for policy in policies):
        message = f"{release} repeats requested headers without white space; they are repeated as they were sent"
        report_unenforced(report, COMPACT_LISTS, message, span, is_harmless=True)


def _rows_1_0_0(policy: Policy, origin: OriginIn) -> tuple[Row, ...]:
    stripped = tuple(Remove(name=name) for name in names.RESPONSE_HEADERS if name != _KEPT_BY_1_0_0)
    methods = _undefaulted(policy.allow_methods, ", ")
    headers = _undefaulted(policy.allow_headers, ",")
    any_method, any_header = ANY in methods, ANY in headers
    method: tuple[Condition, ...] = () if any_method else (MethodIn(methods=frozenset(methods)),)
    asked: tuple[Condition, ...] = ()
    if not any_method:
        asked += (RequestedMethodIn(methods=frozenset(methods), fold_case=True),)
    if not any_header:
        asked += (RequestedHeadersIn(names=frozenset(headers), trim=False, skip_empty=False),)
    allowed = EVERY_METHOD if any_method else ",".join(methods)
    listed = ",".join(headers)
    answer = Echo(header=names.REQUEST_HEADERS, missing=listed) if any_header else Literal(text=listed)
    lists = (
        Set(name=names.ALLOW_METHODS, value=Literal(text=allowed)),
        Set(name=names.ALLOW_HEADERS, value=answer),
        max_age(policy),
    )
    return (
        *_no_cors(stripped, preflight=Respond(status=200)),
        Row(
            outcome=Outcome.PREFLIGHT_ALLOWED,
            when=(*PREFLIGHT, origin, *asked),
            action=Respond(status=200),
            edits=(*grant(policy), *lists),
        ),
        Row(outcome=Outcome.PREFLIGHT_REFUSED, when=PREFLIGHT, action=FORBIDDEN),
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(origin, *method), edits=(*stripped, *grant(policy))),
        Row(outcome=Outcome.ACTUAL_REFUSED, action=FORBIDDEN),
    )


def _rows_2_0_2(policy: Policy, origin: OriginIn) -> tuple[Row, ...]:
    methods, headers = _split(policy.allow_methods), _split(policy.allow_headers)
    method: tuple[Condition, ...] = () if ANY in methods else (MethodIn(methods=frozenset(methods)),)
    asked: tuple[Condition, ...] = () if ANY in headers else (RequestedHeadersIn(names=frozenset(headers)),)
    return (
        *_no_cors(STRIPPED, preflight=None),
        *_allowed_preflights(policy, origin, methods, asked),
        Row(outcome=Outcome.PREFLIGHT_REFUSED, when=PREFLIGHT, action=Respond(status=204)),
        Row(outcome=Outcome.ACTUAL_ALLOWED, when=(origin, *method), edits=(*STRIPPED, *grant(policy), _VARY)),
        Row(outcome=Outcome.ACTUAL_REFUSED, edits=STRIPPED),
    )


def _allowed_preflights(
    policy: Policy, origin: OriginIn, methods: tuple[str, ...], asked: tuple[Condition, ...]
) -> tuple[Row, ...]:
    """Return the rows of allowed preflights; a method listed before a `*` is answered with the list.

    A list of headers in which there is no name, `[","]`, allows none, whatever is asked for.
    """
    if not _split(policy.allow_headers):
        return ()
    named = methods[: methods.index(ANY)] if ANY in methods else methods
    headers = _split(policy.allow_headers)
    compact = Set(name=names.ALLOW_HEADERS, value=Echo(header=names.REQUEST_HEADERS, compact=True))
    lists = ([compact] if ANY in headers else listed_headers(policy, headers)) + [max_age(policy)]

    def row(name: str, when: tuple[Condition, ...], allowed: Value) -> Row:
        return Row(
            outcome=Outcome.PREFLIGHT_ALLOWED,
            name=name,
            when=(*PREFLIGHT, origin, *when, *asked),
            action=Respond(status=204),
            edits=(*grant(policy), Set(name=names.ALLOW_METHODS, value=allowed), *lists, _VARY, _VARY),
        )

    listed = RequestedMethodIn(methods=frozenset(named), fold_case=True)
    rows = (row("preflight-allowed", (listed,), Literal(text=",".join(methods))),) if named else ()
    return (*rows, row("preflight-allowed-any", (), Echo(header=names.REQUEST_METHOD))) if ANY in methods else rows


def _no_cors(stripped: tuple[Edit, ...], *, preflight: Respond | None) -> tuple[Row, ...]:
    """Return the rows of what a release takes for no CORS request; `preflight` answers what looks like one there."""
    kinds = (("no-origin", Outcome.NO_ORIGIN, NO_ORIGIN), ("no-origin-slash", Outcome.NO_ORIGIN, _SLASH))
    rows = [Row(outcome=outcome, name=name, when=(kind,), edits=stripped) for name, outcome, kind in kinds]
    for name, kind in (("same-origin", _SAME), ("no-url", _UNPARSED)):
        if preflight is not None:
            row = Row(outcome=Outcome.SAME_ORIGIN, name=f"{name}-preflight", when=(*PREFLIGHT, kind), action=preflight)
            rows.append(row)
        rows.append(Row(outcome=Outcome.SAME_ORIGIN, name=name, when=(kind,), edits=stripped))
    return tuple(rows)


def _undefaulted(declared: tuple[Declared[str], ...] | None, joint: str) -> tuple[str, ...]:
    """Return the items of a list; 1.0.0 takes its default for one item, which is no name of anything."""
    items = declared or ()
    return values(items) if any(item.span is not None for item in items) else (joint.join(values(items)),)


def _split(declared: tuple[Declared[str], ...] | None) -> tuple[str, ...]:
    return tuple(name for item in values(declared) for name in names.split_list(item))
