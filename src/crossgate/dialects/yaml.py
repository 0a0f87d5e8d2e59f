"""YAML and JSON text → nodes with spans.

PyYAML only tokenises here: its composer and constructor recurse, keep the last of two equal keys and read YAML 1.1
types, so we build the tree from its events ourselves. This module must not know what any key means.
"""

import re
from collections.abc import Iterable
from typing import Final

import yaml
from yaml import events

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.composer import Composer, TooMuch
from crossgate.dialects.nodes import Entry, MappingNode, Node, Plain, ScalarNode, SequenceNode, to_python
from crossgate.source import Source, Span

__all__ = [
    "EMPTY_FILE",
    "Entry",
    "MappingNode",
    "Node",
    "Plain",
    "ScalarNode",
    "SequenceNode",
    "read_documents",
    "to_python",
]

EMPTY_FILE: Final = "empty-file"
"""The id of the warning for a file without documents."""
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_documents(source: Source, report: Diagnostics) -> list[Node]:
    """Read every document of a file, up to the first that cannot be parsed.

    Findings go to `report`: bad syntax, duplicate and complex keys, unknown tags, aliases that lead nowhere or multiply
    without bounds, and (a warning) a file without documents. Empty documents are left out. Never raises.
    """
    composer = Composer(source, report)
    try:
        for event in _events(source):
            composer.take(event)
    except TooMuch:
        return composer.documents
    except _UnprintableError as error:
        _report_unprintable(source, error.offset, report)
        return []
    except yaml.YAMLError as error:
        from crossgate.dialects.syntax_errors import report_syntax_error  # noqa: PLC0415 - most files are well-formed

        report_syntax_error(error, source, report)
        return composer.documents
    if not composer.documents:
        line = source.first_line
        start = Span(source=source, line=line, column=1, end_line=line, end_column=1)
        report.warning(EMPTY_FILE, "the file holds no documents", start)
    return composer.documents


class _UnprintableError(Exception):
    def __init__(self, offset: int) -> None:
        self.offset = offset


def _events(source: Source) -> Iterable[events.Event]:
    if source.text.lstrip(" \t\r\n").startswith(("{", "[")):
        from crossgate.dialects.json import is_json, json_events  # noqa: PLC0415 - most files are YAML

        if is_json(source.text):
            return json_events(source)
    unprintable = _UNPRINTABLE.search(source.text)
    if unprintable is not None:
        raise _UnprintableError(unprintable.start())
    return yaml.parse(source.text, Loader=_LOADER)


def _report_unprintable(source: Source, offset: int, report: Diagnostics) -> None:
    line, column = source.place(offset)
    span = Span(source=source, line=line, column=column, end_line=line, end_column=column + 1)
    code = ord(source.text[offset])
    hint = None if 0xD800 <= code <= 0xDFFF else f"in double quotes it can be written `\\u{code:04x}`"  # noqa: PLR2004
    report.error("unprintable-character", f"YAML does not allow the character U+{code:04X}", span, hint)
