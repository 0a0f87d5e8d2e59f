"""Whether a condition of a table holds for a request."""

import re

from crossgate.engine.origins import OriginMatcher
from crossgate.engine.request import Request
from crossgate.engine.wire import as_sent
from crossgate.fetch.headers import ORIGIN, OWS, REQUEST_HEADERS, REQUEST_METHOD
from crossgate.fetch.origin import DEFAULT_PORTS, split_origin
from crossgate.model.conditions import (
    Condition,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    OriginIn,
    RequestedHeadersIn,
    RequestedMethodIn,
    SameOrigin,
)
from crossgate.model.origins import OriginSet

_BLANK = " \t\n\v\f\r"
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?://(?:[^/?#]*@)?(?P<authority>[^/?#@]*))?")


class Conditions:
    """Evaluates conditions, with an index for each origin set that it meets, built once.

    An index is kept by the set's identity, which is why the set is kept with it: comparing sets of 100,000 origins
    at each request would cost more than the look-up.
    """

    def __init__(self) -> None:
        self._matchers: dict[int, tuple[OriginSet, OriginMatcher]] = {}

    def matcher(self, origins: OriginSet) -> OriginMatcher:
        """Return the index of an origin set."""
        kept = self._matchers.get(id(origins))
        if kept is None:
            kept = self._matchers[id(origins)] = (origins, OriginMatcher(origins))
        return kept[1]

    def hold(self, condition: Condition, request: Request) -> bool:
        """Say whether `condition` holds for `request`."""
        match condition:
            case Not(condition=inner):
                return not self.hold(inner, request)
            case MethodIn(methods=methods):
                return request.method in methods
            case OriginIn(origins=origins):
                return self.matcher(origins).find(request.header(ORIGIN) or "") is not None
            case HeaderIs(name=name, state=state):
                return _is_in_state(request.header(name), state)
            case HeaderEquals(name=name, value=value):
                return request.header(name) == as_sent(value)
            case SameOrigin(loosely=loosely):
                return is_loosely_same_origin(request) if loosely else is_same_origin(request)
            case RequestedMethodIn():
                return _names_method(condition, request.header(REQUEST_METHOD))
            case RequestedHeadersIn():
                return _lists_headers(condition, request.header(REQUEST_HEADERS))


def is_same_origin(request: Request) -> bool:
    """Say whether `Origin` spells the request's own scheme, host and port."""
    origin = (request.header(ORIGIN) or "").lower().removesuffix("/")
    own = f"{request.scheme}://{request.authority.lower()}"
    if split_origin(origin) is None or split_origin(own) is None:
        return False
    implied = f":{DEFAULT_PORTS[request.scheme]}"
    return origin.removesuffix(implied) == own.removesuffix(implied)


def is_loosely_same_origin(request: Request) -> bool:
    """Say whether `Origin` is some URL of the request's scheme, with its host and port as far as two colons go."""
    sent = request.header(ORIGIN) or ""
    found = _URL.match(sent.lower().removesuffix("/"))
    if found is None or found["scheme"] != request.scheme:
        return False
    return _cut(found["authority"] or "", request.scheme) == _cut(request.authority.lower(), request.scheme)


def _cut(authority: str, scheme: str) -> tuple[str, str]:
    host, port, *_ = (*authority.split(":"), "")
    return host, port or str(DEFAULT_PORTS[scheme])


def _is_in_state(value: str | None, state: HeaderState) -> bool:
    match state:
        case HeaderState.PRESENT:
            return value is not None
        case HeaderState.EMPTY:
            return value == ""
        case HeaderState.FILLED:
            return bool(value)
        case HeaderState.NOT_BLANK:
            return value is not None and value.strip(_BLANK) != ""


def _names_method(condition: RequestedMethodIn, value: str | None) -> bool:
    methods = {as_sent(name) for name in condition.methods}
    if not value:
        return False
    return value.lower() in {name.lower() for name in methods} if condition.fold_case else value in methods


def _lists_headers(condition: RequestedHeadersIn, value: str | None) -> bool:
    if not value:
        return True
    names = {as_sent(name) for name in condition.names}
    if condition.fold_case:
        names = {name.lower() for name in names}
    for part in value.split(","):
        member = part.strip(OWS) if condition.trim else part
        if not member and condition.skip_empty:
            continue
        if (member.lower() if condition.fold_case else member) not in names:
            return False
    return True
