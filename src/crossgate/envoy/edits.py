"""Edits of a row as header edits of an Envoy route.

An edit that holds for some requests only makes two routes of the row, so the edits of a row come as variants: each
with the conditions that a request must meet beyond the row's, in the order in which they are to be tried.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from msgspec import Struct

from crossgate.envoy import lenient_origins
from crossgate.envoy.matchers import Json
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.conditions import Atom, Condition, HeaderIs, HeaderState, Not, OriginIn
from crossgate.model.edits import Append, Echo, Edit, Literal, Merge, Remove, Set, Value
from crossgate.model.origins import AS_SENT, Normalisation, OriginSet, Reading, RegexOrigin, Subject

_OVERWRITE: Final = "OVERWRITE_IF_EXISTS_OR_ADD"
_APPEND: Final = "APPEND_IF_EXISTS_OR_ADD"


class Variant(Struct, frozen=True, kw_only=True):
    """The header edits for requests that also meet `when`."""

    when: tuple[Condition, ...]
    remove: tuple[str, ...]
    add: tuple[Json, ...]

    def fields(self) -> Json:
        """Return the fields of the route."""
        found: Json = {}
        if self.add:
            found["response_headers_to_add"] = list(self.add)
        if self.remove:
            found["response_headers_to_remove"] = list(self.remove)
        return found


def variants(
    edits: Sequence[Edit], known: Sequence[Condition], kept: frozenset[str] = frozenset()
) -> Iterator[Variant]:
    """Yield the variants of a row whose own conditions are `known`; the last one asks nothing more.

    `kept` are the request headers that are echoed as they were kept, since the route edits them. Of a condition and its
    opposite the one that an edit names first is tried first.
    """
    remove = tuple(edit.name for edit in edits if isinstance(edit, Remove))
    parts = [part for edit in edits for part in _parts(edit, kept)]
    asked = list(dict.fromkeys(c for when, _ in parts for c in when if _truth(c, known) is None))
    named = list({_positive(condition): condition for condition in reversed(asked)}.values())[::-1]
    for truths in product((True, False), repeat=len(named)):
        assumed = [c if truth else _opposite(c) for c, truth in zip(named, truths, strict=True)]
        facts = (*known, *assumed)
        add = tuple(json for when, json in parts if all(_truth(condition, facts) for condition in when))
        held = tuple(condition for condition, truth in zip(named, truths, strict=True) if truth)
        yield Variant(when=held, remove=remove, add=add)


def _positive(condition: Condition) -> Atom:
    return condition.condition if isinstance(condition, Not) else condition


def _opposite(condition: Condition) -> Condition:
    return condition.condition if isinstance(condition, Not) else Not(condition=condition)


def _truth(condition: Condition, known: Sequence[Condition]) -> bool | None:
    """Return what the known conditions say of one, None where they say nothing."""
    if condition in known:
        return True
    return False if _opposite(condition) in known else None


def _parts(edit: Edit, kept: frozenset[str]) -> Iterator[tuple[tuple[Condition, ...], Json]]:
    """Yield the header options of an edit, each with the conditions under which it is made."""
    match edit:
        case Remove():
            return
        case Merge(when=when):
            yield _conditions(when), by_expression(edit)
        case Set(name=name, value=value, when=when):
            yield from _valued(name, value, _conditions(when), _OVERWRITE, kept)
        case Append(name=name, value=value, when=when):
            yield from _valued(name, value, _conditions(when), _APPEND, kept)


def _conditions(when: Condition | None) -> tuple[Condition, ...]:
    return () if when is None else (when,)


def _valued(
    name: str, value: Value, when: tuple[Condition, ...], action: str, kept: frozenset[str]
) -> Iterator[tuple[tuple[Condition, ...], Json]]:
    match value:
        case Literal(text=text):
            yield when, _option(name, _escaped(text), action)
        case Echo(header=header, normalisation=normalisation) if _is_cut(normalisation) and header not in kept:
            less = _is_less(normalisation)
            yield (*when, Not(condition=less)), _option(name, written(header, AS_SENT), action)
            yield (*when, less), _option(name, written(header, normalisation), action)
        case Echo(header=header, normalisation=normalisation, missing=None | "" as missing):
            yield when, _option(name, written(header, normalisation, kept), action, keep_empty=missing is not None)
        case Echo(header=header, normalisation=normalisation, missing=missing):
            sent = HeaderIs(name=header, state=HeaderState.FILLED)
            yield (*when, sent), _option(name, written(header, normalisation, kept), action)
            yield (*when, Not(condition=sent)), _option(name, _escaped(missing or ""), action)


def _option(name: str, value: str, action: str, *, keep_empty: bool = False) -> Json:
    option: Json = {"header": {"key": name, "value": value}, "append_action": action}
    return {**option, "keep_empty_value": True} if keep_empty or not value else option


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def kept_key(header: str, normalisation: Normalisation) -> str:
    """Return under what a request header is kept as it is to be echoed."""
    less = [" less slash"] * normalisation.trailing_slash + [" less port"] * normalisation.default_port
    read = "" if normalisation.reading is Reading.VALUE else f" as {normalisation.reading.name.lower()}"
    return f"crossgate.{header}{''.join(less)}{read}"


def written(header: str, normalisation: Normalisation, kept: frozenset[str] = frozenset()) -> str:
    """Write the value of a request header; what normalisation takes off is cut out by one expression."""
    if header in kept:
        return f"%FILTER_STATE({kept_key(header, normalisation)}:PLAIN)%"
    return f"%CEL({_taken_off(header, normalisation)})%" if normalisation.takes_off else f"%REQ({header})%"


def _is_cut(normalisation: Normalisation) -> bool:
    """Say whether what is taken off stands at the end, and is there in few requests only."""
    return normalisation.takes_off and normalisation.reading is Reading.VALUE


def _is_less(normalisation: Normalisation) -> OriginIn:
    """Return the condition under which normalisation takes something off `Origin`; browsers send none that meets it.

    An expression costs as much as all of a row's matchers, so only origins that need it get it.
    """
    ends = [".*[^/]/"] if normalisation.trailing_slash else []
    ends += [f"{scheme}://.*:{port}" for scheme, port in DEFAULT_PORTS.items()] if normalisation.default_port else []
    pattern = "|".join(ends)
    entry = RegexOrigin(written=pattern, pattern=pattern, subject=Subject.ORIGIN)
    return OriginIn(origins=OriginSet(entries=(entry,)))


def _taken_off(header: str, normalisation: Normalisation) -> str:
    """Write the value of a request header less what normalisation takes off, which one expression cuts out."""
    match normalisation.reading:
        case Reading.URL:
            return lenient_origins.origin_of(header)
        case Reading.FIRST_LINE if not (normalisation.trailing_slash or normalisation.default_port):
            return lenient_origins.first_line_of(header)
        case Reading.FIRST_LINE:
            value = lenient_origins.first_line_of(header)
        case Reading.VALUE:
            value = f"request.headers['{header}']"
    slash = "/?" if normalisation.trailing_slash else ""
    ends = [f"(http://.*):80{slash}", f"(https://.*):443{slash}"] if normalisation.default_port else []
    ends += ["(.*[^/])/"] if normalisation.trailing_slash else []
    groups = "".join(rf"\\{number}" for number in range(1, len(ends) + 2))
    return f"re.extract({value}, '^(?:{'|'.join((*ends, '(.*)'))})$', '{groups}')"


def by_expression(edit: Merge | Set, *, only_if: str = "") -> Json:
    """Return an edit without its condition whose value an expression makes; without `only_if`, another, it is not made.

    Raises TypeError for an edit that needs no expression.
    """
    match edit:
        case Merge(name=name, member=member):
            made = _merged(name, member)
        case Set(name=name, value=Echo(header=header, normalisation=normalisation)) if normalisation.takes_off:
            made = _taken_off(header, normalisation)
        case _:
            raise TypeError(f"not made by an expression: {edit!r}")
    return _option(name, f"%CEL({only_if} ? ({made}) : '')%" if only_if else f"%CEL({made})%", _OVERWRITE)


def _merged(name: str, member: str) -> str:
    """Write a header's value with a member in it, whether the header is absent, empty, or has the member or `*`."""
    value = f"response.headers['{name}']"
    has_it = rf"{value}.matches('(?i)^(.*,)?[ \\t]*({member}|\\*)[ \\t]*(,.*)?$')"
    appended = rf"re.extract({value}, '^(.*)$', '\\1, {member}')"
    return f"'{name}' in response.headers && {value} != '' ? ({has_it} ? {value} : {appended}) : '{member}'"
