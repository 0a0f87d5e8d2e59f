import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest

from crossgate.serve.backoff import Backoff
from crossgate.serve.console import Console
from crossgate.serve.errors import StartError, start_error
from crossgate.serve.process import EnvoyProcess
from crossgate.serve.supervisor import Supervisor


class FakeProcess(EnvoyProcess):
    """A process that dies when it is told to."""

    def __init__(self) -> None:
        self.death: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def wait(self) -> str:
        return await asyncio.shield(self.death)

    async def stop(self, within: float) -> None:
        assert within > 0
        self.death.set_result("stopped")


class Scene:
    """A supervisor whose processes are `born` one after another; a launch fails as often as `failures` says."""

    def __init__(self, failures: int = 0) -> None:
        self.console = Console(out=io.StringIO(), err=io.StringIO())
        self.born: asyncio.Queue[FakeProcess] = asyncio.Queue()
        self.deaths: list[str] = []
        self._failures = failures
        self.supervisor = Supervisor(
            self._launch, backoff=Backoff(first=0.001, longest=0.004, steady_after=60.0), console=self.console
        )

    async def _launch(self) -> EnvoyProcess:
        if self._failures and self.born.empty() and self.deaths:
            self._failures -= 1
            raise start_error("the port is taken", "name another")
        process = FakeProcess()
        self.born.put_nowait(process)
        return process

    def said(self) -> list[str]:
        assert isinstance(self.console.err, io.StringIO)
        return self.console.err.getvalue().splitlines()


def play(scene: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        async with asyncio.timeout(10):
            await scene()

    asyncio.run(limited())


async def nothing() -> None:
    """Be ready at once."""


def test_work_goes_on_while_envoy_lives() -> None:
    async def scene() -> None:
        stage = Scene()
        await stage.supervisor.start()

        assert await stage.supervisor.unless_dead(asyncio.sleep(0, "done")) == "done"

    play(scene)


def test_work_ends_when_envoy_dies() -> None:
    async def scene() -> None:
        stage = Scene()
        await stage.supervisor.start()
        (await stage.born.get()).death.set_result("exit status 1")

        with pytest.raises(StartError, match=r"envoy exited before it was ready \(exit status 1\)"):
            await stage.supervisor.unless_dead(asyncio.Event().wait())

    play(scene)


def test_a_dead_envoy_is_started_again() -> None:
    async def scene() -> None:
        stage = Scene()
        serving = asyncio.Event()

        async def until_serving() -> None:
            serving.set()

        await stage.supervisor.start()
        (await stage.born.get()).death.set_result("killed by SIGKILL")
        keeping = asyncio.create_task(stage.supervisor.keep_alive(stage.deaths.append, until_serving))
        second = await stage.born.get()
        await serving.wait()
        second.death.set_result("exit status 1")
        await stage.born.get()
        keeping.cancel()

        assert stage.deaths == ["killed by SIGKILL", "exit status 1"]
        assert stage.said() == [
            "crossgate: envoy died (killed by SIGKILL); starting it again in 0.001 s",
            "crossgate: envoy is back and serving",
            "crossgate: envoy died (exit status 1); starting it again in 0.002 s",
        ]

    play(scene)


def test_an_envoy_that_dies_before_it_serves_is_not_said_to_be_back() -> None:
    async def scene() -> None:
        stage = Scene()
        await stage.supervisor.start()
        (await stage.born.get()).death.set_result("exit status 1")
        never = asyncio.Event()

        async def until_serving() -> None:
            await never.wait()

        keeping = asyncio.create_task(stage.supervisor.keep_alive(stage.deaths.append, until_serving))
        (await stage.born.get()).death.set_result("exit status 2")
        await stage.born.get()
        keeping.cancel()

        assert stage.deaths == ["exit status 1", "exit status 2"]
        assert not any("back" in line for line in stage.said())

    play(scene)


def test_a_start_that_fails_is_tried_again() -> None:
    async def scene() -> None:
        stage = Scene(failures=2)
        await stage.supervisor.start()
        (await stage.born.get()).death.set_result("exit status 1")

        keeping = asyncio.create_task(stage.supervisor.keep_alive(stage.deaths.append, nothing))
        await stage.born.get()
        keeping.cancel()

        assert stage.said() == [
            "crossgate: envoy died (exit status 1); starting it again in 0.001 s",
            *["error: the port is taken", "  help: name another"],
            "crossgate: envoy can't be started; trying again in 0.002 s",
            *["error: the port is taken", "  help: name another"],
            "crossgate: envoy can't be started; trying again in 0.004 s",
        ]

    play(scene)


def test_stopping_before_a_start_is_nothing() -> None:
    play(lambda: Scene().supervisor.stop(1.0))


def test_stopping_ends_the_process() -> None:
    async def scene() -> None:
        stage = Scene()
        await stage.supervisor.start()

        await stage.supervisor.stop(1.0)

        assert (await stage.born.get()).death.result() == "stopped"

    play(scene)
