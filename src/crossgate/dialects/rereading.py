"""Files that are read again and again: a document that stands where it stood, as it stood, is not parsed again.

Nearly all the time of reading goes into parsing, and nearly every change leaves nearly all documents as they were. The
documents of a file are told apart by the lines that divide them, and each is a source of its own, so that what was read
of it keeps its places. Files in which that might read otherwise than whole are read whole. This module must not know
what any key means.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.json import is_json
from crossgate.dialects.nodes import Node
from crossgate.dialects.yaml import EMPTY_FILE, read_documents
from crossgate.records import replace
from crossgate.source import Source

__all__ = ["Rereader"]

_DIVIDER: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_SPANNING: Final = re.compile(r"^(?:%|\.\.\.)|(?:^|[\s\[{,])&", re.MULTILINE)
"""Directives and ends of documents, which belong to a neighbour; anchors, whose repetitions are counted for a file."""

Key = tuple[str, int, int, str]


class Rereader:
    """Reads files, and remembers the documents of those that it read in the round before."""

    def __init__(self) -> None:
        self._before: dict[Key, tuple[Node, ...]] = {}
        self._now: dict[Key, tuple[Node, ...]] = {}

    def begin(self) -> None:
        """Begin the next round, in which all files are read again."""
        self._before, self._now = self._now, {}

    def read(self, source: Source, report: Diagnostics) -> list[Node]:
        """Read every document of a file, just as `read_documents` does."""
        if is_json(source.text) or _SPANNING.search(source.text):
            return read_documents(source, report)
        read: dict[Key, tuple[Node, ...]] = {}
        for part in _parts(source):
            key = (part.name, part.index, part.first_line, part.text)
            nodes = self._before.get(key)
            if nodes is None:
                findings = Diagnostics()
                nodes = tuple(read_documents(part, findings))
                if any(found.id != EMPTY_FILE for found in findings):
                    return read_documents(source, report)
            read[key] = nodes
        if not any(read.values()):
            return read_documents(source, report)
        self._now.update(read)
        return [node for nodes in read.values() for node in nodes]


def _parts(source: Source) -> Iterator[Source]:
    """Cut a file before each line that begins a document."""
    cuts = [0, *(found.start() for found in _DIVIDER.finditer(source.text) if found.start()), len(source.text)]
    for start, end in pairwise(cuts):
        line, _ = source.place(start)
        yield replace(source, text=source.text[start:end], first_line=line)
