"""Parser events → nodes: types, anchors, aliases, merges and duplicate keys, within bounds.

Iterative, so that deep nesting cannot exhaust the stack, and bounded, so that whoever walks the tree later is safe
too: no tree is deeper than `MAXIMUM_DEPTH`, and aliases add at most `MAXIMUM_EXPANSION` nodes. This module must not
know what any key means.
"""

import re
from typing import Final, Protocol

from msgspec import Struct
from msgspec import field as struct_field
from yaml import events

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.core_schema import resolve
from crossgate.dialects.mappings import build_mapping
from crossgate.dialects.nodes import Node, PlainScalar, ScalarNode, SequenceNode
from crossgate.source import Source, Span

__all__ = ["MAXIMUM_DEPTH", "MAXIMUM_EXPANSION", "Composer", "TooMuch"]

MAXIMUM_DEPTH: Final = 100
MAXIMUM_EXPANSION: Final = 1_000_000

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_STANDARD: Final = "tag:yaml.org,2002:"
_SCALAR_TAGS: Final[dict[str, tuple[type, ...]]] = {
    f"{_STANDARD}null": (type(None),),
    f"{_STANDARD}bool": (bool,),
    f"{_STANDARD}int": (int,),
    f"{_STANDARD}float": (float, int),
}
_STRING_TAGS: Final = ("!", f"{_STANDARD}str")


class TooMuch(Exception):
    """The file nests or multiplies beyond the bounds; it has been reported."""


class _Mark(Protocol):
    """A place as both of PyYAML's parsers give it, counted from 0."""

    @property
    def index(self) -> int: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class _Grown(Struct, kw_only=True):
    """A finished node, with the number of nodes and of levels in it, aliases expanded."""

    node: Node
    weight: int
    height: int


class _Open(Struct, kw_only=True):
    """A list or mapping whose end has not been seen; a mapping's keys and values alternate in `children`."""

    start: _Mark | None
    is_mapping: bool
    is_flow: bool
    anchor: str | None
    children: list[Node] = struct_field(default_factory=list)
    end: tuple[int, int] = (0, 0)
    """Where the last child ends: the line and column of its alias, if it is one."""
    weight: int = 1
    height: int = 1


