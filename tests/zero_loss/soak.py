"""`make soak`: load and changes for ten minutes, nothing lost, memory flat. Prints a report, exits with 1 on a failure.

usage: python -m tests.zero_loss.soak [--seconds 600]
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.zero_loss.clients import Address, Http1, Lost, Request, WebSocket
from tests.zero_loss.load import Book, constant_load
from tests.zero_loss.memory import Memory, Watch
from tests.zero_loss.scene import Scene, scene
from tests.zero_loss.site import KINDS, ORIGIN

JUDGED_FROM = 300.0
"""Seconds from which the trend of the memory says something: before, it is that of filling caches."""
_MOST_GROWTH = 0.1
"""By how much of its mean a process may grow within the time that is judged."""
_SLOW = 16.0
"""Seconds: longer than the fifteen after which Envoy gives up on a route that says nothing."""
_EVENTS = (b"data: first\n\n", b"data: last\n\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a soak."""

    seconds: float
    book: Book
    took: list[float]
    memory: dict[str, Memory]

    def failures(self) -> list[str]:
        """Return what is wrong."""
        found = [f"lost: {loss}" for loss in self.book.lost]
        found += [f"{count} {kind} connections were closed" for kind, count in self.book.closed.items() if count]
        if self.seconds >= JUDGED_FROM:
            hours = self.seconds * 2 / 3 / 3600
            found += [
                f"{name} grows: {memory.describe()}"
                for name, memory in self.memory.items()
                if memory.growth() * hours > memory.mean() * _MOST_GROWTH
            ]
        return found

    def text(self) -> str:
        """Return the report for people."""
        book, took = self.book, self.took
        rate = len(took) / self.seconds
        median, longest = (f"{seconds * 1000:.0f} ms" for seconds in (statistics.median(took), max(took)))
        lines = [
            f"soak of {self.seconds:.0f} s",
            f"  requests     {book.total} ({_counts(book.sent)}), {book.total / self.seconds:.0f} a second",
            f"  connections  {_counts(book.connections)}; closed by the gateway: {book.closed.total()}",
            f"  changes      {len(took)}, {rate:.1f} a second; live after {median}, at most {longest}",
            f"  lost         {len(book.lost)}",
            *(f"  {name:12} {memory.describe()}" for name, memory in self.memory.items()),
        ]
        return "\n".join([*lines, *(f"FAILED: {failure}" for failure in self.failures())])


async def soak(seconds: float) -> Report:
    """Load a gateway for so long, and change its configuration all the time."""
    async with scene() as there:
        envoy = there.gateway.envoy()
        assert envoy is not None
        watch = Watch({"crossgate": there.gateway.pid, "envoy": envoy})
        watching = asyncio.create_task(watch.run())
        began = time.monotonic()
        async with constant_load(there.targets()) as book, asyncio.TaskGroup() as tasks:
            over = asyncio.Event()
            for kind in KINDS:
                address, host = there.addresses[kind.listener], kind.host
                tasks.create_task(_silent(there, address, host, book, over))
                tasks.create_task(_slow(address, host, book, over))
            while time.monotonic() - began < seconds:
                await there.changes.make()
            over.set()
        lasted = time.monotonic() - began
        watching.cancel()
        return Report(seconds=lasted, book=book, took=there.changes.took, memory=watch.memory)


async def _silent(there: Scene, address: Address, host: str, book: Book, over: asyncio.Event) -> None:
    """Hold a WebSocket and an event stream that say nothing from the beginning to the end."""
    origin = (("origin", ORIGIN),)
    try:
        socket = await WebSocket.open(address, Request(host=host, path="/moving", headers=origin))
        events = await Http1.open(address)
        await events.send(Request(host=host, path="/moving/events", headers=origin))
        await events.head()
        first = await events.chunk()
        book.sent.update({"WebSocket": 1, "event stream": 1})
        book.connections.update({"WebSocket": 1, "event stream": 1})
        await over.wait()
        for upstream in there.upstreams.values():
            upstream.go_on.set()
        if await socket.exchange(b"still there") != b"still there" or (first, await events.chunk()) != _EVENTS:
            book.lose(f"{host}: another answer than was sent on a silent connection")
        await socket.close()
        await events.close()
    except (Lost, OSError, asyncio.IncompleteReadError) as loss:
        book.lose(f"{host}, a silent connection: {loss}")


async def _slow(address: Address, host: str, book: Book, over: asyncio.Event) -> None:
    """Ask for what takes the upstream long, again and again."""
    request = Request(host=host, path="/moving/slow", headers=(("origin", ORIGIN), ("x-wait", f"{_SLOW:g}")))
    client = await Http1.open(address)
    while not over.is_set():
        book.sent["slow"] += 1
        try:
            answer = await client.exchange(request)
        except Lost as loss:
            book.lose(f"{host}, a slow upstream: {loss}")
            break
        if answer.status != 200:
            book.lose(f"{host}, a slow upstream is answered with {answer.status}")
    await client.close()


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def main() -> int:
    """Soak and report; return the exit code."""
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--seconds", type=float, default=600.0)
    report = asyncio.run(soak(parser.parse_args().seconds))
    sys.stdout.write(report.text() + "\n")
    return 1 if report.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
