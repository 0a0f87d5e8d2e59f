import asyncio
import socket
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from crossgate.serve.probe import is_answering, wait_until_answering
from crossgate.xds.address import TcpAddress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

SETTINGS = b"\0\0\0\4\0\0\0\0\0"


def says(answer: bytes) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readexactly(24)) == b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        writer.write(answer)
        writer.close()

    return handle


def probed(handler: Handler, scheme: str = "http", context: ssl.SSLContext | None = None) -> bool:
    async def test() -> bool:
        server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
        async with server:
            address = TcpAddress(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
            return await is_answering(address, scheme)

    return asyncio.run(test())


def a_free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("answer", "is_http"),
    [
        (SETTINGS, True),
        (b"\0\0\x06\4\0\0\0\0\0\0\3\0\0\0\x64", True),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", True),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False),
        (b"", False),
    ],
    ids=["http2", "http2-with-settings", "http1", "ssh", "nothing"],
)
def test_an_http_server_is_known_by_its_answer(answer: bytes, *, is_http: bool) -> None:
    assert probed(says(answer)) is is_http


def test_nobody_there_is_no_answer() -> None:
    address = TcpAddress(host="127.0.0.1", port=a_free_port())

    assert not asyncio.run(is_answering(address, "http"))
    assert not asyncio.run(is_answering(address, "https"))


def test_a_tls_server_is_known_by_its_handshake(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    subprocess.run(
        [*command, "-subj", "/CN=a.test", "-keyout", key, "-out", certificate], check=True, capture_output=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""
        writer.close()

    assert probed(handle, "https", context)


def test_a_tls_server_without_a_certificate_for_nobody_is_there_all_the_same() -> None:
    alert = b"\x15\3\3\0\2\2\x70"

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(alert)
        writer.close()

    assert probed(handle, "https")


def test_it_waits_for_a_server_that_is_not_there_yet() -> None:
    async def test() -> None:
        address = TcpAddress(host="127.0.0.1", port=a_free_port())
        waiting = asyncio.create_task(wait_until_answering(address, "http"))
        while await is_answering(address, "http"):
            raise AssertionError
        assert not waiting.done()
        async with await asyncio.start_server(says(SETTINGS), address.host, address.port), asyncio.timeout(10):
            await waiting

    asyncio.run(test())
