"""An HTTP/2 client that keeps a connection, and says exactly how an exchange ended."""

import asyncio
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events

from tests.zero_loss.clients import (
    Address,
    Answer,
    Headers,
    Lost,
    Request,
    bounded,
    close_connection,
    open_connection,
)


@dataclass(slots=True, kw_only=True)
class _Stream:
    """An answer as far as it has come."""

    done: asyncio.Future[None]
    window: asyncio.Event = field(default_factory=asyncio.Event)
    headers: Headers = ()
    trailers: Headers = ()
    body: bytearray = field(default_factory=bytearray)


class Http2:
    """A connection that speaks HTTP/2 with prior knowledge (RFC 9113, 3.3), with many requests at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._streams: dict[int, _Stream] = {}
        self._protocol = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="latin-1"))
        self._protocol.initiate_connection()
        self._flush()
        self._reading = asyncio.create_task(self._read())
        self.is_closing = False
        """Whether the server has announced with GOAWAY that it takes no further request."""
        self.is_closed = False

    @classmethod
    async def open(cls, address: Address) -> "Http2":
        return cls(*await open_connection(address))

    async def exchange(self, request: Request) -> Answer:
        """Send a request and return its answer; raises `Lost`."""
        if self.is_closed:
            raise Lost("HTTP/2: the connection was closed without notice")
        number = self._protocol.get_next_available_stream_id()
        stream = self._streams[number] = _Stream(done=asyncio.get_running_loop().create_future())
        pseudo = (":method", request.method), (":scheme", "http"), (":authority", request.host), (":path", request.path)
        async with bounded("HTTP/2"):
            self._protocol.send_headers(number, [*pseudo, *request.headers], end_stream=not request.body)
            self._flush()
            if request.body:
                await self._send_body(number, stream, request.body)
            await stream.done
        status = int(dict(stream.headers)[":status"])
        return Answer(status=status, headers=stream.headers, body=bytes(stream.body), trailers=stream.trailers)

    async def _send_body(self, number: int, stream: _Stream, body: bytes) -> None:
        rest = memoryview(body)
        while rest:
            room = min(
                self._protocol.local_flow_control_window(number), self._protocol.max_outbound_frame_size, len(rest)
            )
            if room == 0:
                stream.window.clear()
                await stream.window.wait()
                continue
            self._protocol.send_data(number, bytes(rest[:room]), end_stream=room == len(rest))
            rest = rest[room:]
            self._flush()
            await self._writer.drain()

    async def _read(self) -> None:
        try:
            while True:
                for event in self._protocol.receive_data(await self._frame()):
                    self._take(event)
                if self.is_closing:
                    # h2 takes GOAWAY for the end, but what is under way goes on after it (RFC 9113, 6.8).
                    self._protocol.state_machine.state = h2.connection.ConnectionState.CLIENT_OPEN
                self._flush()
        except asyncio.IncompleteReadError:
            self._fail("closed")
        except OSError as error:
            self._fail(str(error))

    async def _frame(self) -> bytes:
        """Read one frame (RFC 9113, 4.1)."""
        head = await self._reader.readexactly(9)
        return head + await self._reader.readexactly(int.from_bytes(head[:3]))

    def _take(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.ResponseReceived(stream_id=number, headers=headers):
                self._streams[number].headers = tuple((str(name), str(value)) for name, value in headers)
            case h2.events.TrailersReceived(stream_id=number, headers=headers):
                self._streams[number].trailers = tuple((str(name), str(value)) for name, value in headers)
            case h2.events.DataReceived(stream_id=number, data=data, flow_controlled_length=length):
                self._streams[number].body += data
                self._protocol.acknowledge_received_data(length, number)
            case h2.events.StreamEnded(stream_id=number):
                self._end(number, None)
            case h2.events.StreamReset(stream_id=number, error_code=code):
                self._end(number, Lost(f"HTTP/2: the stream was reset ({code})"))
            case h2.events.WindowUpdated() | h2.events.RemoteSettingsChanged():
                for stream in self._streams.values():
                    stream.window.set()
            case h2.events.ConnectionTerminated():
                self.is_closing = True
            case _:
                pass

    def _end(self, number: int, error: Lost | None) -> None:
        done = self._streams.pop(number).done
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def _fail(self, why: str) -> None:
        self.is_closed = True
        for number in tuple(self._streams):
            self._end(number, Lost(f"HTTP/2: the connection was lost ({why})"))

    def _flush(self) -> None:
        self._writer.write(self._protocol.data_to_send())

    async def close(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await close_connection(self._writer)
