"""Edits of a file's text: a value put into a list, a field put beside its neighbours, a method put to a route's.

An edit is a guess at what the reader will take: whoever makes one has the text read again.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from crossgate.advice.needs import Field, Need, PolicyNeed, RouteNeed
from crossgate.advice.spelling import Key, end_of, key_before, offset_of
from crossgate.fetch.origin import as_browsers_send
from crossgate.model.policy import Declared, Policy
from crossgate.records import replace
from crossgate.source import Source, Span

_PLAIN: Final = re.compile(r"(?!(?:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9-]*", re.IGNORECASE)
_ITEM: Final = re.compile(r"\s*- +")
_INDENT: Final = re.compile(r" *")


class Edit(Struct, frozen=True, kw_only=True):
    """What stands in a source from `start` to `end` becomes `text`."""

    source: Source
    start: int
    end: int
    text: str


def applied(edit: Edit, sources: Sequence[Source]) -> tuple[Source, ...]:
    """Return all sources with one of them edited."""
    text = edit.source.text
    changed = text[: edit.start] + edit.text + text[edit.end :]
    return tuple(replace(source, text=changed) if source is edit.source else source for source in sources)


def edits_for(need: Need) -> Iterator[Edit]:
    """Yield edits that may satisfy a need, the smallest first."""
    match need:
        case RouteNeed(route=route) if route.span is not None:
            yield from _with_options(route.span)
        case PolicyNeed(field=Field.CREDENTIALS):
            yield from _with_credentials(need)
        case PolicyNeed(values=values):
            yield from _with_values(need)
            plain = tuple(value.replace("[", "\\[").replace("]", "\\]") for value in values)
            if plain != values:  # an IPv6 address, which some readers take for an expression
                yield from _with_values(replace(need, values=plain))
        case _:
            pass


def _with_credentials(need: PolicyNeed) -> Iterator[Edit]:
    span = need.policy.allow_credentials.span
    if span is None:
        yield from _inserted(need, "true")
        return
    quote = _quote_of(_written(span))
    yield Edit(source=span.source, start=offset_of(span), end=end_of(span), text=f"{quote}true{quote}")


def _with_values(need: PolicyNeed) -> Iterator[Edit]:
    declared: tuple[Declared[str], ...] = getattr(need.policy, need.field.value) or ()
    spans = [item.span for item in declared if item.span is not None]
    if need.field is Field.ORIGINS:
        yield from _respelled(declared, spans, need.values[0])
    if need.is_alone:
        star = next((item for item in declared if item.value == "*" and item.span is not None), None)
        if star is not None:
            yield from _instead(star, spans, need.values)
    elif spans:
        yield from _added(spans, need.values)
    else:
        kept = tuple(item.value for item in declared if item.value != "*")
        yield from _inserted(need, (*kept, *need.values))


def _respelled(declared: Sequence[Declared[str]], spans: Sequence[Span], origin: str) -> Iterator[Edit]:
    """Yield the correction of an entry that means an origin and spells it as no browser does."""
    for item in declared:
        if item.value != origin and as_browsers_send(item.value) == origin:
            yield from _instead(item, spans, (origin,))


def _instead(item: Declared[str], spans: Sequence[Span], values: Sequence[str]) -> Iterator[Edit]:
    """Yield values instead of one item of a list, of which `spans` are the places of all items."""
    span = item.span
    if span is None:
        return
    written = _written(span)
    if not _is_one_text(spans, written):
        text = _joint(span).join(_quoted(value, written) for value in values)
        yield Edit(source=span.source, start=offset_of(span), end=end_of(span), text=text)
        return
    quote = _quote_of(written)
    member = re.search(rf"(?<![^,\s\"']){re.escape(_inside(item.value, quote))}(?![^,\s\"'])", written)
    if member is not None:  # the others of the text stay as they are
        start = offset_of(span)
        text = ",".join(_inside(value, quote) for value in values)
        yield Edit(source=span.source, start=start + member.start(), end=start + member.end(), text=text)


def _added(spans: Sequence[Span], values: Sequence[str]) -> Iterator[Edit]:
    """Yield the values put behind the last of a list."""
    last = max(spans, key=lambda span: (span.line, span.column))
    written = _written(last)
    if not _is_one_text(spans, written):
        joint = _joint(last)
        text = "".join(joint + _quoted(value, written) for value in values)
        yield Edit(source=last.source, start=end_of(last), end=end_of(last), text=text)
    quote = _quote_of(written)
    end = end_of(last) - len(quote)
    text = "".join(f",{_inside(value, quote)}" for value in values)
    yield Edit(source=last.source, start=end, end=end, text=text)


def _is_one_text(spans: Sequence[Span], written: str) -> bool:
    """Say whether the members of a list stand in one text, divided by commas."""
    return "," in written or (len(spans) > 1 and len(set(map(str, spans))) == 1)


def _joint(span: Span) -> str:
    """Return what divides a list's items: a new line with a dash, or a comma."""
    start, _ = span.source.line_bounds(span.line)
    before = span.source.text[start : offset_of(span)]
    return f"\n{before}" if _ITEM.fullmatch(before) else ", "


