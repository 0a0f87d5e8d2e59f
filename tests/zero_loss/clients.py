"""Clients that keep a connection, for HTTP/1.1 and WebSocket, and say exactly how an exchange ended."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from tests.zero_loss.frames import CLOSE, TEXT, masked, read_frame

WITHIN = 30.0
"""Seconds for one exchange, on a machine that has other things to do."""

Address = tuple[str, int]
Headers = tuple[tuple[str, str], ...]


class Lost(Exception):
    """An exchange that got no whole answer; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ask."""

    host: str
    path: str
    method: str = "GET"
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; names are lower case."""

    status: int
    headers: Headers
    body: bytes = b""
    trailers: Headers = ()

    def value(self, name: str) -> str | None:
        """Return the value of a header, its lines joined, None where it is absent."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None


class Http1:
    """A connection that speaks HTTP/1.1 and is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self._writer = writer
        self.is_closing = False
        """Whether the server has announced that it closes the connection."""

    @classmethod
    async def open(cls, address: Address) -> "Http1":
        return cls(*await open_connection(address))

    async def exchange(self, request: Request) -> Answer:
        """Send a request and return its answer; raises `Lost`."""
        async with bounded("HTTP/1.1"):
            await self.send(request)
            answer = await self.head()
            length = 0 if request.method == "HEAD" else int(answer.value("content-length") or 0)
            body = await self.reader.readexactly(length)
            return Answer(status=answer.status, headers=answer.headers, body=body)

    async def send(self, request: Request) -> None:
        lines = [f"{request.method} {request.path} HTTP/1.1", f"host: {request.host}"]
        lines += [f"{name}: {value}" for name, value in request.headers]
        lines += [f"content-length: {len(request.body)}"] if request.body else []
        self._writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + request.body)
        await self._writer.drain()

    async def head(self) -> Answer:
        """Read status and headers."""
        first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip("\r\n").split("\r\n")
        headers = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
        answer = Answer(status=int(first.split(" ")[1]), headers=headers)
        self.is_closing = answer.value("connection") == "close"
        return answer

    async def chunk(self) -> bytes:
        """Read a chunk of the body, the empty one at its end."""
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        data = await self.reader.readexactly(size)
        await self.reader.readexactly(2)
        return data

    async def close(self) -> None:
        await close_connection(self._writer)


class WebSocket:
    """A WebSocket."""

    def __init__(self, connection: Http1, writer: asyncio.StreamWriter) -> None:
        self._connection = connection
        self._writer = writer
        self.headers: Headers = ()
        """Those of the answer to the upgrade."""

    @classmethod
    async def open(cls, address: Address, request: Request) -> "WebSocket":
        """Upgrade a new connection; raises `Lost`, also if the answer is no 101."""
        reader, writer = await open_connection(address)
        made = cls(Http1(reader, writer), writer)
        upgrade = (("upgrade", "websocket"), ("connection", "Upgrade"), ("sec-websocket-version", "13"))
        key = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        request = Request(host=request.host, path=request.path, headers=(*request.headers, *upgrade, key))
        async with bounded("WebSocket"):
            await made._connection.send(request)
            answer = await made._connection.head()
        if answer.status != 101:
            await close_connection(writer)
            raise Lost(f"WebSocket: the upgrade is answered with {answer.status}")
        made.headers = answer.headers
        return made

    async def exchange(self, message: bytes) -> bytes:
        """Send a message and return the next one that comes; raises `Lost`."""
        async with bounded("WebSocket"):
            self._writer.write(masked(TEXT, message))
            await self._writer.drain()
            kind, payload = await read_frame(self._connection.reader)
        if kind != TEXT:
            raise Lost(f"WebSocket: a frame {kind:#x} instead of the echo")
        return payload

    async def close(self) -> None:
        with contextlib.suppress(OSError):
            self._writer.write(masked(CLOSE, b""))
        await close_connection(self._writer)


async def open_connection(address: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; raises `Lost`."""
    try:
        return await asyncio.open_connection(*address)
    except OSError as error:
        raise Lost(f"no connection: {error}") from error


@contextlib.asynccontextmanager
async def bounded(what: str) -> AsyncIterator[None]:
    """Make one error of all that can end an exchange."""
    try:
        async with asyncio.timeout(WITHIN):
            yield
    except TimeoutError as error:
        raise Lost(f"{what}: no answer within {WITHIN:g} s") from error
    except asyncio.IncompleteReadError as error:
        raise Lost(f"{what}: the connection was closed after {len(error.partial)} bytes") from error
    except OSError as error:
        raise Lost(f"{what}: {error}") from error


async def close_connection(writer: asyncio.StreamWriter) -> None:
    """Close a connection, in whatever state it is."""
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
