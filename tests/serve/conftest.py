import socket
from collections.abc import Callable, Iterator

import pytest

from tests.serve.harness import RunningGateway

Run = Callable[..., RunningGateway]


@pytest.fixture
def run() -> Iterator[Run]:
    """Start gateways that end with the test."""
    started: list[RunningGateway] = []

    def start(*arguments: object, environment: dict[str, str] | None = None) -> RunningGateway:
        gateway = RunningGateway(*map(str, arguments), environment=environment)
        started.append(gateway)
        return gateway

    yield start
    for gateway in started:
        gateway.clean_up()


@pytest.fixture
def taken_port() -> Iterator[int]:
    """Take a port of loopback, as another program would."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """Return a port of loopback that was free just now."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port: int = server.getsockname()[1]
        return port
