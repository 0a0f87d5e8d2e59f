"""Whether a condition of a table holds for a request."""

import re
from collections.abc import Callable

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


Predicate = Callable[[Request], bool]


class Conditions:
    """Makes functions of conditions, with an index for each origin set that it meets, built once.

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
        return self.predicate(condition)(request)

    def predicate(self, condition: Condition) -> Predicate:
        """Return the function that says whether `condition` holds for a request."""
        match condition:
            case Not(condition=inner):
                holds = self.predicate(inner)
                return lambda request: not holds(request)
            case MethodIn(methods=methods):
                return lambda request: request.method in methods
            case OriginIn(origins=origins):
                admits = self.matcher(origins).admits
                return lambda request: admits(request.header(ORIGIN) or "")
            case HeaderIs(name=name, state=state):
                return _in_state(name, state)
            case HeaderEquals(name=name, value=value):
                wanted = as_sent(value)
                return lambda request: request.header(name) == wanted
            case SameOrigin(loosely=loosely):
                return is_loosely_same_origin if loosely else is_same_origin
            case RequestedMethodIn():
                return _naming_method(condition)
            case RequestedHeadersIn():
                return _listing_headers(condition)


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


def _in_state(name: str, state: HeaderState) -> Predicate:
    match state:
        case HeaderState.PRESENT:
            return lambda request: request.header(name) is not None
        case HeaderState.EMPTY:
            return lambda request: request.header(name) == ""
        case HeaderState.FILLED:
            return lambda request: bool(request.header(name))
        case HeaderState.NOT_BLANK:
            return lambda request: (request.header(name) or "").strip(_BLANK) != ""


def _naming_method(condition: RequestedMethodIn) -> Predicate:
    methods = {as_sent(name) for name in condition.methods} - {""}
    if not condition.fold_case:
        return lambda request: request.header(REQUEST_METHOD) in methods
    folded = {name.lower() for name in methods}
    return lambda request: (request.header(REQUEST_METHOD) or "").lower() in folded


def _listing_headers(condition: RequestedHeadersIn) -> Predicate:
    sent = {as_sent(name) for name in condition.names}
    names = {name.lower() for name in sent} if condition.fold_case else sent
    if condition.skip_empty:
        names.add("")

    def holds(request: Request) -> bool:
        value = request.header(REQUEST_HEADERS)
        if not value:
            return True
        if condition.fold_case:
            value = value.lower()
        members = value.split(",")
        return names.issuperset((member.strip(OWS) for member in members) if condition.trim else members)

    return holds
