"""The words of a pasted command line, as the shell that it was copied for would read it: a POSIX shell, or cmd.

Sources: POSIX.1-2024, Shell Command Language, 2.2 (`$'…'` is in it), and how C programs of Windows take arguments
apart. It knows no command. Nothing is expanded, and what follows the first command is left out.
"""

import re
from collections.abc import Iterator
from typing import Final

_POSIX: Final = re.compile(
    r"""
      (?P<blank>[ \t]+)
    | (?P<joined>\\\r?\n)
    | (?P<end>\r?\n)
    | '(?P<plain>[^']*)'
    | \$'(?P<ansi>(?:[^'\\]|\\.)*)'
    | \$?"(?P<double>(?:[^"\\]|\\.)*)"
    | \\(?P<escaped>.)
    | (?P<bare>[^ \t\r\n'"\\|&;<>()$]+|\$)
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_DOUBLE: Final = re.compile(r'\\(?:\r?\n|([$`"\\]))')
_ESCAPE: Final = re.compile(
    r"\\(?:x(?P<byte>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{1,4})|U(?P<long>[0-9A-Fa-f]{1,8})"
    r"|(?P<octal>[0-7]{1,3})|(?P<letter>.))",
    re.DOTALL,
)
_LETTERS: Final = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_OPERATORS: Final = "|&;<>()"
_PART: Final = re.compile(r'(?P<slashes>\\+)"|\\+|"{1,2}|[ \t\n]+|[^ \t\n"\\]+')
_OF_CMD: Final = re.compile(r"""curl\.exe\b(?!.*')|curl(?:\.exe)?\s+(?:\^\r?\n\s*)?\^"|[^']*[ "]\^\r?\n""", re.DOTALL)
"""How commands for cmd can be told: carets at the ends of lines and in front of quotes, and no single quotes."""
_LAST_BYTE: Final = 0xFF


def words_of(text: str) -> list[str]:
    """Return the words of the first command of a text; raises ValueError where a quote is not closed."""
    text = text.strip().removeprefix("$ ")
    return list(_of_cmd(text) if _OF_CMD.match(text) else _of_posix(text))


def _of_posix(text: str) -> Iterator[str]:
    word: str | None = None
    place = 0
    while place < len(text):
        found = _POSIX.match(text, place)
        if found is None:
            if text[place] in _OPERATORS:
                break
            raise ValueError("a quote is not closed")
        place = found.end()
        if found.lastgroup == "joined":
            continue
        if found.lastgroup == "end" or (word is None and found[0].startswith("#")):
            break
        if found.lastgroup == "blank":
            if word is not None:
                yield word
            word = None
        else:
            word = (word or "") + _unquoted(found)
    if word is not None:
        yield word


def _unquoted(found: re.Match[str]) -> str:
    part = found[found.lastgroup or 0]
    match found.lastgroup:
        case "double":
            return _IN_DOUBLE.sub(lambda escape: escape[1] or "", part)
        case "ansi":
            return _ansi(part)
        case _:
            return part


def _ansi(text: str) -> str:
    r"""Return what stands in `$'…'`: `\xHH` and octal escapes are bytes, of UTF-8 mostly."""
    return _ESCAPE.sub(_byte_or_letter, text).encode("utf-8", "surrogateescape").decode(errors="replace")


def _byte_or_letter(escape: re.Match[str]) -> str:
    code = escape["byte"] or escape["short"] or escape["long"]
    if escape["byte"] is not None or escape["octal"] is not None:
        value = int(escape["octal"], 8) & _LAST_BYTE if code is None else int(code, 16)
        return bytes([value]).decode("utf-8", "surrogateescape")
    if code is not None:
        value = int(code, 16)
        return chr(value) if value < 0x110000 and not 0xD800 <= value < 0xE000 else "\ufffd"  # noqa: PLR2004
    return _LETTERS.get(escape["letter"], escape["letter"])


def _of_cmd(text: str) -> Iterator[str]:
    """Take carets away as cmd does, then quotes and backslashes as the program does."""
    word: list[str] | None = None
    is_quoted = False
    for found in _PART.finditer(_without_carets(text)):
        part = found[0]
        if part[0] in " \t\n" and not is_quoted:
            if word is not None:
                yield "".join(word)
            word = None
            continue
        word = word or []
        if found["slashes"] is not None:
            run = len(found["slashes"])
            word.append("\\" * (run // 2) + '"' * (run % 2))
            is_quoted = is_quoted is (run % 2 == 1)
        elif part == '""' and is_quoted:
            word.append('"')
        elif part in {'"', '""'}:
            is_quoted = is_quoted is (part == '""')
        else:
            word.append(part)
    if is_quoted:
        raise ValueError("a quote is not closed")
    if word is not None:
        yield "".join(word)


def _without_carets(text: str) -> str:
    """Return what cmd hands on: `^` makes the next character plain and joins lines, and is plain in quotes."""
    kept, is_quoted, place = "", False, 0
    text = text.replace("\r\n", "\n")
    while place < len(text):
        letter = text[place]
        if letter == "^" and not is_quoted:
            place += 2 if text[place + 1 : place + 2] == "\n" else 1
            kept += text[place : place + 1]
        elif letter in "|&<>" and not is_quoted:
            break
        else:
            is_quoted = is_quoted is not (letter == '"')
            kept += letter
        place += 1
    return kept
