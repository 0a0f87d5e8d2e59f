"""The aggregated discovery service: one snapshot, delivered to every client that connects.

The shell of I/O round `subscription`: gRPC streams in, responses and events out. Must not know what a snapshot says.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import grpc
from google.protobuf.message import DecodeError
from grpc import aio

from crossgate.xds.address import Address, UnixAddress
from crossgate.xds.delta import Accepted, Output, Refused, Response
from crossgate.xds.snapshot import Snapshot
from crossgate.xds.subscription import Subscription
from crossgate.xds.wire import DELTA_METHOD, SERVICE, read_request, write_response

Outcome = Accepted | Refused
Observer = Callable[[str, Outcome], None]
"""Called with a node's id for each of its events, also those after a publication's outcome (a node that restarted)."""


class Publication:
    """One publishing of a snapshot, and what became of it at each node."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Begin with no node's answer."""
        self.snapshot = snapshot
        self._outcomes: dict[str, asyncio.Future[Outcome]] = {}

    async def outcome(self, node: str) -> Outcome:
        """Wait until a node holds the whole snapshot, or refused a part of it; its first answer counts.

        Never returns when another snapshot is published before the node has answered.
        """
        return await asyncio.shield(self._future(node))

    def settle(self, node: str, outcome: Outcome) -> None:
        """Note a node's answer."""
        future = self._future(node)
        if not future.done():
            future.set_result(outcome)

    def _future(self, node: str) -> asyncio.Future[Outcome]:
        if node not in self._outcomes:
            self._outcomes[node] = asyncio.get_running_loop().create_future()
        return self._outcomes[node]


class _Stream:
    """A connected client: its subscription, and the order in which its messages are written."""

    def __init__(self, context: "aio.ServicerContext[bytes, bytes]", report: Observer) -> None:
        self._subscription = Subscription()
        self.has_news = asyncio.Event()
        self._node = ""
        self._context = context
        self._report = report
        self._writing = asyncio.Lock()

    async def read(self, requests: AsyncIterator[bytes]) -> None:
        """Answer the client's requests until it hangs up."""
        async for data in requests:
            request = read_request(data)
            self._node = request.node or self._node
            await self._write(partial(self._subscription.on_request, request))

    async def push(self, current: Callable[[], Snapshot | None]) -> None:
        """Send each snapshot that is published."""
        while True:
            await self.has_news.wait()
            self.has_news.clear()
            if (snapshot := current()) is not None:
                await self._write(partial(self._subscription.on_snapshot, snapshot))

    async def _write(self, take: Callable[[], list[Output]]) -> None:
        # The lock makes the order on the wire the order of the subscription's answers.
        async with self._writing:
            for output in take():
                match output:
                    case Response():
                        await self._context.write(write_response(output))
                    case Accepted() | Refused():
                        self._report(self._node, output)


class Server:
    """Serves the newest published snapshot; several clients may connect, each at its own pace."""

    def __init__(self, observe: Observer = lambda _node, _outcome: None) -> None:
        """Make a server that isn't started and has nothing to serve."""
        self._observe = observe
        self._streams: set[_Stream] = set()
        self._publication: Publication | None = None
        self._server: aio.Server | None = None

    async def start(self, address: Address) -> int:
        """Listen; return the port, which matters for TCP port 0.

        Raises `OSError` when the address can't be had.
        """
        # Two servers on one port would each get some of the clients.
        server = aio.server(options=(("grpc.so_reuseport", 0),))
        handler = grpc.stream_stream_rpc_method_handler(self._delta)
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {DELTA_METHOD: handler}),))
        try:
            port = server.add_insecure_port(str(address))
        except RuntimeError as error:
            raise OSError(str(error)) from error
        await server.start()
        if isinstance(address, UnixAddress):
            address.path.chmod(0o600)
        self._server = server
        return port

    async def stop(self) -> None:
        """Hang up on all clients and stop listening."""
        if self._server is not None:
            await self._server.stop(grace=None)

    def publish(self, snapshot: Snapshot) -> Publication:
        """Offer a snapshot to all clients, those of today and those to come."""
        self._publication = Publication(snapshot)
        for stream in self._streams:
            stream.has_news.set()
        return self._publication

    def _current(self) -> Snapshot | None:
        return None if self._publication is None else self._publication.snapshot

    def _report(self, node: str, outcome: Outcome) -> None:
        publication = self._publication
        if publication is not None and outcome.snapshot_version == publication.snapshot.version:
            publication.settle(node, outcome)
        self._observe(node, outcome)

    async def _delta(self, requests: AsyncIterator[bytes], context: "aio.ServicerContext[bytes, bytes]") -> None:
        stream = _Stream(context, self._report)
        stream.has_news.set()
        self._streams.add(stream)
        is_readable = True
        try:
            async with asyncio.TaskGroup() as tasks:
                pushing = tasks.create_task(stream.push(self._current))
                await stream.read(requests)
                pushing.cancel()
        except* DecodeError:
            is_readable = False
        finally:
            self._streams.discard(stream)
        if not is_readable:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "this is no DeltaDiscoveryRequest")
