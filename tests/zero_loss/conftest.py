import asyncio
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.zero_loss.gateway import Gateway

Run = Callable[..., Gateway]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Keep a loop for the tests of a module: what runs in it goes on with the next test."""
    with asyncio.Runner() as kept:
        yield kept


@pytest.fixture
def run() -> Iterator[Run]:
    """Start gateways that end with the test."""
    started: list[Gateway] = []

    def start(*arguments: object) -> Gateway:
        gateway = Gateway(*map(str, arguments))
        started.append(gateway)
        return gateway

    yield start
    for gateway in started:
        gateway.clean_up()


@pytest.fixture
def free_port() -> int:
    """Return a port of loopback at which nobody listens."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port
