"""Values of the incremental xDS protocol to and from protobuf messages.

The generated classes carry no types, so everything that touches their fields is here. Must not know streams or state.
"""

from typing import TYPE_CHECKING, Any, Final

from crossgate.xds.delta import Request, Response
from crossgate.xds.protos import message_class

if TYPE_CHECKING:
    from google.protobuf.message import Message

SERVICE: Final = "envoy.service.discovery.v3.AggregatedDiscoveryService"
DELTA_METHOD: Final = "DeltaAggregatedResources"
_PACKAGE: Final = "envoy.service.discovery.v3"


def read_request(data: bytes) -> Request:
    """Return the request in a serialised DeltaDiscoveryRequest; raises `DecodeError`."""
    # The fields exist at run time only: https://github.com/envoyproxy/envoy, service/discovery/v3/discovery.proto
    message: Any = message_class(f"{_PACKAGE}.DeltaDiscoveryRequest").FromString(data)
    return Request(
        type_url=message.type_url,
        node=message.node.id,
        subscribe=tuple(message.resource_names_subscribe),
        unsubscribe=tuple(message.resource_names_unsubscribe),
        initial_versions=dict(message.initial_resource_versions),
        nonce=message.response_nonce,
        refusal=message.error_detail.message if message.HasField("error_detail") else None,
    )


def write_response(response: Response) -> bytes:
    """Return the serialised DeltaDiscoveryResponse of a response."""
    message: Any = message_class(f"{_PACKAGE}.DeltaDiscoveryResponse")()
    message.type_url = response.type_url
    message.nonce = response.nonce
    message.system_version_info = response.snapshot_version
    message.removed_resources.extend(response.removed)
    for resource in response.resources:
        entry = message.resources.add(name=resource.name, version=resource.version)
        entry.resource.type_url = resource.type_url
        entry.resource.value = resource.body
    finished: Message = message
    return finished.SerializeToString()
