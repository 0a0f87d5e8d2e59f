"""What else listens, who may enter, and what is said of an admin interface that others reach."""

import json
import re
import socket
import stat
from pathlib import Path

import pytest

from crossgate.dialects.options import ReadOptions
from crossgate.envoy.resources import static_bootstrap
from tests.conformance.files import read_file
from tests.security.scene import CONFIGURATION, Scene


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in found]


def listening_ports(pid: int) -> set[int]:
    """Return the TCP ports at which a process listens."""
    sockets = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    inodes = {match[1] for name in sockets if (match := re.fullmatch(r"socket:\[(\d+)\]", name))}
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text(encoding="ascii").splitlines()[1:]
    ]
    return {int(line[1].rpartition(":")[2], 16) for line in lines if line[3] == "0A" and line[9] in inodes}


def test_nothing_listens_but_the_listeners_of_the_configuration(scene: Scene) -> None:
    processes = [scene.process.pid, *children(scene.process.pid)]
    assert len(processes) == 2
    assert set().union(*map(listening_ports, processes)) == set(scene.ports.values())


def test_sockets_and_bootstrap_are_private(scene: Scene) -> None:
    (folder,) = scene.folder.glob("crossgate-*")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir()} == dict.fromkeys(
        ("admin.sock", "bootstrap.json", "xds.sock"), "0o600"
    )


@pytest.mark.parametrize("target", ["/quitquitquit", "/stats", "/config_dump", "/ready"])
def test_no_listener_answers_for_the_admin_interface(scene: Scene, gateway: str, target: str) -> None:
    answer = scene.ask(gateway, target=target)
    assert answer.body in {b"ok", b""}
    assert scene.process.poll() is None


def test_the_admin_interface_is_there_for_its_owner(scene: Scene) -> None:
    (folder,) = scene.folder.glob("crossgate-*")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(folder / "admin.sock"))
        connection.sendall(b"GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_a_compiled_bootstrap_has_no_admin_interface() -> None:
    documents = CONFIGURATION.split("\n---\n")[-1]
    config, _ = read_file(documents, ReadOptions())
    assert config is not None
    compiled = static_bootstrap(config, {8000: ("127.0.0.1", 0)})
    assert "admin" not in compiled
    assert "crossgate" in json.dumps(compiled)
