import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crossgate.serve.orphans import orphan_at

LISTENING = """
import socket, sys
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    sys.stdin.read()
"""


@contextmanager
def listening(*arguments: str) -> Iterator[tuple[int, int]]:
    """Run a program with these arguments that listens at a port; yield its process id and the port."""
    command = [sys.executable, "-c", LISTENING, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.communicate("")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    private = tmp_path / "crossgate-a"
    private.mkdir()
    return private


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for as Linux shows them")
def test_an_envoy_whose_control_plane_is_gone_is_found_where_it_listens(folder: Path) -> None:
    with listening("--config-path", str(folder / "bootstrap.json")) as (process, port):
        assert orphan_at(port) == process
        with socket.create_server(("127.0.0.1", 0)) as another:
            assert orphan_at(another.getsockname()[1]) is None


def test_an_envoy_whose_control_plane_answers_is_no_orphan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # the whole path may be longer than a socket's may be
    with socket.socket(socket.AF_UNIX) as control_plane:
        control_plane.bind("xds.sock")
        control_plane.listen()
        with listening("--config-path", "../crossgate-a/bootstrap.json") as (_, port):
            assert orphan_at(port) is None


def test_another_program_is_no_orphan() -> None:
    with listening("--config-path", "of/another/program.json") as (_, port):
        assert orphan_at(port) is None
