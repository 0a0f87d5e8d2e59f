"""The entities of a declarative file, nested or flat, with their references resolved.

A child may stand under its parent or at the top with a reference to it by name or id. Ids that are not written are
derived from names, as the gateway derives them, so that both call a thing the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text, fields
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode
from crossgate.source import Span

FORMATS: Final = ("1.1", "2.1", "3.0")
_NOTES: Final = ("_comment", "_ignore")
"""Keys that any entity may have for the file's authors."""
_NAMESPACE: Final = UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A service, route or plugin: its fields, its id and name, and the parents that it belongs to, by id."""

    fields: Fields
    id: str
    name: str | None
    span: Span
    service: str | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """All entities of a file; `format` is the version of the format that it is written in."""

    format: str
    services: Mapping[str, Entity]
    routes: tuple[Entity, ...]
    plugins: tuple[Entity, ...]


def entity_id(kind: str, key: str) -> str:
    """Return the id that the gateway derives for an entity without one (UUID version 5)."""
    return str(uuid5(uuid5(_NAMESPACE, kind), key))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nested:
    """A route or plugin as it stands in the file, and the ids of the parents that it stands under."""

    item: Node
    service: str | None = None
    route: str | None = None


class EntityReader:
    """Collects the entities of one file: services, routes, then plugins, each of which may refer to those before."""

    def __init__(self, report: Diagnostics) -> None:
        self._report = report
        self._services: dict[str, Entity] = {}
        self._routes: dict[str, Entity] = {}
        self._plugins: list[Entity] = []
        self._nested_routes: list[_Nested] = []
        self._nested_plugins: list[_Nested] = []
        self._names: dict[tuple[str, str], Span] = {}

    def read(self, node: MappingNode) -> Entities | None:
        """Read a file, or return None where its format is not known."""
        top = fields(node, self._report, "the declarative file")
        version = None if top is None else top.string("_format_version", required=True, one_of=FORMATS)
        if top is None or version is None:
            return None
        top.ignore("_transform", "_comment", "_ignore", "_info", "_konnect", "_workspace")
        services, routes, plugins = (top.items(key) for key in ("services", "routes", "plugins"))
        self._unsupported(top)
        top.finish()
        for item in services:
            self._service(item)
        for route in (*self._nested_routes, *(_Nested(item=item) for item in routes)):
            self._route(route)
        for plugin in (*self._nested_plugins, *(_Nested(item=item) for item in plugins)):
            self._plugin(plugin)
        return Entities(
            format=version.value,
            services=self._services,
            routes=tuple(self._routes.values()),
            plugins=tuple(self._plugins),
        )

    def _unsupported(self, top: Fields) -> None:
        for key in ("upstreams", "targets", "certificates", "snis", "ca_certificates"):
            if top.has(key):
                self._report.error("not-supported", f"`{key}` are not followed yet", top.key_span(key))
        for key in ("consumers", "consumer_groups", "vaults", "keys", "key_sets"):
            if top.has(key):
                # Plugins ask for them, and are reported: without a plugin they do nothing.
                report_unenforced(self._report, key, f"`{key}` are not used", top.key_span(key), is_harmless=True)

    def _service(self, item: Node) -> None:
        opened = fields(item, self._report, "a service")
        if opened is None:
            return
        routes, plugins = opened.items("routes"), opened.items("plugins")
        entity = self._entity(opened, "services", position=len(self._services))
        if entity is None:
            return
        self._services[entity.id] = entity
        self._nested_routes += [_Nested(item=child, service=entity.id) for child in routes]
        self._nested_plugins += [_Nested(item=child, service=entity.id) for child in plugins]

    def _route(self, nested: _Nested) -> None:
        opened = fields(nested.item, self._report, "a route")
        if opened is None:
            return
        plugins = opened.items("plugins")
        service = self._reference(opened, "service", self._services) or nested.service
        entity = self._entity(opened, "routes", position=len(self._routes), service=service)
        if entity is None:
            return
        self._routes[entity.id] = entity
        self._nested_plugins += [_Nested(item=child, route=entity.id) for child in plugins]

    def _plugin(self, nested: _Nested) -> None:
        opened = fields(nested.item, self._report, "a plugin")
        if opened is None:
            return
        opened.ignore(*_NOTES)
        service = self._reference(opened, "service", self._services) or nested.service
        route = self._reference(opened, "route", self._routes) or nested.route
        name = opened.string("name", required=True)
        explicit, label = opened.string("id"), opened.string("instance_name")
        if name is None or (label is not None and not self._is_new("plugins", label, "instance_name")):
            return
        written = (_spelled(opened, "route", nested.route), _spelled(opened, "service", nested.service))
        key = f"plugins:*:{name.value}:{written[0]}:{written[1]}:"
        found = explicit.value if explicit is not None else entity_id("plugins", key)
        called = label.value if label is not None else found
        self._plugins.append(Entity(fields=opened, id=found, name=called, span=name.span, service=service, route=route))

    def _entity(self, opened: Fields, kind: str, *, position: int, service: str | None = None) -> Entity | None:
        opened.ignore(*_NOTES)
        name, explicit = opened.string("name"), opened.string("id")
        key = name.value if name is not None else f"{kind}:{position}"
        found = explicit.value if explicit is not None else entity_id(kind, key)
        span = opened.span if name is None else name.span
        if name is not None and not self._is_new(kind, name):
            return None
        return Entity(fields=opened, id=found, name=None if name is None else name.value, span=span, service=service)

    def _is_new(self, kind: str, name: Text, key: str = "name") -> bool:
        first = self._names.setdefault((kind, name.value), name.span)
        if first is name.span:
            return True
        message = f"uniqueness violation: '{kind}' entity with {key} set to '{name.value}' already declared"
        self._report.error("name-repeated", message, name.span, related=(("first declared here", first),))
        return False

    def _reference(self, opened: Fields, key: str, known: Mapping[str, Entity]) -> str | None:
        """Return the id of the entity that a field refers to, by name or id, or in the long form `{id: …}`."""
        node = opened.node(key)
        if isinstance(node, MappingNode):
            inner = fields(node, self._report, f"`{key}`")
            text = None if inner is None else inner.string("id") or inner.string("name")
        else:
            text = None if node is None else opened.string(key)
        if text is None:
            return None
        found = next((entity.id for entity in known.values() if text.value in (entity.id, entity.name)), None)
        if found is None:
            message = f"invalid reference '{key}: {text.value}' (no such entry in '{key}s')"
            self._report.error("reference-missing", message, text.span, _declared(known))
        return found


def _spelled(plugin: Fields, key: str, parent: str | None) -> str:
    """Return how a plugin's scope is written, from which its id derives: the reference, or the id of the parent."""
    node = plugin.node(key)
    return node.text if isinstance(node, ScalarNode) else parent or ""


def _declared(known: Mapping[str, Entity]) -> str:
    names = ", ".join(f"`{entity.name}`" for entity in known.values() if entity.name is not None)
    return f"declared are {names}" if names else "none is declared"
