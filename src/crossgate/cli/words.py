"""Conditions and rows of a table in words."""

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

_MOST_SHOWN = 5

_NEGATED = {
    HeaderState.PRESENT: "is absent",
    HeaderState.EMPTY: "is not empty or absent",
    HeaderState.FILLED: "is absent or empty",
    HeaderState.NOT_BLANK: "is absent or blank",
}


def condition_text(condition: Condition) -> str:
    """Return a condition as the explanation says it."""
    match condition:
        case Not(condition=HeaderIs(name=name, state=state)):
            return f"`{_title(name)}` {_NEGATED[state]}"
        case Not(condition=inner):
            return f"not: {condition_text(inner)}"
        case HeaderIs(name=name, state=state):
            return f"`{_title(name)}` is {state.value}"
        case HeaderEquals(name=name, value=value):
            return f"`{_title(name)}` is `{value}`"
        case MethodIn(methods=methods):
            return f"the method is {_listed(sorted(methods))}"
        case RequestedMethodIn(methods=methods):
            return f"the requested method is {_listed(sorted(methods))}"
        case RequestedHeadersIn(names=names):
            return f"every requested header is one of {_listed(sorted(names), 'and')}"
        case OriginIn(origins=origins):
            return f"the origin is {_origins(origins)}"
        case SameOrigin():
            return "the origin is the request's own scheme, host and port"


def _origins(origins: OriginSet) -> str:
    return _listed([entry.written for entry in origins.entries]) if origins.entries else "one of none"


def _listed(values: list[str], joint: str = "or") -> str:
    shown = [f"`{value}`" for value in values[:_MOST_SHOWN]]
    if len(values) > _MOST_SHOWN:
        return f"{', '.join(shown)} {joint} one of {len(values) - _MOST_SHOWN} more"
    return f" {joint} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown) or "one of none"


def _title(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))
