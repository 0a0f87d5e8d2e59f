"""HTTP/1.1 as bytes over a Unix socket, so that no client tidies a hostile request up before it is sent."""

import socket
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final, Self

from tests.support.exchange import Answer

Lines = Sequence[tuple[str, str]]

_WITHIN: Final = 10.0
_BODILESS: Final = frozenset({204, 304})


class Connection:
    """A connection that is kept alive, and opened again where the server has closed it."""

    def __init__(self, path: Path, tls: ssl.SSLContext | None = None, server_name: str | None = None) -> None:
        self._path = path
        self._tls = tls
        self.server_name = server_name
        self._open()

    def _open(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(_WITHIN)
        self._socket.connect(str(self._path))
        if self._tls is not None:
            self._socket = self._tls.wrap_socket(self._socket, server_hostname=self.server_name)
        self._stream: BinaryIO = self._socket.makefile("rb")

    def exchange(self, method: str, target: str, lines: Lines) -> Answer:
        """Send a request without a body, and return its final answer; its body is bytes as characters (ISO 8859-1)."""
        self._socket.sendall(head(method, target, lines))
        status, headers = _answer_head(self._stream)
        while status < 200:
            status, headers = _answer_head(self._stream)
        fields = dict(headers)
        has_body = method != "HEAD" and status not in _BODILESS
        body = self._stream.read(int(fields.get("content-length", "0"))) if has_body else b""
        if fields.get("connection") == "close":
            self.close()
            self._open()
        return Answer(status=status, headers=tuple(headers), body=body.decode("latin-1"))

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def head(method: str, target: str, lines: Lines) -> bytes:
    """Return a request as it is sent."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")


def _answer_head(stream: BinaryIO) -> tuple[int, list[tuple[str, str]]]:
    first = stream.readline()
    assert first, "the connection was closed without an answer"
    headers = []
    while line := stream.readline().rstrip(b"\r\n").decode("latin-1"):
        name, _, value = line.partition(":")
        headers.append((name.lower(), value.strip(" \t")))
    return int(first.split()[1]), headers
