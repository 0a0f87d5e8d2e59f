"""The messages of the incremental xDS protocol as values, and what a stream of them tells its owner.

Must not know protobuf or gRPC: `wire` translates.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from crossgate.xds.snapshot import Resource


class Request(Struct, frozen=True, kw_only=True):
    """A DeltaDiscoveryRequest: new interests, lost interests, and the answer to a response, or any of these.

    `node` is empty on all but the first request of a stream. `nonce` is empty where nothing is answered. `refusal` is
    the client's reason for a NACK, None in an ACK.
    """

    type_url: str
    node: str = ""
    subscribe: tuple[str, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    initial_versions: Mapping[str, str] = field(default_factory=dict)
    nonce: str = ""
    refusal: str | None = None


class Response(Struct, frozen=True, kw_only=True):
    """A DeltaDiscoveryResponse: resources that are new or changed, and the names of those that are gone."""

    type_url: str
    nonce: str
    snapshot_version: str
    resources: tuple[Resource, ...]
    removed: tuple[str, ...]


class Accepted(Struct, frozen=True, kw_only=True):
    """The client holds everything that it needs of the snapshot of this version."""

    snapshot_version: str


class Refused(Struct, frozen=True, kw_only=True):
    """The client sent a NACK: of a snapshot, for a type, in the client's own words; `names` is what it was sent."""

    snapshot_version: str
    type_url: str
    names: tuple[str, ...]
    detail: str


Output = Response | Accepted | Refused
"""What a stream yields: a message to send, or an event for the publisher."""
