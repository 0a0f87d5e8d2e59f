"""A running gateway: a configuration is loaded, delivered to an Envoy of our own, and kept up with its files.

Wires the parts of this package together and holds what they share: the last good configuration. Must not know how a
configuration is read, nor what is in it.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO

from crossgate import collection
from crossgate.serve.admin import Admin
from crossgate.serve.backoff import Backoff
from crossgate.serve.binary import Binary, find_envoy
from crossgate.serve.completeness import Completeness, wait_until_written, written_in_place
from crossgate.serve.console import Console
from crossgate.serve.delivery import Delivery
from crossgate.serve.errors import Problem, StartError, start_error
from crossgate.serve.loaded import BootstrapAddresses, Loaded
from crossgate.serve.ports import find_unavailable, why_unavailable
from crossgate.serve.private import private_folder
from crossgate.serve.process import EnvoyProcess, start_envoy
from crossgate.serve.progress import drain
from crossgate.serve.settings import ServeSettings
from crossgate.serve.supervisor import Supervisor
from crossgate.serve.tasks import cancel
from crossgate.serve.watch import FileWatch, Stamp
from crossgate.xds.address import TcpAddress, UnixAddress

_LOADS: Final = 3
"""So many times files are read that are written in place all the time."""
_STOPPED: Final = 0
_UNREADABLE: Final = 2
_STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Load = Callable[[], Loaded | None]


async def serve(  # noqa: PLR0913 - what to serve, and how: most of it is named
    load: Load,
    paths: Iterable[Path],
    *,
    settings: ServeSettings,
    out: TextIO,
    err: TextIO,
    on_ready: Callable[[str, str], None] | None = None,
) -> int:
    """Serve until a signal says stop; return the exit code: 0 after a stop, 2 when it couldn't start.

    `load` reads and compiles the files under `paths` anew; it reports what is wrong with them itself, and then returns
    None. It is called in a thread, at the start and whenever the files change. `err` needs a file descriptor: Envoy
    writes to it too. `on_ready` is called with the name and the URL of each listener, once it answers.
    """
    console = Console(out=out, err=err, on_ready=on_ready)
    with _stop_signals() as stop:
        watch = FileWatch(paths)
        whole = Completeness(watch.files())
        with collection.paused():
            loaded = await asyncio.to_thread(load)
        if loaded is None:
            return _UNREADABLE
        try:
            binary = await asyncio.to_thread(find_envoy, settings.envoy)
            _check_ports(loaded, settings)
            with private_folder() as folder:
                gateway = _Gateway(loaded=loaded, binary=binary, folder=folder, settings=settings, console=console)
                await gateway.run(load, watch, whole, stop)
        except StartError as error:
            console.complain(error.problems)
            return _UNREADABLE
    return _STOPPED


class _Gateway:
    """The running parts of a gateway, from its start to its stop."""

    def __init__(
        self, *, loaded: Loaded, binary: Binary, folder: Path, settings: ServeSettings, console: Console
    ) -> None:
        self._settings = settings
        self._console = console
        self._binary = binary
        self._folder = folder
        self._first = loaded
        self._addresses = BootstrapAddresses(
            xds_socket=folder / "xds.sock", admin=settings.admin or UnixAddress(path=folder / "admin.sock")
        )
        self._admin = Admin(self._addresses.admin)
        self._bootstrap = loaded.bootstrap(self._addresses)
        self._delivery = Delivery(
            self._bootstrap["node"]["id"], admin=self._admin, console=console, ready_within=settings.ready_within
        )
        backoff = Backoff(
            first=settings.restart_first, longest=settings.restart_longest, steady_after=settings.steady_after
        )
        self._envoy = Supervisor(self._launch, backoff=backoff, console=console)

    async def run(self, load: Load, watch: FileWatch, whole: Completeness, stop: asyncio.Event) -> None:
        """Serve until told to stop, then let requests finish; raises `StartError`."""
        serving = asyncio.create_task(self._serve(load, watch, whole))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                return await serving
            await cancel(serving)
            await self._drain(stop)
        finally:
            await cancel(serving)
            await cancel(stopping)
            await self._envoy.stop(self._settings.exit_within)
            await self._delivery.stop()

    async def _serve(self, load: Load, watch: FileWatch, whole: Completeness) -> None:
        await self._delivery.listen(UnixAddress(path=self._addresses.xds_socket))
        # Envoy takes a moment to come up: the snapshot is built meanwhile.
        await self._envoy.start()
        with collection.paused():
            await self._envoy.unless_dead(self._delivery.start(self._first))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._envoy.keep_alive(self._on_death, self._delivery.wait_until_answering))
            tasks.create_task(self._follow(load, watch, whole))

    async def _follow(self, load: Load, watch: FileWatch, whole: Completeness) -> None:
        """Take over what becomes of the files, for ever."""
        collection.settle()
        async for _ in watch.changes():
            with collection.paused():
                await self._take_over(load, watch, whole)
            collection.settle()

    async def _take_over(self, load: Load, watch: FileWatch, whole: Completeness) -> None:
        """Take over what has become of the files."""
        began = time.monotonic()
        await wait_until_written(whole.changed(watch.files()))
        if problems := whole.problems(watch.files()):
            self._delivery.keep(problems)
            return
        try:
            loaded, files = await _load_whole(load, watch)
        except Exception as error:  # noqa: BLE001 - a mistake of ours in reading must not end what is being served
            self._delivery.keep((Problem(message=f"reading the files failed: {error!r}"),))
            return
        if loaded is None:
            self._delivery.keep()
            return
        whole.accept(files)
        await self._delivery.update(loaded, began)
        if loaded.bootstrap(self._addresses) != self._bootstrap:
            self._console.say("a part of the new configuration takes effect only when crossgate is started anew")

    def _on_death(self, how: str) -> None:
        self._delivery.give_up_candidate(f"envoy died before it took it ({how})")

    async def _launch(self) -> EnvoyProcess:
        """Start Envoy; its ports must be free, or it would share them."""
        if problems := self._delivery.check_ports():
            raise StartError(problems)
        try:
            return await start_envoy(
                self._binary,
                self._bootstrap,
                folder=self._folder,
                log=self._console.err,
                concurrency=self._settings.concurrency,
            )
        except OSError as error:
            raise start_error(f"envoy can't be started: {error}") from error

    async def _drain(self, stop: asyncio.Event) -> None:
        """Let requests finish, within a bound; a second signal cuts it short."""
        self._console.say("stopping")
        stop.clear()
        draining = asyncio.create_task(drain(self._admin, self._settings.drain_within))
        hurrying = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((draining, hurrying), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel(draining)
            await cancel(hurrying)


async def _load_whole(load: Load, watch: FileWatch) -> tuple[Loaded | None, dict[Path, Stamp]]:
    """Load the files, and again if one was written meanwhile; return the files as they were then, too."""
    files = watch.files()
    for _ in range(_LOADS):
        before, loaded = files, await asyncio.to_thread(load)
        files = watch.files()
        if not (written := written_in_place(before, files)):
            break
        await wait_until_written(written)
        files = watch.files()
    return loaded, before


@contextlib.contextmanager
def _stop_signals() -> Iterator[asyncio.Event]:
    """Turn the signals that ask a program to end into an event; one that the caller ignores stays ignored."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    caught = [number for number in _STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    for number in caught:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in caught:
            loop.remove_signal_handler(number)


def _check_ports(loaded: Loaded, settings: ServeSettings) -> None:
    """Raise `StartError` unless every port that is asked for can be had."""
    problems = find_unavailable(loaded.listeners)
    match settings.admin:
        case TcpAddress(host=host, port=port) as admin if (reason := why_unavailable(host, port)) is not None:
            message = f"the admin interface can't have `{admin}`: {reason}"
            problems.append(Problem(message=message, help="name another address with `--admin HOST:PORT`"))
    if problems:
        raise StartError(problems)
