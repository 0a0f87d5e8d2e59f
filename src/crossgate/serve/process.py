"""One run of Envoy as a child process. Must not know why it is started or stopped."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TextIO

from crossgate.serve.binary import Binary

LOG_OPTIONS: Final = (
    "--log-level",
    "warning",
    # A refused configuration and a stop are ours to report, once and in our words.
    "--component-log-level",
    "main:error,config:error",
    "--log-format",
    "envoy: %l: %v",
    # The access log too, by default, would come ten seconds late: somebody may be watching it.
    "--file-flush-interval-msec",
    "200",
)


class EnvoyProcess:
    """A running Envoy."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Take over a process that was just started."""
        self._process = process

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    async def wait(self) -> str:
        """Wait until Envoy has exited; return how, in words."""
        status = await self._process.wait()
        return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"

    async def stop(self, within: float) -> None:
        """End Envoy: ask it to exit, and kill it if it hasn't after so many seconds."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            async with asyncio.timeout(within):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def start_envoy(
    binary: Binary, bootstrap: Mapping[str, Any], *, folder: Path, log: TextIO, concurrency: int | None
) -> EnvoyProcess:
    """Start Envoy with a bootstrap, which is written to the private folder; its log and access log go to `log`.

    Raises `OSError` when the binary can't be run.
    """
    path = folder / "bootstrap.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(bootstrap), encoding="utf-8")
    options = [] if concurrency is None else ["--concurrency", str(concurrency)]
    process = await asyncio.create_subprocess_exec(
        os.fspath(binary.path),
        "--config-path",
        os.fspath(path),
        # Other Envoys may run on this machine, and this one is never replaced in flight: no shared memory, no base id.
        "--disable-hot-restart",
        # A connection to a listener that changed would keep the old configuration: close it after its next response.
        "--drain-strategy",
        "immediate",
        # Where a response has no end soon (a WebSocket, an event stream), such a connection is cut only after a day.
        "--drain-time-s",
        "86400",
        *LOG_OPTIONS,
        *options,
        stdin=asyncio.subprocess.DEVNULL,
        # Envoy writes to the descriptor itself: no line of a busy access log has to pass through Python.
        stdout=log.fileno(),
        stderr=log.fileno(),
        # Ctrl-C in a terminal reaches the foreground group: Envoy must outlive it to drain.
        process_group=0,
    )
    return EnvoyProcess(process)
