"""A backend that answers as each request asks, on a free port of loopback."""

import asyncio
import json
import ssl
from collections.abc import Sequence
from typing import Final

ASKED: Final = "x-answer"
"""The request header that holds the answer as JSON: status, header lines, body."""

SEEN: Final = "what was seen"
"""The body that asks for the request line and the header lines, as JSON."""

_INTERNAL: Final = "x-cg-"
"""What the names of headers begin with that no backend may see."""
_BODILESS: Final = frozenset({204, 304})


def asked(status: int, headers: Sequence[tuple[str, str]], body: str) -> tuple[str, str]:
    """Return the header line that asks for an answer."""
    return ASKED, json.dumps([status, headers, body])


async def start_backend(tls: ssl.SSLContext | None = None) -> tuple[asyncio.Server, int]:
    """Start the backend, behind TLS if it is to show something; return it, and its port."""
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, limit=2**20, ssl=tls)
    port: int = server.sockets[0].getsockname()[1]
    return server, port


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answer(request.decode("latin-1")))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client has gone
    finally:
        writer.close()


def _answer(request: str) -> bytes:
    first, *lines = request.rstrip("\r\n").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    status, answered, body = json.loads(dict(headers).get(ASKED, '[200, [], ""]'))
    if leaked := [name for name, _ in headers if name.startswith(_INTERNAL)]:
        status, answered, body = 500, [], f"the backend was told what is ours: {leaked}"
    if body == SEEN:
        body = json.dumps([first, headers])
    content = b"" if first.startswith("HEAD ") or status in _BODILESS else body.encode("latin-1")
    fields = "".join(f"{name}: {value}\r\n" for name, value in answered)
    length = "" if status in _BODILESS else f"content-length: {len(content)}\r\n"
    return f"HTTP/1.1 {status} As Asked\r\n{fields}{length}\r\n".encode("latin-1") + content
