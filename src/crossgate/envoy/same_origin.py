r"""The test whether `Origin` spells the request's own scheme, host and port.

No matcher of Envoy compares two headers. Where all requests have one host it stands in the expressions, and only a port
that the scheme does not imply is left to compare: `Origin` and authority are put side by side into one header, and an
expression for each digit says that both have the same there.

Where the host may be any, early header mutations prepare the answer, in this order: what comes from outside under our
names is dropped; the authority without the scheme's default port; a pattern made of it, quoted with `\Q…\E` since an
authority may hold RE2 operators; the result of matching `Origin` with it. That costs every request of the listener an
expression or two. Early mutations run before routing and before the trust of any filter.

Behind proxies that are trusted the scheme is not known beforehand either: it is prepared from `X-Forwarded-Proto`, with
the port that it implies, and the host may then be any. `:scheme` is not asked: HTTP/2 clients write it.
"""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from crossgate.envoy.matchers import NEVER, Alternatives, Json, exact, quote, regex
from crossgate.fetch.headers import ORIGIN
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.conditions import Condition, Not, SameOrigin
from crossgate.model.gateway import Scheme
from crossgate.model.hosts import Hostname
from crossgate.model.table import Table
from crossgate.records import replace

BESIDE: Final = "x-cg-origin-authority"
AUTHORITY: Final = "x-cg-authority"
PATTERN: Final = "x-cg-pattern"
RESULT: Final = "x-cg-same-origin"
SCHEME: Final = "x-cg-scheme"
IMPLIED: Final = "x-cg-implied-port"
INTERNAL: Final = (BESIDE, AUTHORITY, PATTERN, RESULT)
"""Our own request headers: never believed from outside, never sent to an upstream."""
BEHIND_PROXIES: Final = (SCHEME, IMPLIED)
"""Those that listeners have besides which trust proxies."""

_HOST: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\[\]\\,]+)"
_PORT: Final = "[0-9]{1,5}"
_DIGITS: Final = 5
_RESULT: Final = f"%CEL(request.headers['origin'].matches(request.headers['{PATTERN}']))%"


class Place(Struct, frozen=True, kw_only=True):
    """Where requests arrive: what their listener speaks, and their host, None where it may be one of many.

    Of a place `is_behind_proxies` the scheme is that of the connection only.
    """

    scheme: Scheme
    host: str | None = None
    is_behind_proxies: bool = False

    def at(self, hostname: Hostname) -> "Place":
        """Return the place of the requests that a hostname means."""
        is_known = hostname.is_exact and not self.is_behind_proxies
        return replace(self, host=hostname.pattern if is_known else None)


def is_asked_by(tables: Iterable[Table | None]) -> bool:
    """Say whether one of some tables asks this."""
    different = {id(table): table for table in tables if table is not None}.values()
    return any(_is_asked(condition) for table in different for condition in table.conditions())


def is_denied_by(tables: Iterable[Table | None]) -> bool:
    """Say whether one of some tables asks the contrary, for which the answer has to be prepared whatever the host."""
    different = {id(table): table for table in tables if table is not None}.values()
    return any(_is_denied(condition) for table in different for condition in table.conditions())


def _is_asked(condition: Condition) -> bool:
    return isinstance(condition, SameOrigin) or _is_denied(condition)


def _is_denied(condition: Condition) -> bool:
    return isinstance(condition, Not) and isinstance(condition.condition, SameOrigin)


def matchers(place: Place) -> Alternatives:
    """Return the matchers of the condition."""
    if place.host is None:
        return (prepared(place),)
    if not re.fullmatch(_HOST, place.host):
        return NEVER
    host, implied = quote(place.host), f"(?::{DEFAULT_PORTS[place.scheme]})?"
    origin = f"(?i){place.scheme}://{host}"
    portless = (
        regex(ORIGIN, f"{origin}{implied}/?"),
        regex(":authority", f"(?i){host}{implied}"),
        exact(":scheme", place.scheme),
    )
    beside = f"{origin}:%s/? {host}:%s"
    ported = (
        regex(ORIGIN, f"{origin}:{_PORT}/?"),
        regex(":authority", f"(?i){host}:{_PORT}"),
        exact(":scheme", place.scheme),
        *(regex(BESIDE, "|".join(beside % (port, port) for port in _ports(digit))) for digit in range(_DIGITS)),
    )
    return portless, ported


def _ports(place: int) -> Iterable[str]:
    """Yield expressions of the ports that have one and the same digit at a place, or none there."""
    yield from (f"[0-9]{{{place}}}{digit}[0-9]*" for digit in range(10))
    if place:
        yield f"[0-9]{{1,{place}}}"


def prepared(place: Place) -> tuple[Json, ...]:
    """Return matchers of the prepared answer, for a host and an `Origin` of the form of one."""
    form = rf"{_HOST}(?::{_PORT})?"
    if place.is_behind_proxies:
        return exact(RESULT, "true"), regex(":authority", form), regex(ORIGIN, f"(?i)https?://{form}/?")
    origin = regex(ORIGIN, f"(?i){place.scheme}://{form}/?")
    return exact(RESULT, "true"), exact(":scheme", place.scheme), regex(":authority", form), origin


def mutations(places: Iterable[Place]) -> list[Json]:
    """Return the early header mutations of a listener for the places where the condition is asked."""
    asked = tuple(places)
    found: list[Json] = []
    if any(place.host is not None for place in asked):
        found.append(_set(BESIDE, "%REQ(ORIGIN)% %REQ(:AUTHORITY)%"))
    for place in dict.fromkeys(place for place in asked if place.host is None):
        if place.is_behind_proxies:
            found += _as_forwarded(place.scheme)
            continue
        scheme, port = place.scheme, DEFAULT_PORTS[place.scheme]
        found += [  # what has no value is not set: nothing from outside may stand there
            *({"remove": name} for name in (AUTHORITY, PATTERN, RESULT)),
            _set(AUTHORITY, rf"%CEL(re.extract(request.headers[':authority'], '^(.*?)(:{port})?$', '\\1'))%"),
            _set(PATTERN, rf"(?i)^{scheme}://\Q%REQ({AUTHORITY})%\E(:{port})?/?$"),
            _set(RESULT, _RESULT),
        ]
    return found


def _as_forwarded(scheme: Scheme) -> list[Json]:
    """Return the same of a place behind proxies: what is set first stays where they name no scheme, or the same."""
    other = next(found for found in Scheme if found is not scheme)
    return [
        *({"remove": name} for name in (AUTHORITY, PATTERN, RESULT)),
        _set(SCHEME, scheme),
        _set(SCHEME, r"%CEL(re.extract(request.headers['x-forwarded-proto'], '(?i)^(https?)$', '\\1'))%"),
        _set(IMPLIED, f":{DEFAULT_PORTS[scheme]}"),
        _set(IMPLIED, f"%CEL(re.extract(request.headers['{SCHEME}'], '(?i)^{other}$', ':{DEFAULT_PORTS[other]}'))%"),
        _set(PATTERN, f"^(.*?)(%REQ({IMPLIED})%)?$"),  # Envoy's CEL puts no texts together
        _set(AUTHORITY, rf"%CEL(re.extract(request.headers[':authority'], request.headers['{PATTERN}'], '\\1'))%"),
        _set(PATTERN, rf"(?i)^%REQ({SCHEME})%://\Q%REQ({AUTHORITY})%\E(%REQ({IMPLIED})%)?/?$"),
        _set(RESULT, _RESULT),
    ]


def _set(name: str, value: str) -> Json:
    return {
        "append": {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"},
    }
