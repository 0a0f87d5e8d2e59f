"""Constant load over HTTP/1.1, HTTP/2 and WebSocket, and the book on what became of it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

from tests.zero_loss.clients import Address, Answer, Http1, Lost, Request, WebSocket
from tests.zero_loss.http2 import Http2
from tests.zero_loss.site import ORIGIN

_STREAMS = 4
_PAUSE = 0.01
"""Seconds between two requests of a client: a load that leaves the processors some room shows every loss."""
_MOST_LOSSES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is asked again and again, and what may be answered, whatever changes."""

    address: Address
    host: str
    path: str
    statuses: frozenset[int] = frozenset({200})
    grant: str | None = ORIGIN
    """What an answer of 200 must allow, None where that changes."""

    @property
    def request(self) -> Request:
        return Request(host=self.host, path=self.path, headers=(("origin", ORIGIN),))


@dataclass(slots=True, kw_only=True)
class Book:
    """What was sent, and how it ended."""

    sent: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    connections: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    """Connections that the gateway closed, all exchanges on them answered and the end announced."""
    lost: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.sent.total()

    def check(self, target: Target, answer: Answer) -> None:
        """Count an answer; one that the target may not give is a loss."""
        self.statuses[answer.status] += 1
        if answer.status not in target.statuses:
            self.lose(f"{target.host}{target.path} is answered with {answer.status}")
        elif answer.status == 200 and target.grant not in {None, answer.value("access-control-allow-origin")}:
            self.lose(f"{target.host}{target.path} is answered without the grant: {answer.headers}")

    def lose(self, why: str) -> None:
        """Note a loss."""
        if len(self.lost) < _MOST_LOSSES:
            self.lost.append(why)
        elif len(self.lost) == _MOST_LOSSES:
            self.lost.append("… and more")


@contextlib.asynccontextmanager
async def constant_load(targets: Iterable[Target]) -> AsyncIterator[Book]:
    """Ask the targets all the time until the block ends, all clients of each kind on one connection."""
    book = Book()
    over = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for target in targets:
            tasks.create_task(_http1(target, book, over))
            tasks.create_task(_http2(target, book, over))
            if 404 not in target.statuses:
                tasks.create_task(_websocket(target, book, over))
        try:
            yield book
        finally:
            over.set()


async def _http1(target: Target, book: Book, over: asyncio.Event) -> None:
    while not over.is_set():
        try:
            client = await Http1.open(target.address)
        except Lost as loss:
            book.lose(str(loss))
            return
        book.connections["HTTP/1.1"] += 1
        try:
            while not (over.is_set() or client.is_closing):
                book.sent["HTTP/1.1"] += 1
                book.check(target, await client.exchange(target.request))
                await asyncio.sleep(_PAUSE)
            book.closed["HTTP/1.1"] += client.is_closing
        except Lost as loss:
            book.lose(f"{target.host}{target.path}: {loss}")
        finally:
            await client.close()


async def _http2(target: Target, book: Book, over: asyncio.Event) -> None:
    while not over.is_set():
        try:
            client = await Http2.open(target.address)
        except Lost as loss:
            book.lose(str(loss))
            return
        book.connections["HTTP/2"] += 1
        await asyncio.gather(*(_stream(client, target, book, over) for _ in range(_STREAMS)))
        book.closed["HTTP/2"] += client.is_closing
        await client.close()


async def _stream(client: Http2, target: Target, book: Book, over: asyncio.Event) -> None:
    while not (over.is_set() or client.is_closing):
        book.sent["HTTP/2"] += 1
        try:
            book.check(target, await client.exchange(target.request))
        except Lost as loss:
            book.lose(f"{target.host}{target.path}: {loss}")
            return
        await asyncio.sleep(_PAUSE * _STREAMS)


async def _websocket(target: Target, book: Book, over: asyncio.Event) -> None:
    """Hold one WebSocket from the beginning to the end."""
    try:
        client = await WebSocket.open(target.address, target.request)
    except Lost as loss:
        book.lose(f"{target.host}{target.path}: {loss}")
        return
    book.connections["WebSocket"] += 1
    try:
        while not over.is_set():
            book.sent["WebSocket"] += 1
            message = str(book.sent["WebSocket"]).encode()
            if await client.exchange(message) != message:
                book.lose(f"{target.host}{target.path}: another echo than was sent")
            await asyncio.sleep(_PAUSE)
    except Lost as loss:
        book.lose(f"{target.host}{target.path}: {loss}")
    finally:
        await client.close()
