"""A client of the control plane that answers as a test tells it to."""

from typing import Any

from grpc import aio

from crossgate.xds.protos import message_class
from crossgate.xds.type_urls import CLUSTER
from crossgate.xds.wire import DELTA_METHOD, SERVICE

MESSAGES = "envoy.service.discovery.v3.DeltaDiscovery"


class Client:
    """A client that wants all clusters."""

    def __init__(self, channel: aio.Channel, node: str) -> None:
        # The stubs don't know that a stream can be written to bit by bit.
        call: Any = channel.stream_stream(
            f"/{SERVICE}/{DELTA_METHOD}",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=message_class(f"{MESSAGES}Response").FromString,
        )
        self._stream = call()
        self._node = node

    async def subscribe(self) -> None:
        await self._send(node={"id": self._node})

    async def receive(self) -> Any:
        return await self._stream.read()

    async def accept(self) -> list[str]:
        """Take the next response; return the names in it."""
        response = await self.receive()
        await self._send(response_nonce=response.nonce)
        return [entry.name for entry in response.resources]

    async def refuse(self, reason: str) -> None:
        response = await self.receive()
        await self._send(response_nonce=response.nonce, error_detail={"message": reason})

    async def _send(self, **fields: Any) -> None:
        await self._stream.write(message_class(f"{MESSAGES}Request")(type_url=CLUSTER, **fields))
