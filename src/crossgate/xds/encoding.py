"""Resources in proto3 JSON form to protobuf's wire format, piecewise, so that a small change costs little.

Reading the JSON form is by far the dearest step of a change (1 s for 5,000 routes), so big resources are encoded in
parts (virtual hosts, the leaves of their trees, routes), and a part that is equal to the previous one's keeps its
bytes.
That the parts may simply be joined is a property of the wire format: fields stand in any order, a message is tag,
length, bytes wherever it stands in another, and an entry of a map is a message with a key and a value
(https://protobuf.dev/programming-guides/encoding/). Must not know snapshots or versions.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from crossgate.xds.protos import JsonObject, message_class, message_from_json

_LENGTH_DELIMITED: Final = 2
_ANY: Final = "google.protobuf.Any"
_TYPE: Final = "@type"
_MATCHER: Final = "xds.type.matcher.v3.Matcher"
_PARTED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "envoy.config.route.v3.RouteConfiguration": ("virtual_hosts",),
    "envoy.config.route.v3.VirtualHost": ("routes", "matcher"),
    "envoy.config.route.v3.RouteList": ("routes",),
    _MATCHER: ("matcher_tree", "on_no_match"),
    f"{_MATCHER}.MatcherTree": ("prefix_match_map",),
    f"{_MATCHER}.MatcherTree.MatchMap": ("map",),
    f"{_MATCHER}.OnMatch": ("action",),
    "xds.core.v3.TypedExtensionConfig": ("typed_config",),
}


class Encoded(Struct, frozen=True, kw_only=True):
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
    before: Mapping[str, Encoded] = {} if previous is None else previous.parts
    if message_name == _ANY and isinstance(type_url := source.get(_TYPE), str):
        return _encode_any(source, type_url, before)
    parted = [field for field in _PARTED_FIELDS.get(message_name, ()) if isinstance(source.get(field), (list, dict))]
    if not parted:
        return Encoded(source=source, body=_encode_whole(message_name, source), parts={})
    bodies = [_encode_whole(message_name, {key: value for key, value in source.items() if key not in parted})]
    parts: dict[str, Encoded] = {}
    for field in parted:
        bodies += _encode_field(message_name, field, source[field], before, parts)
    return Encoded(source=source, body=b"".join(bodies), parts=parts)


def _encode_whole(message_name: str, source: JsonObject) -> bytes:
    return message_from_json(message_name, source).SerializeToString(deterministic=True)


def _encode_any(source: JsonObject, type_url: str, before: Mapping[str, Encoded]) -> Encoded:
    """Encode a message of a named type, without the type of its own that some well-known messages have in JSON."""
    name = type_url.rpartition("/")[2]
    if name not in _PARTED_FIELDS:
        return Encoded(source=source, body=_encode_whole(_ANY, source), parts={})
    plain = {key: value for key, value in source.items() if key != _TYPE}
    value = encode(name, plain, before.get("value"))
    fields = message_class(_ANY).DESCRIPTOR.fields_by_name
    body = _delimited(fields["type_url"].number, type_url.encode()) + _delimited(fields["value"].number, value.body)
    return Encoded(source=source, body=body, parts={"value": value})


def _encode_field(
    message_name: str,
    field: str,
    value: Any,  # noqa: ANN401 - a JSON value can be anything
    before: Mapping[str, Encoded],
    parts: dict[str, Encoded],
) -> Iterator[bytes]:
    """Yield the pieces of a field on the wire, and note what they were made of in `parts`."""
    descriptor = message_class(message_name).DESCRIPTOR.fields_by_name[field]
    element = descriptor.message_type
    if element is None:
        raise TypeError(f"`{field}` of `{message_name}` is not a message field")
    if element.GetOptions().map_entry:
        for entry in _encode_map(element.fields_by_name, value, before, parts):
            yield _delimited(descriptor.number, entry)
        return
    for index, item in enumerate(value) if isinstance(value, list) else [(field, value)]:
        # Two parts of one name only cost a second encoding: equality decides, the name merely finds the candidate.
        key = str(item.get("name") or index) if isinstance(value, list) else field
        parts[key] = encode(element.full_name, item, before.get(key))
        yield _delimited(descriptor.number, parts[key].body)


def _encode_map(
    fields: Mapping[str, Any], value: Mapping[str, Any], before: Mapping[str, Encoded], parts: dict[str, Encoded]
) -> Iterator[bytes]:
    for key in sorted(value):
        parts[key] = encode(fields["value"].message_type.full_name, value[key], before.get(key))
        yield _delimited(fields["key"].number, key.encode()) + _delimited(fields["value"].number, parts[key].body)


def _delimited(number: int, body: bytes) -> bytes:
    """Return a field whose value is bytes, a text or a message."""
    return _varint(number << 3 | _LENGTH_DELIMITED) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    """Return a non-negative number in protobuf's base 128 form."""
    groups = bytearray()
    while True:
        number, group = divmod(number, 0x80)
        if not number:
            groups.append(group)
            return bytes(groups)
        groups.append(group | 0x80)
