"""Deliveries to a client that answers as the test wants; those to a real Envoy are in `tests/serve`."""

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from grpc import aio

from crossgate.serve.admin import Admin
from crossgate.serve.console import Console
from crossgate.serve.delivery import Delivery
from crossgate.serve.errors import StartError
from crossgate.serve.loaded import Loaded
from crossgate.xds.address import UnixAddress
from crossgate.xds.type_urls import CLUSTER
from tests.unit.xds.client import Client

KEPT = "crossgate: still serving the last good configuration"


class Scene:
    """A delivery without listeners, and the client that it delivers to."""

    def __init__(self, folder: Path, channel: aio.Channel, ready_within: float = 10.0) -> None:
        self.console = Console(out=io.StringIO(), err=io.StringIO())
        self.delivery = Delivery(
            "n",
            admin=Admin(UnixAddress(path=folder / "none.sock")),
            console=self.console,
            ready_within=ready_within,
        )
        self.client = Client(channel, "n")

    async def start(self, address: UnixAddress) -> None:
        await self.delivery.listen(address)
        await self.client.subscribe()

    async def serve(self, *clusters: str) -> None:
        """Deliver the first configuration."""
        starting = asyncio.create_task(self.delivery.start(loaded(*clusters)))
        await self.client.accept()
        await starting

    async def update(self, *clusters: str) -> None:
        await self.delivery.update(loaded(*clusters), time.monotonic())

    async def console_says_something(self) -> None:
        while not self.said():  # noqa: ASYNC110 - the console tells nobody
            await asyncio.sleep(0)

    def said(self) -> list[str]:
        assert isinstance(self.console.err, io.StringIO)
        return self.console.err.getvalue().splitlines()


def loaded(*clusters: str, **fields: Any) -> Loaded:
    return Loaded(
        resources={CLUSTER: {name: {"name": name, **fields} for name in clusters}},
        bootstrap=lambda _: {},
        listeners=(),
    )


def play(folder: Path, scene: Callable[[Scene], Awaitable[None]], **settings: float) -> None:
    async def limited() -> None:
        address = UnixAddress(path=folder / "xds.sock")
        async with asyncio.timeout(10), aio.insecure_channel(str(address)) as channel:
            stage = Scene(folder, channel, **settings)
            try:
                await stage.start(address)
                await scene(stage)
            finally:
                await stage.delivery.stop()

    asyncio.run(limited())


def test_a_change_that_is_accepted_is_reported(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        updating = asyncio.create_task(stage.update("a", "b", "c"))
        assert await stage.client.accept() == ["b", "c"]
        await updating
        assert stage.said()[0].startswith("crossgate: configuration reloaded: 2 changed resources, ")

    play(tmp_path, scene)


def test_a_change_that_changes_nothing_is_not_reported(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        await stage.update("a")
        assert stage.said() == []

    play(tmp_path, scene)


def test_a_change_that_is_refused_is_rolled_back(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        updating = asyncio.create_task(stage.update("a", "b"))
        await stage.client.refuse("bad\n cluster\n")
        await updating
        assert (await stage.client.receive()).removed_resources == ["b"]
        assert stage.said() == ["error: envoy refuses the new Cluster `b`: bad; cluster", KEPT]

    play(tmp_path, scene)


def test_a_change_during_which_envoy_dies_is_rolled_back(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        updating = asyncio.create_task(stage.update("b"))
        await stage.client.receive()
        stage.delivery.give_up_candidate("envoy died before it took it")
        await updating
        assert stage.said() == ["error: envoy refuses the new configuration: envoy died before it took it", KEPT]
        stage.delivery.give_up_candidate("envoy died again, with nothing on its way")
        async with aio.insecure_channel(f"unix:{tmp_path / 'xds.sock'}") as channel:
            restarted = Client(channel, "n")
            await restarted.subscribe()
            assert await restarted.accept() == ["a"]
            await stage.update("a")
        assert stage.said()[2:] == ["crossgate: the configuration is good again, and the same as before"]

    play(tmp_path, scene)


def test_resources_that_are_none_are_reported_and_change_nothing(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        await stage.delivery.update(loaded("b", colour="red"), time.monotonic())
        error, kept = stage.said()
        assert error.startswith("error: resource `b` is not a `envoy.config.cluster.v3.Cluster`: ")
        assert kept == KEPT

    play(tmp_path, scene)


def test_resources_that_are_none_from_the_start_are_an_error(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        with pytest.raises(StartError, match="resource `b` is not a"):
            await stage.delivery.start(loaded("b", colour="red"))

    play(tmp_path, scene)


def test_a_first_configuration_that_is_refused_is_an_error(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        starting = asyncio.create_task(stage.delivery.start(loaded("a")))
        await stage.client.refuse("bad cluster")
        with pytest.raises(StartError, match="envoy refuses the new Cluster `a`: bad cluster"):
            await starting
        assert stage.said() == []

    play(tmp_path, scene)


def test_a_client_that_never_answers_is_an_error(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        with pytest.raises(StartError, match=r"envoy doesn't answer within 0\.05 s at its control plane"):
            await stage.delivery.start(loaded("a"))

    play(tmp_path, scene, ready_within=0.05)


def test_a_refusal_after_a_restart_is_reported(tmp_path: Path) -> None:
    async def scene(stage: Scene) -> None:
        await stage.serve("a")
        async with aio.insecure_channel(f"unix:{tmp_path / 'xds.sock'}") as channel:
            restarted = Client(channel, "n")
            await restarted.subscribe()
            await restarted.refuse("not this time")
            await stage.console_says_something()
        assert stage.said() == ["error: envoy refuses the new Cluster `a`: not this time"]

    play(tmp_path, scene)


def test_a_socket_that_cannot_be_had_is_an_error(tmp_path: Path) -> None:
    async def test() -> None:
        async with aio.insecure_channel("unix:/none") as channel:
            with pytest.raises(StartError, match="the control plane can't listen at"):
                await Scene(tmp_path, channel).delivery.listen(UnixAddress(path=tmp_path / "none" / "xds.sock"))

    asyncio.run(test())
