"""What some conditions, known to hold, say of another one: enough to leave out rows that no request can reach.

It must not know what a row is. Nothing is said rather than something wrong: `None` means that both may be.
"""

from collections.abc import Iterator, Sequence

from crossgate.fetch.headers import ORIGIN, REQUEST_METHOD
from crossgate.model.conditions import (
    Condition,
    HeaderEquals,
    HeaderIs,
    HeaderState,
    MethodIn,
    Not,
    OriginIn,
    RequestedMethodIn,
    SameOrigin,
)

_WEAKER = {
    HeaderState.NOT_BLANK: (HeaderState.FILLED, HeaderState.PRESENT),
    HeaderState.FILLED: (HeaderState.PRESENT,),
    HeaderState.EMPTY: (HeaderState.PRESENT,),
    HeaderState.PRESENT: (),
}


def truth(condition: Condition, known: Sequence[Condition]) -> bool | None:
    """Return whether a condition holds where all `known` ones do, None where they do not say."""
    if isinstance(condition, Not):
        inner = truth(condition.condition, known)
        return None if inner is None else not inner
    held = {fact for one in known if not isinstance(one, Not) for fact in (one, *_implied(one))}
    if condition in held:
        return True
    failed = {one.condition for one in known if isinstance(one, Not)}
    if condition in failed or failed.intersection(_implied(condition)):
        return False
    return False if any(_excludes(condition, fact) for fact in held) else None


def _implied(condition: Condition) -> Iterator[Condition]:
    """Yield what holds wherever a condition does."""
    match condition:
        case HeaderIs(name=name, state=state):
            yield from (HeaderIs(name=name, state=weaker) for weaker in _WEAKER[state])
        case OriginIn() | SameOrigin():
            yield from _filled(ORIGIN)
        case RequestedMethodIn():
            yield from _filled(REQUEST_METHOD)
        case HeaderEquals(name=name, value=value) if value:
            yield from _filled(name)
        case HeaderEquals(name=name):
            yield HeaderIs(name=name, state=HeaderState.EMPTY)
            yield HeaderIs(name=name, state=HeaderState.PRESENT)
        case _:
            return


def _filled(name: str) -> Iterator[Condition]:
    filled = HeaderIs(name=name, state=HeaderState.FILLED)
    yield filled
    yield from _implied(filled)


def _excludes(condition: Condition, fact: Condition) -> bool:
    """Say whether a condition cannot hold where a fact does, each a positive one."""
    match condition, fact:
        case MethodIn(methods=methods), MethodIn(methods=others):
            return methods.isdisjoint(others)
        case HeaderIs(name=name, state=HeaderState.EMPTY), HeaderIs(name=other, state=HeaderState.FILLED):
            return name == other
        case HeaderIs(name=name, state=HeaderState.FILLED), HeaderIs(name=other, state=HeaderState.EMPTY):
            return name == other
        case _:
            return False
