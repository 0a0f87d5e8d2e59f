"""Paths as the user gave them → sources: files, folders and standard input.

Every file that cannot be read is a diagnostic, and the others are read all the same. This module must not know what
is in the files, save that it is UTF-8 text.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from typing import Final, TextIO

from crossgate.diagnostics import Diagnostics
from crossgate.source import Source, Span

__all__ = ["MAXIMUM_SIZE", "SUFFIXES", "TESTS", "read_sources"]

SUFFIXES: Final = (".yaml", ".yml", ".json")
"""What is read in a folder; a file that is named itself may be called anything."""
TESTS: Final = (".cors.yaml", ".cors.yml")
"""What is not: tests of the policies, which may lie beside them."""
MAXIMUM_SIZE: Final = 64 * 1024 * 1024
"""The largest file that is read, in bytes."""

_STDIN: Final = "-"
_STDIN_NAME: Final = "<stdin>"
_BYTE_ORDER_MARK: Final = "\ufeff"


def read_sources(paths: Sequence[str], stdin: TextIO, report: Diagnostics) -> list[Source]:
    """Read files, folders and (`-`) standard input, in that order; each file once, however often it is named.

    Folders give their `SUFFIXES` files and those of their folders, by name; hidden ones and `TESTS` are skipped. Links
    are followed, loops of them not. Reported, and left out: what is missing, unreadable, over `MAXIMUM_SIZE` or not
    UTF-8, and folders in which nothing is to be read.
    """
    sources: list[Source] = []
    seen: set[str] = set()
    for path in dict.fromkeys(paths):
        names = (path,) if path == _STDIN else _files(path, seen, report)
        for name in names:
            content = _content(name, stdin, report)
            source = None if content is None else _decode(name, content, len(sources), report)
            if source is not None:
                sources.append(source)
    return sources


def _files(path: str, seen: set[str], report: Diagnostics) -> Iterator[str]:
    """List what is to be read for a path that the user gave; `seen` are the real paths of files met before."""
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 -- names stay as the user wrote them
    except (OSError, ValueError) as error:
        _report_unreadable(path, error, report)
        return
    already_reported = len(report)
    is_empty = True
    for name in _walk(path, report) if is_folder else (path,):
        is_empty = False
        real = os.path.realpath(name)
        if real not in seen:
            seen.add(real)
            yield name
    if is_empty and len(report) == already_reported:
        message = f"there is nothing to read in the folder `{path}`"
        report.error("empty-folder", message, None, f"files whose names end in {', '.join(SUFFIXES)} are read")


def _walk(folder: str, report: Diagnostics) -> Iterator[str]:
    """List a folder's files by name, and those of its folders in their place.

    A folder to which links lead again is left out the second time, so that there is no loop.
    """
    visited: set[str] = set()
    ahead = [folder]
    while ahead:
        path = ahead.pop()
        if not os.path.isdir(path):  # noqa: PTH112 -- names stay as the user wrote them
            if path.endswith(SUFFIXES) and not path.endswith(TESTS) and not _is_special(path):
                yield path
            continue
        real = os.path.realpath(path)
        if real not in visited:
            visited.add(real)
            ahead += reversed(_visible(path, report))


def _visible(folder: str, report: Diagnostics) -> list[str]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 -- see above
    except OSError as error:
        _report_unreadable(folder, error, report)
        return []
    return [os.path.join(folder, name) for name in names if not name.startswith(".")]  # noqa: PTH118 -- see above


def _is_special(path: str) -> bool:
    """Say whether reading could block or never end: pipes, sockets, devices. A broken link is not special."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 -- see above
    except OSError:
        return False


def _content(path: str, stdin: TextIO, report: Diagnostics) -> bytes | None:
    try:
        if path == _STDIN:
            content = _standard_input(stdin)
        else:
            with open(path, "rb") as file:  # noqa: PTH123 -- see above
                content = file.read(MAXIMUM_SIZE + 1)
    except (OSError, ValueError) as error:
        _report_unreadable(path, error, report)
        return None
    if len(content) > MAXIMUM_SIZE:
        message = f"`{_name(path)}` is larger than {MAXIMUM_SIZE // 1024 // 1024} MiB"
        report.error("file-too-large", message, None, "split it into several files")
        return None
    return content


def _standard_input(stdin: TextIO) -> bytes:
    buffer = getattr(stdin, "buffer", None)
    if buffer is None:  # a stand-in such as StringIO, already decoded
        return stdin.read(MAXIMUM_SIZE + 1).encode("utf-8", "surrogateescape")
    content: bytes = buffer.read(MAXIMUM_SIZE + 1)
    return content


def _decode(path: str, content: bytes, index: int, report: Diagnostics) -> Source | None:
    name = _name(path)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        _report_not_utf8(Source(name=name, text=content.decode("utf-8", "replace"), index=index), error, report)
        return None
    return Source(name=name, text=text.removeprefix(_BYTE_ORDER_MARK), index=index)


def _report_not_utf8(source: Source, error: UnicodeDecodeError, report: Diagnostics) -> None:
    line, column = source.place(len(error.object[: error.start].decode("utf-8")))
    span = Span(source=source, line=line, column=column, end_line=line, end_column=column + 1)
    message = f"not UTF-8: byte 0x{error.object[error.start]:02x} at offset {error.start}"
    report.error("not-utf-8", message, span, "save the file as UTF-8")


def _report_unreadable(path: str, error: OSError | ValueError, report: Diagnostics) -> None:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    report.error("unreadable-file", f"cannot read `{_name(path)}`: {reason[:1].lower()}{reason[1:]}", None)


def _name(path: str) -> str:
    return _STDIN_NAME if path == _STDIN else path
