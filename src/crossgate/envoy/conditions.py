"""Conditions of a table as Envoy header matchers."""

from crossgate.envoy import same_origin
from crossgate.envoy.matchers import (
    NEVER,
    Alternatives,
    Json,
    alternation,
    exact,
    filled,
    negated,
    one_of,
    present,
    regex,
)
from crossgate.envoy.origins import matching, not_matching
from crossgate.envoy.same_origin import Place
from crossgate.fetch.headers import OWS, REQUEST_HEADERS, REQUEST_METHOD
from crossgate.model.conditions import (
    Atom,
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


def compile_condition(condition: Condition, place: Place) -> Alternatives:
    """Return the matchers of a condition, for the requests of a place."""
    match condition:
        case Not(condition=denied):
            return _denied(denied, place)
        case MethodIn(methods=methods):
            return ((one_of(":method", methods),),) if methods else NEVER
        case OriginIn(origins=origins):
            return matching(origins)
        case HeaderIs(name=name, state=state):
            return (_state(name, state),)
        case HeaderEquals(name=name, value=value):
            return ((exact(name, value),),) if value else ((present(name), exact(name, value)),)
        case SameOrigin():
            return same_origin.matchers(place)
        case RequestedMethodIn(methods=methods, fold_case=fold_case):
            named = methods - {""}
            return ((one_of(REQUEST_METHOD, named, fold_case=fold_case),),) if named else NEVER
        case RequestedHeadersIn():
            return ((regex(REQUEST_HEADERS, _list_of(condition)),),)


def _denied(condition: Atom, place: Place) -> Alternatives:
    """Return the matchers of a condition's contrary; where its matchers are many, those of a shorter way to say it."""
    match condition:
        case OriginIn(origins=origins):
            return not_matching(origins)
        case SameOrigin():
            return negated((same_origin.prepared(place),))
        case _:
            return negated(compile_condition(condition, place))


def _state(name: str, state: HeaderState) -> tuple[Json, ...]:
    match state:
        case HeaderState.PRESENT:
            return (present(name),)
        case HeaderState.EMPTY:
            return (present(name), exact(name, ""))
        case HeaderState.FILLED:
            return (filled(name),)
        case HeaderState.NOT_BLANK:
            return (regex(name, r"(?s).*[^ \t\n\v\f\r].*"),)


def _list_of(condition: RequestedHeadersIn) -> str:
    """Write the comma lists of which every member is allowed; the empty text is one."""
    space = r"[ \t]*" if condition.trim else ""
    names = alternation(sorted(name for name in condition.names if _can_be_member(name, trim=condition.trim)))
    member = f"{space}{names}{'?' if condition.skip_empty else ''}{space}"
    if condition.skip_empty and condition.trim:
        member = rf"{space}(?:{names}{space})?"
    flags = "(?i)" if condition.fold_case else ""
    return f"{flags}(?:{member}(?:,{member})*)?"


def _can_be_member(name: str, *, trim: bool) -> bool:
    return "," not in name and (not trim or name == name.strip(OWS))
