"""Resources in proto3 JSON form to protobuf's wire format, piecewise, so that a small change costs little.

Reading the JSON form is by far the dearest step of a change (0.7 s for 5,000 routes), so big resources are encoded in
parts (virtual hosts, and their routes), and a part that is equal to the previous one's keeps its bytes. That the parts
may simply be joined is a property of the wire format: fields stand in any order, an element of a repeated message field
is tag, length, bytes (https://protobuf.dev/programming-guides/encoding/). Must not know snapshots or versions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crossgate.xds.protos import JsonObject, message_class, message_from_json

_LENGTH_DELIMITED: Final = 2
_PARTED_FIELDS: Final = {
    "envoy.config.route.v3.RouteConfiguration": "virtual_hosts",
    "envoy.config.route.v3.VirtualHost": "routes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A message's JSON form, its bytes, and the same of the parts that were encoded one by one."""

    source: JsonObject
    body: bytes
    parts: Mapping[str, "Encoded"]


def encode(message_name: str, source: JsonObject, previous: Encoded | None = None) -> Encoded:
    """Return the bytes of a message, reusing those of the previous one where the JSON form is equal.

    Raises `UnknownMessageError`, `json_format.ParseError`, and `TypeError` or `ValueError` for a value of a wrong kind.
    """
    if previous is not None and previous.source == source:
        return previous
    field = _PARTED_FIELDS.get(message_name)
    items = source.get(field) if field is not None else None
    if field is None or not isinstance(items, (list, tuple)):
        return Encoded(source=source, body=_encode_whole(message_name, source), parts={})
    head = _encode_whole(message_name, {key: value for key, value in source.items() if key != field})
    parts, bodies = _encode_parts(message_name, field, items, {} if previous is None else previous.parts)
    return Encoded(source=source, body=head + b"".join(bodies), parts=parts)


def _encode_whole(message_name: str, source: JsonObject) -> bytes:
    return message_from_json(message_name, source).SerializeToString(deterministic=True)


def _encode_parts(
    message_name: str, field: str, items: list[Any] | tuple[Any, ...], previous: Mapping[str, Encoded]
) -> tuple[dict[str, Encoded], list[bytes]]:
    """Encode the elements of a repeated message field: by name, and as the field's pieces on the wire."""
    descriptor = message_class(message_name).DESCRIPTOR.fields_by_name[field]
    element = descriptor.message_type
    if element is None:
        raise TypeError(f"`{field}` of `{message_name}` is not a message field")
    tag = _varint(descriptor.number << 3 | _LENGTH_DELIMITED)
    parts: dict[str, Encoded] = {}
    bodies: list[bytes] = []
    for index, item in enumerate(items):
        # Two parts of one name only cost a second encoding: equality decides, the name merely finds the candidate.
        key = str(item.get("name") or index)
        part = encode(element.full_name, item, previous.get(key))
        parts[key] = part
        bodies += (tag, _varint(len(part.body)), part.body)
    return parts, bodies


def _varint(number: int) -> bytes:
    """Return a non-negative number in protobuf's base 128 form."""
    groups = bytearray()
    while True:
        number, group = divmod(number, 0x80)
        if not number:
            groups.append(group)
            return bytes(groups)
        groups.append(group | 0x80)
