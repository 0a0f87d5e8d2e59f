import asyncio
import json
import os
from pathlib import Path

import pytest

from crossgate.serve.binary import Binary
from crossgate.serve.process import EnvoyProcess, start_envoy

WITHIN = 10.0


async def started(folder: Path, script: str, concurrency: int | None = None) -> EnvoyProcess:
    """Run a shell script in place of Envoy; what it says goes to the file `log`."""
    path = folder / "envoy"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    with (folder / "log").open("w") as log:
        binary = Binary(path=path, version=(1, 40, 0))
        return await start_envoy(binary, {"node": {"id": "n"}}, folder=folder, log=log, concurrency=concurrency)


def test_it_gets_its_bootstrap_and_options(tmp_path: Path) -> None:
    async def test() -> str:
        process = await started(tmp_path, 'echo out "$@"; echo err >&2; cat', concurrency=2)
        return await process.wait()

    assert asyncio.run(test()) == "exit status 0"
    bootstrap = tmp_path / "bootstrap.json"
    assert json.loads(bootstrap.read_text()) == {"node": {"id": "n"}}
    assert bootstrap.stat().st_mode & 0o777 == 0o600
    log = (tmp_path / "log").read_text()
    assert f"out --config-path {bootstrap} --disable-hot-restart" in log
    assert log.endswith("--concurrency 2\nerr\n")


@pytest.mark.parametrize(("script", "how"), [("exit 3", "exit status 3"), ("kill -KILL $$", "killed by SIGKILL")])
def test_its_end_is_put_in_words(tmp_path: Path, script: str, how: str) -> None:
    async def test() -> str:
        return await (await started(tmp_path, script)).wait()

    assert asyncio.run(test()) == how


def test_an_interrupt_of_our_group_does_not_reach_it(tmp_path: Path) -> None:
    async def test() -> None:
        process = await started(tmp_path, "exec sleep 60")
        assert os.getpgid(process.pid) != os.getpgrp()
        await process.stop(WITHIN)

    asyncio.run(test())


def test_stopping_asks_first(tmp_path: Path) -> None:
    async def test() -> str:
        process = await started(tmp_path, "exec sleep 60")
        await process.stop(WITHIN)
        return await process.wait()

    assert asyncio.run(test()) == "killed by SIGTERM"


def test_stopping_kills_what_does_not_listen(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)

    async def test() -> str:
        process = await started(tmp_path, f"trap '' TERM; echo ready > {ready}; exec sleep 60")
        await asyncio.to_thread(ready.read_text)
        await process.stop(0.1)
        return await process.wait()

    assert asyncio.run(test()) == "killed by SIGKILL"


def test_stopping_what_has_ended_is_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        process = await started(tmp_path, "exit 0")
        await process.wait()
        await process.stop(WITHIN)

    asyncio.run(test())


def test_a_program_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    async def test() -> None:
        with (tmp_path / "log").open("w") as log:
            binary = Binary(path=tmp_path / "none", version=(1, 40, 0))
            with pytest.raises(FileNotFoundError):
                await start_envoy(binary, {}, folder=tmp_path, log=log, concurrency=None)

    asyncio.run(test())
