"""The upstream behind the gateways: WebSocket echo, event streams, slow answers, errors, uploads, on loopback.

What it answers is said by the end of the path. Everything runs in the loop of whoever starts it.
"""

import asyncio
import base64
import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from tests.zero_loss.frames import CLOSE, read_frame, unmasked

NAME = "x-upstream"
"""The response header that names the upstream that answered."""

_KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, 4.2.2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Upstream:
    """A server whose answer the end of the path chooses.

    `…/status/N`: that status. `…/slow`: 200 once `go_on` is set, or after as many seconds as `x-wait` says.
    `…/events`: an event at once, and another once `go_on` is set. `…/hang-up`: nothing. An upgrade: a WebSocket that
    echoes. All else: 200 and what came, `METHOD PATH LENGTH SHA256-OF-BODY`.
    """

    def __init__(self, name: str = "upstream") -> None:
        self.go_on = asyncio.Event()
        self.waiting = asyncio.Event()
        """Set whenever a client is made to wait."""
        self.port = 0
        self._name = name
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> "Upstream":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        """Stop listening, and cut what is connected."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while True:
                await self._answer(await read_request(reader), reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass  # the client has gone, or the test is over
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer(self, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = request.path.partition("?")[0]
        status = path.rpartition("/status/")[2]
        if request.headers.get("upgrade", "").lower() == "websocket":
            await self._echo(request, reader, writer)
        elif path.endswith("/events"):
            await self._events(writer)
        elif path.endswith("/slow"):
            await self._wait(float(request.headers.get("x-wait", "inf")))
            self._write(writer, request, 200, b"slow")
        elif path.endswith("/hang-up"):
            raise asyncio.IncompleteReadError(b"", None)
        elif status.isdecimal():
            self._write(writer, request, int(status), status.encode())
        else:
            digest = hashlib.sha256(request.body).hexdigest()
            self._write(writer, request, 200, f"{request.method} {path} {len(request.body)} {digest}".encode())
        await writer.drain()

    def _write(self, writer: asyncio.StreamWriter, request: Received, status: int, body: bytes) -> None:
        # An upstream with an opinion of its own on CORS, which the gateways remove or overwrite, or let stand.
        lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", f"{NAME}: {self._name}", "vary: accept"]
        lines += [f"content-length: {len(body)}"]
        lines += ["location: /elsewhere"] if 300 <= status < 400 else []
        writer.write("\r\n".join([*lines, "", ""]).encode() + (b"" if request.method == "HEAD" else body))

    async def _events(self, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        writer.write(_chunk(b"data: first\n\n"))
        await writer.drain()
        await self._wait(float("inf"))
        writer.write(_chunk(b"data: last\n\n") + b"0\r\n\r\n")

    async def _wait(self, seconds: float) -> None:
        self.waiting.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await self.go_on.wait()

    async def _echo(self, request: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accept = base64.b64encode(
            hashlib.sha1((request.headers["sec-websocket-key"] + _KEY_SUFFIX).encode()).digest()  # noqa: S324 - RFC 6455
        )
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n")
        writer.write(b"sec-websocket-accept: " + accept + b"\r\n\r\n")
        while True:
            kind, payload = await read_frame(reader)
            writer.write(unmasked(kind, payload))
            await writer.drain()
            if kind == CLOSE:
                raise asyncio.IncompleteReadError(b"", None)


async def read_request(reader: asyncio.StreamReader) -> Received:
    """Read an HTTP/1.1 request; raises `IncompleteReadError` where the client has gone."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if "chunked" in headers.get("transfer-encoding", ""):
        body = b"".join([chunk async for chunk in _chunks(reader)])
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method=method, path=path, headers=headers, body=body)


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"
