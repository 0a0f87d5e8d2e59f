"""What a change of a policy risks, in words."""

from collections.abc import Iterator

from crossgate.advice.needs import Field, Need, PolicyNeed, RouteNeed
from crossgate.fetch.origin import OPAQUE
from crossgate.model.gateway import GatewayConfig
from crossgate.model.policy import Policy

_LOCAL = ("http://localhost", "http://127.", "http://[::1]")


def change_text(need: Need) -> str:
    """Return a change in words."""
    match need:
        case RouteNeed(route=route):
            return f"let `{route.name}` match OPTIONS, which every preflight is"
        case PolicyNeed(field=Field.CREDENTIALS):
            return "allow credentials"
        case PolicyNeed(field=field, values=values, is_alone=is_alone):
            what = {Field.ORIGINS: "origin", Field.METHODS: "method", Field.HEADERS: "header"}[field]
            listed = " and ".join(f"`{value}`" for value in values)
            more = " instead of `*`" if is_alone else ""
            return f"allow the {what}{'s' if len(values) > 1 else ''} {listed}{more}"


def risks_of(need: Need, policy: Policy | None, config: GatewayConfig) -> Iterator[str]:
    """Yield what a change risks; `policy` is the one that then decides, `config` all that there is then."""
    if policy is not None:
        yield from _risks(need, policy)
        others = {
            route.name for route in config.routes() if route.policy is not None and route.policy.name == policy.name
        }
        if len(others) > 1:
            yield f"`{policy.name}` decides for {len(others)} routes, and it changes for all of them"


def _risks(need: Need, policy: Policy) -> Iterator[str]:
    origins = [item.value for item in policy.allow_origins or ()]
    credentials = policy.allow_credentials.value
    whose = "any site" if "*" in origins else "every origin that is allowed"
    match need:
        case RouteNeed():
            yield "other OPTIONS requests take this route too, and reach its upstream where the policy forwards them"
        case PolicyNeed(field=Field.CREDENTIALS) if "*" in origins:
            yield "any site can act as whoever visits it, with their cookies, and read what comes back"
        case PolicyNeed(field=Field.CREDENTIALS):
            yield f"pages of {whose} act as whoever visits them, with their cookies"
        case PolicyNeed(field=Field.ORIGINS, values=values, is_alone=is_alone):
            yield from _of_origins(values, credentials=credentials)
            if is_alone:
                yield "other origins are no longer allowed: list those that are needed"
        case PolicyNeed(field=Field.METHODS, values=values):
            yield f"pages of {whose} can send {' and '.join(values)}{_cookies(credentials=credentials)}"
        case PolicyNeed(field=Field.HEADERS, is_alone=is_alone):
            yield f"pages of {whose} can send {'these headers' if len(need.values) > 1 else 'this header'}"
            if is_alone:
                yield "headers that are not listed are no longer allowed: list those that are needed"
        case _:
            pass


def _of_origins(origins: tuple[str, ...], *, credentials: bool) -> Iterator[str]:
    for origin in origins:
        if origin == OPAQUE:
            yield "every site can make itself a page whose origin is `null`, in a sandboxed frame"
        elif origin.startswith("http://") and not origin.startswith(_LOCAL):
            yield f"who is on the way of an unencrypted page can write into it, and so act for `{origin}`"
        reads = f"every page of `{origin}` can read the answers"
        yield reads + (", as whoever visits it, with their cookies" if credentials else "")


def _cookies(*, credentials: bool) -> str:
    return ", with the visitor's cookies" if credentials else ""
