"""What a blocked fetch needs of a policy: the next thing that stands in its way, in words of the declared policy."""

from enum import Enum

from msgspec import Struct

from crossgate.advice.missed import missed_condition, route_of_request
from crossgate.browser.exchanges import ACTUAL, PREFLIGHT, Exchange, Verdict
from crossgate.browser.failures import Code, Failure
from crossgate.browser.gateway import Answered
from crossgate.browser.planned import PlannedFetch
from crossgate.engine.decide import Engine
from crossgate.model.conditions import OPTIONS, Condition, MethodIn, OriginIn, RequestedHeadersIn, RequestedMethodIn
from crossgate.model.policy import Declared, Policy
from crossgate.model.routes import Route


class Field(Enum):
    """A field of a policy, by its name in the model."""

    ORIGINS = "allow_origins"
    METHODS = "allow_methods"
    HEADERS = "allow_headers"
    EXPOSED = "expose_headers"
    CREDENTIALS = "allow_credentials"
    MAX_AGE = "max_age"


class PolicyNeed(Struct, frozen=True, kw_only=True):
    """A field of a policy has to have these values; `is_alone`: no `*` may stand beside or instead of them."""

    policy: Policy
    field: Field
    values: tuple[str, ...]
    is_alone: bool = False


class RouteNeed(Struct, frozen=True, kw_only=True):
    """A route has to match OPTIONS too."""

    route: Route


Need = PolicyNeed | RouteNeed


def needs_of(verdict: Verdict[Answered], fetch: PlannedFetch, engine: Engine) -> tuple[Need, ...]:
    """Return what would remove the reason why a fetch is blocked, any one of it, the likeliest first."""
    if verdict.failure is None or not verdict.exchanges:
        return ()
    last = verdict.exchanges[-1]
    policy = last.answer.policy
    if policy is None:
        route = route_of_request(last.answer, engine, fetch) if last.kind == PREFLIGHT else None
        return () if route is None or route.policy is None else (RouteNeed(route=route),)
    found = _of_gateway(missed_condition(last.answer, engine), policy, last, fetch)
    return found or _of_browser(verdict.failure, policy, fetch)


def _of_gateway(
    missed: Condition | None, policy: Policy, exchange: Exchange[Answered], fetch: PlannedFetch
) -> tuple[Need, ...]:
    match missed:
        case OriginIn():
            return (_origin(policy, exchange),)
        case RequestedMethodIn() | MethodIn() if missed != OPTIONS or exchange.kind == ACTUAL:
            return (PolicyNeed(policy=policy, field=Field.METHODS, values=(fetch.method,)),)
        case RequestedHeadersIn():
            return _headers(policy, fetch)
        case _:
            return ()


def _of_browser(failure: Failure, policy: Policy, fetch: PlannedFetch) -> tuple[Need, ...]:
    match failure.code:
        case Code.METHOD_REFUSED:
            return (PolicyNeed(policy=policy, field=Field.METHODS, values=(fetch.method,)),)
        case Code.HEADER_REFUSED:
            return _headers(policy, fetch)
        case Code.ALLOW_CREDENTIALS_INVALID if star_against_credentials(policy) is not None:
            return (PolicyNeed(policy=policy, field=Field.ORIGINS, values=(fetch.origin,), is_alone=True),)
        case Code.ALLOW_CREDENTIALS_INVALID:
            return (PolicyNeed(policy=policy, field=Field.CREDENTIALS, values=("true",)),)
        case Code.ALLOW_ORIGIN_WILDCARD:
            return (
                PolicyNeed(policy=policy, field=Field.ORIGINS, values=(fetch.origin,), is_alone=True),
                PolicyNeed(policy=policy, field=Field.CREDENTIALS, values=("true",)),
            )
        case Code.ALLOW_ORIGIN_MISSING | Code.ALLOW_ORIGIN_MISMATCH | Code.ALLOW_ORIGIN_INVALID:
            return (PolicyNeed(policy=policy, field=Field.ORIGINS, values=(fetch.origin,)),)
        case _:
            return ()


def star_against_credentials(policy: Policy) -> Declared[str] | None:
    """Return the `*` of the origins that makes a gateway ignore that credentials are allowed, if it does so."""
    credentials = policy.allow_credentials
    span = credentials.span
    if credentials.value or span is None:
        return None
    first, end = (span.source.line_bounds(line)[0] for line in (span.line, span.end_line))
    written = span.source.text[first + span.column - 1 : end + span.end_column - 1]
    if written.strip("\"'").lower() != "true":
        return None
    return next((item for item in policy.allow_origins or () if item.value == "*"), None)


def _origin(policy: Policy, exchange: Exchange[Answered]) -> Need:
    origin = dict(exchange.headers)["origin"]
    return PolicyNeed(policy=policy, field=Field.ORIGINS, values=(origin,))


def _headers(policy: Policy, fetch: PlannedFetch) -> tuple[Need, ...]:
    """Return the headers that are not listed, as the page writes them; first beside a `*`, then instead of it."""
    listed = {item.value.lower() for item in policy.allow_headers or ()}
    written = {name.lower(): name for name, _ in fetch.sent_headers}
    missing = tuple(written[name] for name in fetch.unsafe_names if name not in listed)
    return tuple(
        PolicyNeed(
            policy=policy,
            field=Field.HEADERS,
            values=missing or tuple(written[n] for n in fetch.unsafe_names),
            is_alone=alone,
        )
        for alone in (False, True)
    )
