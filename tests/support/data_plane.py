"""A real Envoy that serves configurations of the model, delivered by our own control plane."""

import asyncio
import json
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from crossgate.envoy.clusters import TRUSTED_ROOTS
from crossgate.envoy.matchers import Json
from crossgate.envoy.resources import LISTENER, ROUTES, Control, Resources, ads_bootstrap, resources, socket_name
from crossgate.envoy.routes import METADATA
from crossgate.model.gateway import GatewayConfig
from crossgate.serve.binary import find_envoy
from crossgate.xds.address import UnixAddress
from crossgate.xds.delta import Accepted
from crossgate.xds.server import Server
from crossgate.xds.snapshot import build_snapshot

T = TypeVar("T")

DECIDED: Final = "x-decided"
"""The response header, added for the test alone, that says which route, policy and row answered, as JSON."""

_WITHIN: Final = 60.0
"""Seconds; the largest of the generated configurations take Envoy most of them on a busy machine."""
_NODE: Final = "crossgate"


class DataPlane:
    """An Envoy under test. Every configuration gets sockets of its own, so that none answers for another."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._folder = folder
        self._process = process
        self._loop = loop
        self._server = Server()
        self._ports: set[int] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop of the control plane and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WITHIN)

    def serve(self, config: GatewayConfig, *, roots: str = TRUSTED_ROOTS) -> dict[int, Path]:
        """Serve a configuration instead of the one before; return the Unix socket of each of its ports.

        A port that an earlier configuration had might still be answered by that one.
        """
        assert self._ports.isdisjoint(config.ports), "a port is used again"
        self._ports.update(config.ports)
        sockets = {port: self._folder / str(port) for port in config.ports}
        compiled = resources(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)), roots=roots)
        self.run(self._publish(_for_test(compiled, sockets)))
        for path in sockets.values():
            self._wait_for(path)
        return sockets

    async def _publish(self, compiled: Resources) -> None:
        snapshot = await asyncio.to_thread(build_snapshot, compiled)
        outcome = await self._server.publish(snapshot).outcome(_NODE)
        assert isinstance(outcome, Accepted), outcome

    def _wait_for(self, path: Path) -> None:
        deadline = time.monotonic() + _WITHIN
        while not _accepts(path):
            assert self._process.poll() is None, "envoy has died"
            assert time.monotonic() < deadline, "envoy does not listen"
            threading.Event().wait(0.001)

    async def connect(self, address: UnixAddress) -> None:
        """Let Envoy connect."""
        await self._server.start(address)

    async def hang_up(self) -> None:
        """End the control plane."""
        await self._server.stop()


def _accepts(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as attempt:
            attempt.connect(str(path))
    except OSError:
        return False
    return True


def _for_test(compiled: Resources, sockets: dict[int, Path]) -> Resources:
    """Return the resources with Unix sockets, without access logs, and with a header that says what was decided."""
    found = {kind: dict(items) for kind, items in compiled.items()}
    said = {"header": {"key": DECIDED, "value": f"%METADATA(ROUTE:{METADATA})%"}}
    for routes in found[ROUTES].values():
        routes["response_headers_to_add"] = [*routes.get("response_headers_to_add", ()), said]
    for port, path in sockets.items():
        listener = found[LISTENER][socket_name(port)]
        listener["address"] = {"pipe": {"path": str(path)}}
        for chain in listener["filter_chains"]:
            del chain["filters"][-1]["typed_config"]["access_log"]
    return found


@contextmanager
def running_data_plane() -> Iterator[DataPlane]:
    """Run an Envoy and its control plane."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        with tempfile.TemporaryDirectory(prefix="cg") as name:  # pytest's own paths are too long for a socket
            folder = Path(name)
            control = Control(ads_socket=str(folder / "ads"), admin=str(folder / "admin"), node=_NODE)
            bootstrap: Json = ads_bootstrap(control)
            (folder / "bootstrap.json").write_text(json.dumps(bootstrap))
            with _running_envoy(folder) as process:
                plane = DataPlane(folder, process, loop)
                plane.run(plane.connect(UnixAddress(path=folder / "ads")))
                yield plane
                plane.run(plane.hang_up())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def _running_envoy(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        *(str(find_envoy(None).path), "-c", str(folder / "bootstrap.json"), "-l", "warning"),
        *("--concurrency", "1", "--disable-hot-restart", "--drain-time-s", "1", "--drain-strategy", "immediate"),
    ]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, stderr=log, stdout=log) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
