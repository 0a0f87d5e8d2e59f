import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.scene import HOSTS, Scene, running_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Keep one gateway for all tests of this folder."""
    # The paths of pytest are too long for a socket.
    with (
        tempfile.TemporaryDirectory(prefix="cg") as temporary,
        running_scene(tmp_path_factory.mktemp("files"), Path(temporary)) as running,
    ):
        yield running


@pytest.fixture(params=HOSTS)
def gateway(request: pytest.FixtureRequest) -> str:
    """Return the host of a gateway, each in its turn."""
    name: str = request.param
    return HOSTS[name]
