"""Envoy's protobuf messages, found by name and imported when first needed.

The only module that knows how `xds-protos` lays out its modules: the messages of the protobuf package `a.b.v3` are in
`a/b/v3/*_pb2.py`. Importing on demand means that only what a configuration uses is loaded (all of Envoy's protos would
take a second). Must not know any particular message.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import Message

JsonObject = Mapping[str, Any]


class UnknownMessageError(LookupError):
    """No installed protobuf module has a message of this name."""


def message_class(name: str) -> type[Message]:
    """Return the class of a message, such as `envoy.config.cluster.v3.Cluster`."""
    pool = descriptor_pool.Default()
    try:
        descriptor = pool.FindMessageTypeByName(name)
    except KeyError:
        _import_package(name.rpartition(".")[0])
        try:
            descriptor = pool.FindMessageTypeByName(name)
        except KeyError:
            raise UnknownMessageError(f"no protobuf message `{name}` is known") from None
    return message_factory.GetMessageClass(descriptor)


def message_from_json(name: str, source: JsonObject) -> Message:
    """Return the message of this name that a proto3 JSON object describes; the types of its `Any`s are imported.

    Raises `UnknownMessageError` and `json_format.ParseError`.
    """
    plain = dict(source)
    for type_url in _any_types(plain):
        message_class(type_url.rpartition("/")[2])
    return json_format.ParseDict(plain, message_class(name)())


def _import_package(package: str) -> None:
    """Import the generated modules of a protobuf package, so that its messages are in the pool."""
    # Prefixes, so that a wrong `@type` never imports anything but generated modules.
    if not package.startswith(("envoy.", "xds.", "udpa.", "google.protobuf")):
        return
    try:
        folder = importlib.import_module(package)
    except ModuleNotFoundError:
        return
    for module in pkgutil.iter_modules(folder.__path__):
        if module.name.endswith("_pb2"):
            importlib.import_module(f"{package}.{module.name}")


def _any_types(value: object) -> Iterator[str]:
    """Yield each `@type` that stands anywhere in a JSON value."""
    # Concrete types, not abstract ones: this looks at every value of a configuration, and they are checked far faster.
    match value:
        case dict():
            if isinstance(type_url := value.get("@type"), str):
                yield type_url
            for item in value.values():
                if isinstance(item, (dict, list)):
                    yield from _any_types(item)
        case list():
            for item in value:
                if isinstance(item, (dict, list)):
                    yield from _any_types(item)
        case _:
            pass
