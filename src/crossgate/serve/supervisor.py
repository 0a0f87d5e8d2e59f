"""Keeping Envoy alive: a dead one is started again, at growing intervals. Must not know what Envoy serves."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from crossgate.serve.backoff import Backoff
from crossgate.serve.console import Console
from crossgate.serve.errors import StartError, start_error
from crossgate.serve.process import EnvoyProcess
from crossgate.serve.tasks import cancel

T = TypeVar("T")

Launch = Callable[[], Awaitable[EnvoyProcess]]
"""Starts an Envoy; raises `StartError` when it can't."""


class Supervisor:
    """One Envoy at a time."""

    def __init__(self, launch: Launch, *, backoff: Backoff, console: Console) -> None:
        """Supervise nothing yet."""
        self._launch = launch
        self._backoff = backoff
        self._console = console
        self._process: EnvoyProcess | None = None
        self._started_at = 0.0

    async def start(self) -> None:
        """Start Envoy; raises `StartError`."""
        self._started_at = time.monotonic()
        self._process = await self._launch()

    async def unless_dead(self, work: Coroutine[Any, Any, T]) -> T:
        """Do some work that needs a living Envoy; raises `StartError` if Envoy exits before it is done."""
        working = asyncio.create_task(work)
        dying = asyncio.create_task(self._wait())
        try:
            await asyncio.wait((working, dying), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise start_error(
                    f"envoy exited before it was ready ({dying.result()})",
                    "the lines above that begin with `envoy:` are its own",
                )
            return await working
        finally:
            await cancel(working)
            await cancel(dying)

    async def keep_alive(self, on_death: Callable[[str], None], until_serving: Callable[[], Awaitable[None]]) -> None:
        """Start Envoy anew whenever it dies, for ever; `until_serving` waits until it serves again."""
        while True:
            how = await self._wait()
            wait = self._backoff.after_run(time.monotonic() - self._started_at)
            self._console.say(f"envoy died ({how}); starting it again in {wait:g} s")
            on_death(how)
            await self._restart(wait)
            try:
                await self.unless_dead(_wait(until_serving))
            except StartError:
                continue
            self._console.say("envoy is back and serving")

    async def _restart(self, wait: float) -> None:
        """Start Envoy after a wait, and after longer ones while it can't be started."""
        while True:
            await asyncio.sleep(wait)
            try:
                return await self.start()
            except StartError as error:
                wait = self._backoff.after_run(0.0)
                self._console.complain(error.problems)
                self._console.say(f"envoy can't be started; trying again in {wait:g} s")

    async def stop(self, within: float) -> None:
        """End Envoy, if it runs."""
        if self._process is not None:
            await self._process.stop(within)

    async def _wait(self) -> str:
        return "not started" if self._process is None else await self._process.wait()


async def _wait(until_serving: Callable[[], Awaitable[None]]) -> None:
    await until_serving()
