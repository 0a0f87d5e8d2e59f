"""Why the gateway decided as it did: the condition that made the difference, and where its words stand."""

from msgspec import Struct

from crossgate.advice.missed import GRANTED, missed_condition
from crossgate.advice.needs import star_against_credentials
from crossgate.browser.failures import Code, Failure
from crossgate.browser.gateway import Answered
from crossgate.cli.words import condition_text, listed
from crossgate.engine.decide import Decision, Engine, Tried
from crossgate.fetch.headers import ORIGIN
from crossgate.model.conditions import (
    OPTIONS,
    Condition,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
)
from crossgate.model.origins import AnyOrigin, ExactOrigin, RegexOrigin, WildcardOrigin
from crossgate.model.policy import Declared
from crossgate.model.table import Outcome
from crossgate.source import Span


class Reason(Struct, frozen=True, kw_only=True):
    """Why something was decided, in words, and where the words stand that made it so."""

    text: str
    span: Span | None


def reason_of(answered: Answered, engine: Engine) -> Reason | None:
    """Return why the gateway decided as it did, or None where there is no more to say than what it decided."""
    if answered.is_elsewhere:
        return Reason(text="the redirect leads to a server that the files do not know", span=None)
    decision = answered.decision
    if decision is None:
        return Reason(text=f"the request is refused before any route is looked for: {answered.refusal}", span=None)
    route = decision.routed.route
    if route is None:
        return Reason(text=_no_route(decision), span=None)
    if decision.row is None:
        return Reason(text=f"`{route.name}` has no CORS policy", span=route.span)
    missed = missed_condition(answered, engine)
    if missed is not None:
        return failed(missed, answered)
    return None if decision.row.outcome in GRANTED else _what_held(engine.explain(decision)[-1], answered, engine)


def _no_route(decision: Decision) -> str:
    """Say what of a request no route means: its host, or all of it."""
    listener, host = decision.routed.listener, decision.routed.host
    if host is not None:
        return f"no route of `{listener.name}` matches"
    known = [entry.hostname.pattern for entry in listener.hosts]
    others = f", only for {listed(known)}" if known else ""
    return f"no route of `{listener.name}` is for the host `{decision.request.authority}`{others}"


def _what_held(deciding: Tried, answered: Answered, engine: Engine) -> Reason | None:
    """Return the condition of a row that says most: the one on the origin."""
    row = deciding.row
    telling = next((condition for condition in row.when if isinstance(condition, OriginIn)), None)
    if telling is not None:
        return held(telling, answered, engine)
    if row.outcome in (Outcome.PREFLIGHT_ALLOWED, Outcome.ACTUAL_ALLOWED):
        policy = answered.policy
        return Reason(text="any origin is allowed", span=None if policy is None else _first(policy.allow_origins))
    return held(row.when[0], answered, engine) if row.when else None


def _admitted(condition: OriginIn, answered: Answered, engine: Engine) -> Reason:
    """Return the entry of an origin set that admitted the request's origin as a reason."""
    origin = None if answered.decision is None else answered.decision.request.header(ORIGIN)
    match engine.conditions.matcher(condition.origins).find(origin or ""):
        case None:
            return Reason(text=condition_text(condition), span=None)
        case AnyOrigin(span=span):
            return Reason(text="any origin is allowed", span=span)
        case ExactOrigin(written=written, span=span):
            return Reason(text=f"the origin is `{written}`", span=span)
        case WildcardOrigin(written=written, span=span) | RegexOrigin(written=written, span=span):
            return Reason(text=f"the origin matches `{written}`", span=span)


def held(condition: Condition, answered: Answered, engine: Engine) -> Reason:
    """Return a condition that held as a reason."""
    if isinstance(condition, OriginIn):
        return _admitted(condition, answered, engine)
    return Reason(text=condition_text(condition), span=_place_of(condition, answered))


def failed(condition: Condition, answered: Answered) -> Reason:
    """Return a condition that did not hold as a reason."""
    return Reason(text=condition_text(condition, holds=False), span=_place_of(condition, answered))


def _place_of(condition: Condition, answered: Answered) -> Span | None:
    """Return where the policy begins to list what a condition asks for."""
    policy = answered.policy
    match condition:
        case Not(condition=inner):
            return _place_of(inner, answered)
        case OriginIn(origins=origins):
            return next((entry.span for entry in origins.entries if entry.span is not None), None)
        case MethodIn() | RequestedMethodIn() if policy is not None and condition != OPTIONS:
            return _first(policy.allow_methods)
        case RequestedHeadersIn() if policy is not None:
            return _first(policy.allow_headers)
        case _:
            return None


def place_of_failure(failure: Failure, answered: Answered) -> Span | None:
    """Return where the policy says what made the browser's check of an answer fail."""
    policy = answered.policy
    if policy is None:
        return None
    match failure.code:
        case Code.METHOD_REFUSED | Code.ALLOW_METHODS_INVALID:
            return _first(policy.allow_methods)
        case Code.HEADER_REFUSED | Code.ALLOW_HEADERS_INVALID:
            return _first(policy.allow_headers)
        case Code.ALLOW_CREDENTIALS_INVALID if (star := star_against_credentials(policy)) is not None:
            return star.span
        case Code.ALLOW_CREDENTIALS_INVALID:
            return policy.allow_credentials.span
        case Code.ALLOW_ORIGIN_WILDCARD:
            return _first(policy.allow_origins)
        case _:
            return None


def _first(declared: tuple[Declared[str], ...] | None) -> Span | None:
    return next((item.span for item in declared or () if item.span is not None), None)
