"""Conditions of a table in words, as they hold or as they don't."""

from typing import Final

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

_MOST_SHOWN: Final = 5

_STATES: Final = {
    (HeaderState.PRESENT, True): "is present",
    (HeaderState.PRESENT, False): "is absent",
    (HeaderState.EMPTY, True): "is empty",
    (HeaderState.EMPTY, False): "is absent or not empty",
    (HeaderState.FILLED, True): "is not empty",
    (HeaderState.FILLED, False): "is absent or empty",
    (HeaderState.NOT_BLANK, True): "is not blank",
    (HeaderState.NOT_BLANK, False): "is absent or blank",
}


def condition_text(condition: Condition, *, holds: bool = True) -> str:
    """Return what a condition says, or the contrary."""
    match condition:
        case Not(condition=inner):
            return condition_text(inner, holds=not holds)
        case HeaderIs(name=name, state=state):
            return f"`{_title(name)}` {_STATES[state, holds]}"
        case HeaderEquals(name=name, value=value):
            return f"`{_title(name)}` {'is' if holds else 'is not'} `{value}`"
        case MethodIn(methods=methods):
            return f"the method {_among(sorted(methods), holds=holds)}"
        case RequestedMethodIn(methods=methods):
            return f"the requested method {_among(sorted(methods), holds=holds)}"
        case RequestedHeadersIn(names=names):
            return f"{'every' if holds else 'a'} requested header {_among(sorted(names), holds=holds)}"
        case OriginIn(origins=origins):
            return _origin_text(origins, holds=holds)
        case SameOrigin():
            return f"the origin {'is' if holds else 'is not'} the request's own scheme, host and port"


def _origin_text(origins: OriginSet, *, holds: bool) -> str:
    if origins.is_any:
        return "any origin is allowed" if holds else "there is no origin"
    return f"the origin {_among([entry.written for entry in origins.entries], holds=holds)}"


def _among(values: list[str], *, holds: bool) -> str:
    """Return the end of a sentence that puts something into a set, or out of it."""
    if len(values) == 1:
        return f"{'is' if holds else 'is not'} `{values[0]}`"
    return f"is {'one' if holds else 'none'} of {listed(values)}"


def listed(values: list[str]) -> str:
    """Return values as a sentence has them, the first few where they are many."""
    if not values:
        return "an empty list"
    shown = [f"`{value}`" for value in values[:_MOST_SHOWN]]
    if len(values) > _MOST_SHOWN:
        shown.append(f"{len(values) - _MOST_SHOWN} more")
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
