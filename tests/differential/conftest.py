"""An Envoy to compare with, and a backend behind it; one of each for a module."""

import asyncio
from collections.abc import Iterator

import pytest

from crossgate.model.routes import Endpoint
from tests.support.backend import start_backend
from tests.support.data_plane import DataPlane, running_data_plane


@pytest.fixture(scope="module")
def plane() -> Iterator[DataPlane]:
    with running_data_plane() as found:
        yield found


@pytest.fixture(scope="module")
def backend(plane: DataPlane) -> Iterator[Endpoint]:
    server, port = plane.run(start_backend())
    yield Endpoint(host="127.0.0.1", port=port)
    plane.run(_close(server))


async def _close(server: asyncio.Server) -> None:
    server.close()