class Composer:
    """Takes the events of one file in order; `documents` are those finished so far."""

    def __init__(self, source: Source, report: Diagnostics) -> None:
        self.documents: list[Node] = []
        self._source = source
        self._report = report
        self._open: list[_Open] = []
        self._anchors: dict[str, _Grown | None] = {}
        self._expanded = 0
        self._lines = source.line_count

    def take(self, event: events.Event) -> None:
        """Take the next event; raises `TooMuch`, after reporting, when the file exceeds the bounds."""
        match event:
            case events.ScalarEvent():
                self._scalar(event)
            case events.SequenceStartEvent() | events.MappingStartEvent():
                self._start(event)
            case events.SequenceEndEvent() | events.MappingEndEvent():
                self._end(event)
            case events.AliasEvent():
                self._alias(event)
            case events.DocumentStartEvent():
                self._anchors.clear()
            case _:
                pass

    def _scalar(self, event: events.ScalarEvent) -> None:
        span = self._span(event.start_mark, event.end_mark)
        text = event.value
        if not text.isascii() and _SURROGATE.search(text):
            self._report.error("lone-surrogate", "an escape in this string is half of a character", span)
            text = _SURROGATE.sub("\ufffd", text)
        quoted = bool(event.style) or event.tag in _STRING_TAGS
        value: PlainScalar = text if quoted else resolve(text)
        if event.tag is not None and event.tag not in _STRING_TAGS:
            value = self._tagged(event.tag, text, value, span)
        elif not (self._open or text or quoted or event.anchor):
            return  # an empty document
        node = ScalarNode(value=value, text=text, span=span, quoted=quoted)
        self._finish(_Grown(node=node, weight=1, height=1), span, event.anchor)

    def _tagged(self, tag: str, text: str, value: PlainScalar, span: Span) -> PlainScalar:
        types = _SCALAR_TAGS.get(tag)
        if types is None:
            self._unknown_tag(tag, span)
            return value
        value = resolve(text)
        if not isinstance(value, types) or (bool not in types and isinstance(value, bool)):
            self._report.error("wrong-type", f"the value is not what its tag `{_written(tag)}` says", span)
        return float(value) if tag.endswith(":float") and isinstance(value, int) else value

    def _start(self, event: events.SequenceStartEvent | events.MappingStartEvent) -> None:
        is_mapping = isinstance(event, events.MappingStartEvent)
        span = self._span(event.start_mark, event.end_mark)
        if len(self._open) >= MAXIMUM_DEPTH:
            self._too_deep(span)
        if event.tag not in (None, "!", _STANDARD + ("map" if is_mapping else "seq")):
            self._unknown_tag(event.tag, span)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        is_flow = bool(event.flow_style)
        self._open.append(_Open(start=event.start_mark, is_mapping=is_mapping, is_flow=is_flow, anchor=event.anchor))

    def _end(self, event: events.SequenceEndEvent | events.MappingEndEvent) -> None:
        opened = self._open.pop()
        span = self._span(opened.start, event.end_mark)
        if opened.children and not opened.is_flow:
            # A block's own end is where the next token begins, past blank lines and comments.
            span = _ending(span, *opened.end)
        node: Node
        if opened.is_mapping:
            keys, values = opened.children[::2], opened.children[1::2]
            node = build_mapping(list(zip(keys, values, strict=True)), span, self._report)
        else:
            node = SequenceNode(items=tuple(opened.children), span=span)
        self._finish(_Grown(node=node, weight=opened.weight, height=opened.height), span, opened.anchor)

    def _alias(self, event: events.AliasEvent) -> None:
        span = self._span(event.start_mark, event.end_mark)
        name = event.anchor or ""
        grown = self._anchors.get(name)
        if grown is None:
            if name in self._anchors:
                self._report.error("recursive-alias", f"`*{name}` stands inside the value that it repeats", span)
            else:
                hint = f"a value that begins with `*` needs quotes: `'*{name}'`"
                self._report.error("undefined-alias", f"there is no `&{name}` before `*{name}`", span, hint)
            missing = ScalarNode(value=None, text="", span=span, quoted=False)
            grown = _Grown(node=missing, weight=1, height=1)
        if len(self._open) + grown.height > MAXIMUM_DEPTH + 1:
            self._too_deep(span)
        self._expanded += grown.weight
        if self._expanded > MAXIMUM_EXPANSION:
            message = f"the aliases of this file stand for more than {MAXIMUM_EXPANSION:,} values"
            self._report.error("excessive-aliases", message, span)
            raise TooMuch
        self._finish(grown, span, None)

    def _finish(self, grown: _Grown, span: Span, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = grown
        if not self._open:
            self.documents.append(grown.node)
            return
        parent = self._open[-1]
        parent.children.append(grown.node)
        parent.end = span.end_line, span.end_column
        parent.weight += grown.weight
        parent.height = max(parent.height, grown.height + 1)

    def _too_deep(self, span: Span) -> None:
        self._report.error("excessive-nesting", f"values are nested more than {MAXIMUM_DEPTH} levels deep", span)
        raise TooMuch

    def _unknown_tag(self, tag: str, span: Span) -> None:
        hint = "remove the tag, or put a value that begins with `!` in quotes"
        self._report.error("unknown-tag", f"unknown tag `{_written(tag)}`", span, hint)

    def _span(self, start: _Mark | None, end: _Mark | None) -> Span:
        source = self._source
        if end is not None and start is not None and end.line < self._lines:  # as nearly always
            line, end_line = start.line + source.first_line, end.line + source.first_line
            return Span(source=source, line=line, column=start.column + 1, end_line=end_line, end_column=end.column + 1)
        line, column = self._place(start)
        end_line, end_column = self._place(end)
        return Span(source=source, line=line, column=column, end_line=end_line, end_column=end_column)

    def _place(self, mark: _Mark | None) -> tuple[int, int]:
        if mark is not None and mark.line < self._lines:
            return mark.line + self._source.first_line, mark.column + 1
        last = self._source.first_line + self._lines - 1
        return last, len(self._source.line(last)) + 1  # the parser ends every file with a line break


def _ending(span: Span, line: int, column: int) -> Span:
    return Span(source=span.source, line=span.line, column=span.column, end_line=line, end_column=column)


def _written(tag: str) -> str:
    return tag.replace(_STANDARD, "!!") if tag.startswith(_STANDARD) else tag
