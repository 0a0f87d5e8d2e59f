"""Changes of a YAML or JSON text at places that were read from it: all else stays as it is, comments too.

A value keeps its quotes and its anchor, a list its form. It must not know what any value means.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from crossgate.dialects.core_schema import resolve
from crossgate.dialects.json import is_json
from crossgate.dialects.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crossgate.source import Source, Span

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
_PLAIN: Final = re.compile(r"[A-Za-z0-9/](?:[A-Za-z0-9 _./+~=*;@-]|:(?! |$))*(?<! )")
_ITEM: Final = re.compile(r"\s*-\s+")


@dataclass(slots=True, kw_only=True)
class Editor:
    """The changes of one text; `nodes` are its documents."""

    source: Source
    nodes: Sequence[Node]
    _changes: dict[tuple[int, int], str] = field(default_factory=dict)
    _is_json: bool = field(init=False)

    def __post_init__(self) -> None:
        self._is_json = is_json(self.source.text)

    @property
    def text(self) -> str:
        """The text with all changes made."""
        text, pieces, done = self.source.text, list[str](), 0
        for (start, end), new in sorted(self._changes.items()):
            pieces += [text[done:start], new]
            done = end
        return "".join((*pieces, text[done:]))

    def sequences(self) -> dict[Span, SequenceNode]:
        """Return every list of the text by its place."""
        return {node.span: node for node in _walk(self.nodes) if isinstance(node, SequenceNode)}

    def mappings(self) -> dict[Span, MappingNode]:
        """Return every mapping of the text by its place."""
        return {node.span: node for node in _walk(self.nodes) if isinstance(node, MappingNode)}

    def set_scalar(self, span: Span, new: str, *, is_text: bool) -> None:
        """Write another value, as a text where it has to be one; a value of no length gets one."""
        said = self._said(span)
        properties = _length_of(_PROPERTIES, said)
        kept, old = said[:properties], said[properties:]
        if old[:1] in {"|", ">"}:
            return
        written = self._text(new, old[:1]) if is_text else new
        self._change(span, kept + written if said else f" {written}")

    def clear_scalar(self, span: Span) -> None:
        """Make a value say nothing."""
        self._change(span, "null" if self._is_json else "")

    def set_items(self, node: SequenceNode, key: ScalarNode | None, wanted: Sequence[str]) -> None:
        """Make a list of texts have other members: those that stay keep their form and order, new ones come last.

        Letter case does not count. `key` is that of the list, where it has one.
        """
        texts = {item.text.lower(): item for item in node.items if isinstance(item, ScalarNode)}
        kept = [item for text, item in texts.items() if text in {member.lower() for member in wanted}]
        quote = next((self._said(item.span)[:1] for item in texts.values()), "")
        new = [self._text(member, quote) for member in wanted if member.lower() not in texts]
        if self._said(node.span)[_length_of(_PROPERTIES, self._said(node.span)) :].startswith("["):
            properties = self._said(node.span).partition("[")[0]
            self._change(node.span, f"{properties}[{', '.join([*(self._said(item.span) for item in kept), *new])}]")
        elif all(self._lead(item) is not None for item in node.items):
            self._set_lines(node, key, kept, new)

    def _set_lines(
        self, node: SequenceNode, key: ScalarNode | None, kept: Sequence[ScalarNode], new: Sequence[str]
    ) -> None:
        if not kept and not new:
            if key is None:
                return
            colon = self.source.text.index(":", self._offset(key.span.end_line, key.span.end_column))
            self._changes[colon + 1, colon + 1] = " []"
        last = node.items[-1]
        for item in node.items:
            if item not in kept and (item is not last or not new):
                self._changes[self._line(item.span.line), self._line(item.span.end_line + 1)] = ""
        if not new:
            return
        lead, newline = self._lead(last) or "", self._newline
        lines = newline.join(f"{lead}{text}" for text in new)
        if last in kept:
            end = self._line_end(last.span.end_line)
            self._changes[end, end] = newline + lines
        else:
            self._changes[self._line(last.span.line), self._line_end(last.span.end_line)] = lines

    def add_entry(self, mapping: MappingNode, after: Entry, key: str, value: str | Sequence[str]) -> None:
        """Add an entry behind another one of a mapping; a list is written in brackets."""
        quote = self._said(after.key.span)[:1]
        members = [value] if isinstance(value, str) else value
        texts = [self._text(member, '"' if self._is_json else "") for member in members]
        written = texts[0] if isinstance(value, str) else f"[{', '.join(texts)}]"
        text = f"{self._text(key, quote)}: {written}"
        if self._is_flow(mapping):
            end = self._offset(after.value.span.end_line, after.value.span.end_column)
            self._insert(end, f", {text}")
        else:
            line = f"{' ' * (after.key.span.column - 1)}{text}{self._newline}"
            end = self._line(after.value.span.end_line + 1)
            is_open = end == len(self.source.text) and not self.source.text.endswith("\n")
            self._insert(end, self._newline + line.rstrip("\r\n") if is_open else line)

    def fill(self, mapping: MappingNode, entries: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Write the first entries of a mapping that has none."""
        pairs = (
            f"{self._text(key, '')}: [{', '.join(self._text(member, '') for member in members)}]"
            for key, members in entries
        )
        properties = self._said(mapping.span).partition("{")[0]
        self._change(mapping.span, f"{properties}{{{', '.join(pairs)}}}")

    def _is_flow(self, mapping: MappingNode) -> bool:
        said = self._said(mapping.span)
        return said[_length_of(_PROPERTIES, said) :].startswith("{")

    def _text(self, text: str, quote: str) -> str:
        """Write a text with the quotes that another one has, or with some where it would not be read as a text."""
        if quote == "'" and text.isprintable():
            return "'" + text.replace("'", "''") + "'"
        if quote == '"' or self._is_json or not self._is_plain(text):
            return json.dumps(text)
        return text

    def _is_plain(self, text: str) -> bool:
        return _PLAIN.fullmatch(text) is not None and isinstance(resolve(text), str)

    def _lead(self, item: Node) -> str | None:
        """Return what stands before an item on its line, None where that is not just a hyphen."""
        start = self._line(item.span.line)
        lead = self.source.text[start : self._offset(item.span.line, item.span.column)]
        return lead if _ITEM.fullmatch(lead) else None

    def _change(self, span: Span, new: str) -> None:
        self._changes[self._offset(span.line, span.column), self._offset(span.end_line, span.end_column)] = new

    def _insert(self, at: int, text: str) -> None:
        self._changes[at, at] = self._changes.get((at, at), "") + text

    def _said(self, span: Span) -> str:
        return self.source.text[
            self._offset(span.line, span.column) : self._offset(span.end_line, span.end_column)
        ].rstrip()

    def _offset(self, line: int, column: int) -> int:
        return self._line(line) + column - 1

    def _line(self, line: int) -> int:
        """Return where a line begins, or where the text ends."""
        is_behind = line - self.source.first_line >= self.source.line_count
        return len(self.source.text) if is_behind else self.source.line_bounds(line)[0]

    def _line_end(self, line: int) -> int:
        return self.source.line_bounds(line)[1]

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.source.text else "\n"


def _length_of(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return 0 if found is None else found.end()


def _walk(nodes: Sequence[Node]) -> Iterator[Node]:
    ahead = list(nodes)
    while ahead:
        node = ahead.pop()
        yield node
        match node:
            case MappingNode(entries=entries):
                ahead += [entry.value for entry in entries]
            case SequenceNode(items=items):
                ahead += items
            case _:
                pass
