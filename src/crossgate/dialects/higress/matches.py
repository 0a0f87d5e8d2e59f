"""What requests must have beyond host and path, as the annotations `match-…` say it."""

import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text, Value
from crossgate.dialects.higress.annotations import OWN, PREFIXES, Annotations
from crossgate.dialects.regex import check_regex
from crossgate.model.routes import HeaderMatch, PathPrefix, QueryMatch, RouteMatch

_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH")
_ANY_PATH: Final = PathPrefix(prefix="/", by_element=True)
_NAMED: Final = re.compile(r"(?P<kind>exact|prefix|regex)-match-(?P<what>pseudo-header|header|query)-(?P<name>.+)")


def read_match(annotations: Annotations, report: Diagnostics) -> RouteMatch:
    """Return what a request for any path must be like."""
    methods = _methods(annotations, report)
    headers: dict[str, HeaderMatch] = {}
    query: dict[str, QueryMatch] = {}
    for found, text in annotations.named(_NAMED, OWN):
        name = found["name"]
        value, is_regex = _value(found["kind"], text)
        if is_regex and not check_regex(Value(value=text.value, span=text.span), report, value):
            continue
        if found["what"] == "query":
            query.setdefault(name, QueryMatch(name=name, value=value, is_regex=is_regex))
        elif found["what"] == "header":
            lower = name.lower()
            headers.setdefault(lower, HeaderMatch(name=lower, value=value, is_regex=is_regex))
        elif name in {"authority", ":authority"}:
            headers.setdefault("host", HeaderMatch(name="host", value=value, is_regex=is_regex))
        elif name in {"method", ":method"} and not is_regex:
            methods = frozenset({value})
        else:
            report.error("not-supported", f"the pseudo header `{name}` is not matched", text.span)
    return RouteMatch(path=_ANY_PATH, methods=methods, headers=tuple(headers.values()), query=tuple(query.values()))


def _methods(annotations: Annotations, report: Diagnostics) -> frozenset[str]:
    text = annotations.text("match-method", PREFIXES)
    if text is None:
        return frozenset()
    written = text.value.upper().split()
    for method in written:
        if method not in _METHODS:
            message = f"`{method}` is passed over: it is none of the methods that can be matched"
            report.warning("invalid-annotation", message, text.span, ", ".join(f"`{one}`" for one in _METHODS))
    return frozenset(written).intersection(_METHODS)


def _value(kind: str, text: Text) -> tuple[str, bool]:
    """Return what a value is compared with, and whether that is an expression."""
    match kind:
        case "exact":
            return text.value, False
        case "prefix":
            return f"{re.escape(text.value)}.*", True
        case _:
            return text.value, True
