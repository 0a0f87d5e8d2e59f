"""JSON text → the events that a YAML parser would give.

Most JSON is YAML, but not all: pairs of surrogate escapes, as many programs write an emoji, long keys and some
characters in strings are not, and so JSON has a reader of its own. This module must not know what any key means.
"""

import json
import re
from collections.abc import Iterator
from typing import Final, NoReturn

from yaml import events
from yaml.error import Mark

from crossgate.source import Source

__all__ = ["is_json", "json_events"]

_START: Final = re.compile(r"[ \t\r\n]*[\[{]")
# For text that is known to be JSON; white space, commas and colons lie between the matches.
_TOKEN: Final = re.compile(r'[{}\[\]]|"(?:[^"\\]+|\\.)*"|[-+.0-9a-zA-Z]+')


def is_json(text: str) -> bool:
    """Say whether a text is a JSON list or object and nothing else (https://www.rfc-editor.org/rfc/rfc8259)."""
    if _START.match(text) is None:
        return False
    try:
        # Numbers stay text: Python converts no integers of over 4,300 digits.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return True


def json_events(source: Source) -> Iterator[events.Event]:
    """Give the events of a text that `is_json`; their marks hold places only."""
    for token in _TOKEN.finditer(source.text):
        start, end = _mark(source, token.start()), _mark(source, token.end())
        match token[0][0]:
            case "{":
                yield events.MappingStartEvent(None, None, True, start, end, flow_style=True)  # noqa: FBT003 -- as PyYAML wants it
            case "[":
                yield events.SequenceStartEvent(None, None, True, start, end, flow_style=True)  # noqa: FBT003 -- as above
            case "}":
                yield events.MappingEndEvent(start, end)
            case "]":
                yield events.SequenceEndEvent(start, end)
            case '"':
                yield events.ScalarEvent(None, None, (False, True), _unquote(token[0]), start, end, style='"')
            case _:
                yield events.ScalarEvent(None, None, (True, False), token[0], start, end)


def _mark(source: Source, offset: int) -> Mark:
    line, column = source.place(offset)
    return Mark(source.name, offset, line - 1, column - 1, None, 0)


def _unquote(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    value: str = json.loads(token)
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"`{constant}` is not JSON")