def _inserted(need: PolicyNeed, value: str | Sequence[str]) -> Iterator[Edit]:
    """Yield a new field put in front of a neighbour."""
    for field, span in _neighbours(need.policy):
        key = key_before(span, field)
        if key is None:
            continue
        text = f"{key.spell(need.field)}: {_value(value, key)}"
        source = span.source
        start = source.text.rfind("\n", 0, key.start) + 1
        before = source.text[start : key.start]
        joint = ", " if _is_flow(source.text, key.start) else "\n" + " " * len(before)
        yield Edit(source=source, start=key.start, end=key.start, text=text + joint)
        return


def _neighbours(policy: Policy) -> Iterator[tuple[Field, Span]]:
    for field in Field:
        declared = getattr(policy, field.value)
        for item in declared if isinstance(declared, tuple) else (declared,):
            if item is not None and item.span is not None:
                yield field, item.span
                break


def _is_flow(text: str, place: int) -> bool:
    """Say whether a key stands between braces."""
    before = text[:place].rstrip(" ")
    return before.endswith(("{", ",")) or text.lstrip()[:1] in {"{", "["}


def _value(value: str | Sequence[str], key: Key) -> str:
    if isinstance(value, str):
        return f'"{value}"' if key.family.are_texts else value
    if key.family.are_texts:
        return json.dumps(",".join(value))
    return f"[{', '.join(_quoted(item, key.quote) for item in value)}]"


def _quoted(value: str, like: str) -> str:
    """Return a value as it is written in a file, quoted like its neighbour."""
    quote = _quote_of(like)
    if not quote and _PLAIN.fullmatch(value):
        return value
    return f"{quote}{_inside(value, quote)}{quote}" if quote == "'" else json.dumps(value)


def _inside(value: str, quote: str) -> str:
    """Return a value as it is written between quotes, or where there are none."""
    match quote:
        case "'":
            return value.replace("'", "''")
        case '"':
            return json.dumps(value)[1:-1]
        case _:
            return value


def _written(span: Span) -> str:
    return span.source.text[offset_of(span) : end_of(span)]


def _quote_of(written: str) -> str:
    return written[:1] if written[:1] in {'"', "'"} else ""


def _with_options(span: Span) -> Iterator[Edit]:
    """Yield OPTIONS put to the methods that a route matches, as a list or as one match more."""
    source = span.source
    start, end = _block(source.text, offset_of(span))
    listed = re.compile(r"[\"']?methods[\"']?\s*:\s*\[(?P<items>[^\]]*)\]").search(source.text, start, end)
    if listed is not None:
        where = listed.end("items")
        like = listed["items"].strip()
        yield Edit(source=source, start=where, end=where, text=f", {_quoted('OPTIONS', like)}")
    items = re.compile(
        r"(?P<indent>\n *- +)methods:(?:\n *- +\S+)+|methods:(?P<lines>(?P<dash>\n *- +)\S+(?:(?P=dash)\S+)*)"
    ).search(source.text, start, end)
    if items is not None and items["lines"]:
        where = items.end("lines")
        yield Edit(source=source, start=where, end=where, text=f"{items['dash']}OPTIONS")
    single = re.compile(r"(?<![\w.])method: *[\"']?[A-Z]+[\"']?").search(source.text, start, end)
    if single is not None:
        begin, finish = _block(source.text, single.start())
        copied = source.text[begin : single.start()] + "method: OPTIONS" + source.text[single.end() : finish]
        yield Edit(source=source, start=finish, end=finish, text=copied)


def _block(text: str, place: int) -> tuple[int, int]:
    """Return where the item of a block sequence begins and ends in which a place stands, whole lines."""
    lines = text.splitlines(keepends=True)
    number = text.count("\n", 0, place)
    indent = len(lines[number])
    first = number
    for first in range(number, -1, -1):
        own = _indent(lines[first])
        if lines[first].strip() and own <= indent:
            indent = own
            if lines[first].lstrip().startswith("- "):
                break
    last = first + 1
    while last < len(lines) and (not lines[last].strip() or _indent(lines[last]) > _indent(lines[first])):
        last += 1
    begin = sum(map(len, lines[:first]))
    return begin, begin + sum(map(len, lines[first:last]))


def _indent(line: str) -> int:
    found = _INDENT.match(line)
    return 0 if found is None else found.end()
