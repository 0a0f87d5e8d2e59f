"""Asking a listener whether it answers.

Must not leave a trace: it makes no request, so there is no line in an access log and no call to an upstream.
"""

import asyncio
import contextlib
import ssl
from typing import Final

from crossgate.xds.address import TcpAddress

_RETRY_AFTER: Final = 0.01
_RETRY_AT_MOST: Final = 0.5
_ANSWER_WITHIN: Final = 5.0

# RFC 9113, 3.4: the client connection preface, an empty SETTINGS frame; and a GOAWAY frame for a polite end (6.8).
_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
_GOAWAY: Final = b"\0\0\x08\7\0\0\0\0\0" + b"\0" * 8


async def wait_until_answering(address: TcpAddress, scheme: str) -> None:
    """Return as soon as a server of this scheme answers; never, if none does."""
    delay = _RETRY_AFTER
    while not await is_answering(address, scheme):
        await asyncio.sleep(delay)
        delay = min(delay * 2, _RETRY_AT_MOST)


async def is_answering(address: TcpAddress, scheme: str) -> bool:
    """Tell whether an HTTP server answers at an address, or a TLS server for `https`."""
    try:
        async with asyncio.timeout(_ANSWER_WITHIN):
            return await (_answers_tls(address) if scheme == "https" else _answers_http(address))
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False


async def _answers_http(address: TcpAddress) -> bool:
    """Begin an HTTP/2 connection: the server answers with its settings, or in HTTP/1 that it knows no HTTP/2."""
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        writer.write(_PREFACE)
        await writer.drain()
        answer = await reader.readexactly(9)
        writer.write(_GOAWAY)
        return answer[3:4] == b"\4" or answer.startswith(b"HTTP/1.")
    finally:
        await _close(writer)


async def _answers_tls(address: TcpAddress) -> bool:
    """Begin a TLS handshake: any answer of the server will do, since it may know no certificate for an unnamed host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Nothing is sent or believed: the question is only whether somebody is there.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        _, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
    except (ssl.SSLError, ConnectionResetError):
        return True
    await _close(writer)
    return True


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
