"""A snapshot: every resource of a configuration, in the form in which it travels, each with a version.

A version is a hash of the content, so it means the same on every server and after every restart. Must not know who asks
for the resources.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.json_format import ParseError

from crossgate.xds.encoding import Encoded, encode
from crossgate.xds.protos import JsonObject, UnknownMessageError
from crossgate.xds.type_urls import CLUSTER, ENDPOINT, LISTENER, ROUTE, WILDCARD_TYPES, in_update_order, message_name

Resources = Mapping[str, Mapping[str, JsonObject]]
"""Type URL → name of the resource → the resource in proto3 JSON form (snake case, `@type` in `Any`)."""


class SnapshotError(Exception):
    """Resources that no client could use: a mistake of the program that compiled them, never of the user's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource as it travels: `body` is the value of an `Any` of this type URL.

    `claim` is what no two resources of a client may hold at a time: the address of a listener, None for all others.
    """

    type_url: str
    name: str
    version: str
    body: bytes = field(repr=False)
    claim: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All resources of a configuration, by type URL and name.

    `required` names those that a client must hold before it serves this configuration: all clusters and listeners, and
    the routes and endpoints that they refer to.
    """

    version: str
    resources: Mapping[str, Mapping[str, Resource]] = field(repr=False)
    required: Mapping[str, frozenset[str]] = field(repr=False)
    encoded: Mapping[str, Mapping[str, Encoded]] = field(repr=False)

    def of_type(self, type_url: str) -> Mapping[str, Resource]:
        """Return the resources of one type, by name."""
        return self.resources.get(type_url, {})


def build_snapshot(resources: Resources, previous: Snapshot | None = None) -> Snapshot:
    """Return the snapshot of these resources; what is unchanged since the previous one is not encoded again.

    Raises `SnapshotError` when a resource is not what its type says, or when a listener or a cluster refers to a
    resource that isn't there.
    """
    encoded: dict[str, dict[str, Encoded]] = {}
    built: dict[str, dict[str, Resource]] = {}
    for type_url in in_update_order(resources):
        before = {} if previous is None else previous.encoded.get(type_url, {})
        encoded[type_url] = {
            name: _encode(type_url, name, source, before.get(name)) for name, source in resources[type_url].items()
        }
        built[type_url] = {name: _resource(type_url, name, item) for name, item in encoded[type_url].items()}
    required = {type_url: frozenset(built.get(type_url, ())) for type_url in WILDCARD_TYPES}
    required |= {ROUTE: frozenset(_route_names(resources)), ENDPOINT: frozenset(_endpoint_names(resources))}
    for type_url, names in required.items():
        if missing := sorted(names.difference(built.get(type_url, ()))):
            raise SnapshotError(
                f"no resource `{missing[0]}` of type `{message_name(type_url)}`, but another one refers to it"
            )
    return Snapshot(version=_version_of_all(built), resources=built, required=required, encoded=encoded)


def count_changes(before: Snapshot, after: Snapshot) -> int:
    """Return how many resources were added, removed or changed."""
    old, new = (
        {(item.type_url, item.name, item.version) for items in snapshot.resources.values() for item in items.values()}
        for snapshot in (before, after)
    )
    return len({(type_url, name) for type_url, name, _ in old ^ new})


def _encode(type_url: str, name: str, source: JsonObject, previous: Encoded | None) -> Encoded:
    try:
        return encode(message_name(type_url), source, previous)
    except (ParseError, UnknownMessageError, TypeError, ValueError, AttributeError) as error:
        # The lines after the first list all fields that there are.
        reason = str(error).partition("\n")[0]
        raise SnapshotError(f"resource `{name}` is not a `{message_name(type_url)}`: {reason}") from error


def _resource(type_url: str, name: str, encoded: Encoded) -> Resource:
    version = hashlib.blake2b(encoded.body, digest_size=8).hexdigest()
    claim = _address_claim(encoded.source) if type_url == LISTENER else None
    return Resource(type_url=type_url, name=name, version=version, body=encoded.body, claim=claim)


def _version_of_all(resources: Mapping[str, Mapping[str, Resource]]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for type_url in sorted(resources):
        for name, resource in sorted(resources[type_url].items()):
            digest.update(f"{type_url}\0{name}\0{resource.version}\0".encode())
    return digest.hexdigest()


def _address_claim(listener: JsonObject) -> str | None:
    match listener:
        case {"address": {"socket_address": {"address": address, "port_value": port}}} if port != 0:
            return f"{address} {port}"
        case _:
            return None


def _route_names(resources: Resources) -> Iterator[str]:
    """Yield the route configurations that listeners take from xDS (`rds.route_config_name`, at any depth)."""
    for found in _objects_under("rds", resources.get(LISTENER, {})):
        match found:
            case {"route_config_name": str(name)}:
                yield name
            case _:
                pass


def _endpoint_names(resources: Resources) -> Iterator[str]:
    """Yield the endpoints that clusters take from xDS (`eds_cluster_config`)."""
    for name, cluster in resources.get(CLUSTER, {}).items():
        match cluster.get("eds_cluster_config"):
            case {"service_name": str(service)} if service:
                yield service
            case Mapping():
                yield name
            case _:
                pass


def _objects_under(key: str, value: Any) -> Iterator[JsonObject]:  # noqa: ANN401 - a JSON value can be anything
    match value:
        case Mapping():
            if isinstance(found := value.get(key), Mapping):
                yield found
            for item in value.values():
                yield from _objects_under(key, item)
        case list() | tuple():
            for item in value:
                yield from _objects_under(key, item)
        case _:
            pass
