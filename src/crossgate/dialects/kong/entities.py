"""The entities of a declarative file, nested or flat, each valid by its schema, with their references resolved.

A child may stand under its parent or at the top with a reference to it by name or id. Ids that are not written are
derived from names, as the gateway derives them, so that both call a thing the same.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct, field

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.deck import defaults_of, with_defaults, with_shared_config
from crossgate.dialects.kong.schema.check import is_valid, settled
from crossgate.dialects.kong.schema.cors import CORS_PLUGIN
from crossgate.dialects.kong.schema.entities import (
    CERTIFICATE,
    PLUGIN,
    ROUTE,
    SERVICE,
    SNI,
    TARGET,
    UPSTREAM,
    file_fields,
)
from crossgate.dialects.kong.schema.kinds import Record
from crossgate.dialects.nodes import MappingNode, Node, ScalarNode, SequenceNode
from crossgate.source import Span

FORMATS: Final = ("1.1", "2.1", "3.0")
CORS_NAME: Final = "cors"

_READ: Final = ("services", "routes", "plugins", "upstreams", "targets", "certificates", "snis")
_HOLDERS: Final = ("consumers", "consumer_groups")
"""What plugins may be for besides services and routes."""
_IDLE: Final = (
    *("ca_certificates", "vaults", "keys", "key_sets", "parameters", "licenses"),
    *("acls", "basicauth_credentials", "hmacauth_credentials", "jwt_secrets", "keyauth_credentials"),
    *("oauth2_credentials", "oauth2_tokens", "oauth2_authorization_codes", "mtls_auth_credentials", "acme_storage"),
)
"""What plugins ask for, and does nothing without them."""
_ACTIVE: Final = ("filter_chains",)
"""What works on requests by itself."""
_NAMESPACE: Final = UUID("fd02801f-0957-4a15-a55a-c8d9606f30b5")
_SCHEMAS: Final[Mapping[str, Record]] = {
    "services": SERVICE,
    "routes": ROUTE,
    "plugins": PLUGIN,
    "upstreams": UPSTREAM,
    "targets": TARGET,
    "certificates": CERTIFICATE,
    "snis": SNI,
}
_PARENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "routes": ("service",),
    "plugins": ("service", "route"),
    "targets": ("upstream",),
    "snis": ("certificate",),
}
"""The references of a kind of entity that are followed."""
_CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {
    "services": ("routes", "plugins"),
    "routes": ("plugins",),
    "upstreams": ("targets",),
    "certificates": ("snis",),
}
_ADOPTED: Final = frozenset({"targets", "snis"})
"""The kinds of entities that belong to a parent, always."""
_LABEL: Final = {"plugins": "instance_name", "targets": "target"}
"""The field that an entity is called by, where that is not `name`."""


class Entity(Struct, frozen=True, kw_only=True):
    """A valid entity: its fields, its id and name, and the parents that it belongs to, by id.

    `consumer` is the key under which a plugin stands that is for some consumers only.
    """

    fields: Fields
    id: str
    name: str | None
    span: Span
    service: str | None = None
    route: str | None = None
    upstream: str | None = None
    certificate: str | None = None
    consumer: str | None = None


class Entities(Struct, frozen=True, kw_only=True):
    """All entities of a file; `format` is the version of the format that it is written in."""

    format: str
    services: Mapping[str, Entity]
    routes: tuple[Entity, ...]
    plugins: tuple[Entity, ...]
    upstreams: Mapping[str, Entity]
    targets: tuple[Entity, ...]
    certificates: Mapping[str, Entity]
    snis: tuple[Entity, ...]


def entity_id(kind: str, key: str) -> str:
    """Return the id that the gateway derives for an entity without one (UUID version 5)."""
    return str(uuid5(uuid5(_NAMESPACE, kind), key))


class _Nested(Struct, frozen=True, kw_only=True):
    """An entity as it stands in the file, and the ids of the parents that it stands under."""

    item: Node
    parents: Mapping[str, str] = field(default_factory=dict)


class _Kind(Struct):
    """What is known of one kind of entity: those that wait to be read, those read, and what they are found by."""

    nested: list[_Nested] = field(default_factory=list)
    flat: list[_Nested] = field(default_factory=list)
    read: dict[str, Entity] = field(default_factory=dict)
    ids: dict[str, Span] = field(default_factory=dict)
    names: dict[str, tuple[str, Span]] = field(default_factory=dict)


class EntityReader:
    """Collects the entities of one file, parents before children, each of which may refer to those before."""

    def __init__(self, file: MappingNode, report: Diagnostics) -> None:
        self._report = report
        self._file = file
        self._kinds = {kind: _Kind() for kind in _READ}

    def read(self) -> Entities | None:
        """Read the file, or return None where its format is not known."""
        node = self._file
        is_valid(node, file_fields((*_READ, *_HOLDERS, *_IDLE, *_ACTIVE)), self._report)
        version = node.get("_format_version")
        if not isinstance(version, ScalarNode) or version.value not in FORMATS:
            return None
        self._say_what_is_unused(node)
        for kind in _READ:
            self._kinds[kind].flat = [_Nested(item=item) for item in _items(node.get(kind))]
        for holder in _HOLDERS:
            self._hold(holder, node.get(holder))
        for kind in ("services", "upstreams", "certificates", "routes", "targets", "snis", "plugins"):
            self._read_kind(kind)
        found = {kind: known.read for kind, known in self._kinds.items()}
        return Entities(
            format=str(version.value),
            services=found["services"],
            routes=tuple(found["routes"].values()),
            plugins=tuple(found["plugins"].values()),
            upstreams=found["upstreams"],
            targets=tuple(found["targets"].values()),
            certificates=found["certificates"],
            snis=tuple(found["snis"].values()),
        )

    def _say_what_is_unused(self, node: MappingNode) -> None:
        for key in (*_HOLDERS, *_IDLE, *_ACTIVE):
            if _items(node.get(key)):
                # Plugins ask for most of them, and are reported: without a plugin they do nothing.
                is_harmless = key not in _ACTIVE
                report_unenforced(
                    self._report, key, f"`{key}` are not used", node.key_span(key), is_harmless=is_harmless
                )

    def _hold(self, holder: str, node: Node | None) -> None:
        """Let the plugins of consumers wait: they are told apart by where they stand."""
        for item in _items(node):
            if isinstance(item, MappingNode):
                parents = {"consumer": holder}
                nested = [_Nested(item=child, parents=parents) for child in _items(item.get("plugins"))]
                self._kinds["plugins"].nested += nested

    def _read_kind(self, kind: str) -> None:
        """Read entities of one kind; the nested ones, which their parents let wait, come first."""
        known = self._kinds[kind]
        for position, nested in enumerate((*known.nested, *known.flat)):
            item = nested.item
            if not isinstance(item, MappingNode):
                if not (isinstance(item, ScalarNode) and item.value is None):  # which is told where it stands
                    self._report.error("wrong-type", f"`{kind}`: expected a record", item.span)
                continue
            self._entity(kind, self._resolved(kind, item), nested.parents, position)

    def _resolved(self, kind: str, item: MappingNode) -> MappingNode:
        """Return an entity with what decK puts into it."""
        item = with_defaults(item, defaults_of(self._file, kind.removesuffix("s")))
        if kind != "plugins":
            return item
        return with_shared_config(item, self._file.get("_plugin_configs"), self._report)

    def _entity(self, kind: str, item: MappingNode, under: Mapping[str, str], position: int) -> None:
        schema = CORS_PLUGIN if kind == "plugins" and _text(item, "name") == CORS_NAME else _SCHEMAS[kind]
        is_usable = is_valid(item, schema, self._report)
        parents = {key: self._parent(item, key, under) for key in _PARENTS.get(kind, ())}
        if kind in _ADOPTED and not under and _is_absent(item.get(*_PARENTS[kind])):
            (key,) = _PARENTS[kind]
            self._report.error("missing-field", f"`{key}`: required field missing", item.span)
        label, found = _LABEL.get(kind, "name"), self._id(kind, item, under, position)
        name = _text(item, label)
        self._let_children_wait(kind, item, found)
        if not self._is_new(kind, item, found, name, label) or not is_usable:
            return
        called = item.get("name") if kind == "plugins" else item.get(label)
        fields = Fields(settled(item, schema), self._report, f"`{kind}`")
        fields.ignore(*schema.fields)
        self._kinds[kind].read[found] = Entity(
            fields=fields,
            id=found,
            name=name,
            span=item.span if called is None else called.span,
            consumer=under.get("consumer"),
            **parents,
        )

    def _let_children_wait(self, kind: str, item: MappingNode, found: str) -> None:
        for children in _CHILDREN.get(kind, ()):
            parent = {kind.removesuffix("s"): found}
            nested = [_Nested(item=child, parents=parent) for child in _items(item.get(children))]
            self._kinds[children].nested += nested

    def _id(self, kind: str, item: MappingNode, under: Mapping[str, str], position: int) -> str:
        explicit, name = _text(item, "id"), _text(item, "name")
        if explicit is not None:
            return explicit.lower()
        if kind == "plugins":
            scope = ":".join(_spelled(item, key, under.get(key)) for key in ("route", "service"))
            holder = f"{under.get('consumer', '')}{position if 'consumer' in under else ''}"
            return entity_id(kind, f"plugins:*:{name}:{scope}:{holder}")
        if kind == "targets":
            (key,) = _PARENTS[kind]
            return entity_id(kind, f"{kind}:*:{_spelled(item, key, under.get(key))}:{_text(item, 'target')}")
        return entity_id(kind, name if name is not None else f"{kind}:{position}")

    def _is_new(self, kind: str, item: MappingNode, found: str, name: str | None, label: str) -> bool:
        """Say whether neither the name nor the id of an entity was there before, and report it where one was."""
        known = self._kinds[kind]
        span = _span(item, label)
        if name is not None and kind != "targets":
            first = known.names.setdefault(name, (found, span))[1]
            if first is not span:
                self._repeated("name-repeated", kind, f"{label} set to '{name}'", span, first)
                return False
        span = _span(item, "name") if kind == "plugins" else span
        first = known.ids.setdefault(found, span)
        if first is not span:
            ident = "plugin-repeated" if kind == "plugins" else "name-repeated"
            self._repeated(ident, kind, f"primary key set to '{found}'", span, first)
        return first is span

    def _repeated(self, ident: str, kind: str, what: str, span: Span, first: Span) -> None:
        message = f"uniqueness violation: '{kind}' entity with {what} already declared"
        self._report.error(ident, message, span, related=(("first declared here", first),))

    def _parent(self, item: MappingNode, key: str, under: Mapping[str, str]) -> str | None:
        """Return the id of a parent: the one that an entity stands under, else the one that it refers to."""
        node = item.get(key)
        text = next((_text(node, form) for form in ("id", "name") if _text(node, form)), None)
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            text = node.value
        known = self._kinds[f"{key}s"]
        if text is None or node is None or not text:
            return under.get(key)
        found = known.names[text][0] if text in known.names else text.lower() if text.lower() in known.ids else None
        if found is None:
            message = f"invalid reference '{key}: {text}' (no such entry in '{key}s')"
            self._report.error("reference-missing", message, node.span, _declared(known.names))
        elif key in under and found != under[key]:
            message = f"`{key}: {text}` does not count: this stands under another entity, which does"
            self._report.warning("reference-ignored", message, node.span)
        return under.get(key, found)


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, SequenceNode) else ()


def _text(node: Node | None, key: str) -> str | None:
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.value if isinstance(value, ScalarNode) and isinstance(value.value, str) else None


def _is_absent(node: Node | None) -> bool:
    return node is None or (isinstance(node, ScalarNode) and node.value is None)


def _span(node: MappingNode, key: str) -> Span:
    value = node.get(key)
    return node.span if value is None else value.span


def _spelled(plugin: MappingNode, key: str, parent: str | None) -> str:
    """Return how a plugin's scope is written, from which its id derives: the reference, or the id of the parent."""
    return _text(plugin, key) or _text(plugin.get(key), "id") or parent or ""


def _declared(names: Mapping[str, object]) -> str:
    listed = ", ".join(f"`{name}`" for name in names)
    return f"declared are {listed}" if listed else "none is declared"
