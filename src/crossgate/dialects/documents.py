"""What a document is: an object of Kubernetes, a declarative file of Kong's kind, or nothing of ours.

This module knows which kinds there are and what every Kubernetes object has; not what any of them means.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text, fields
from crossgate.dialects.manifest_scalars import typed
from crossgate.dialects.nodes import Entry, MappingNode, Node, ScalarNode, SequenceNode
from crossgate.records import replace
from crossgate.source import Span

DECLARATIVE_KEY: Final = "_format_version"
"""The key that marks a declarative file, which has no `kind`."""
_DECLARED: Final = ("services", "routes", "plugins", "consumers", "upstreams", "certificates")
"""The keys of lists that mark one whose author forgot the first."""

_VERSION: Final = "apiVersion"
_KIND: Final = "kind"
_LIST: Final = "List"
"""What the kind of a list ends with."""

_SERVER_KEYS: Final = ("status",)
_METADATA_KEYS: Final = (
    "uid",
    "resourceVersion",
    "generation",
    "managedFields",
    "ownerReferences",
    "finalizers",
    "selfLink",
    "generateName",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)


class KubernetesObject(Struct, frozen=True, kw_only=True, eq=False):
    """An object with its metadata read; each is itself and no other.

    `body` are its top-level fields, of which its reader asks for `spec` and more.
    """

    group: str
    version: str
    kind: str
    name: str
    namespace: str
    span: Span
    name_span: Span
    created: str
    labels: dict[str, Text]
    annotations: dict[str, Text]
    body: Fields

    @property
    def label(self) -> str:
        """The object as users and the command line call it: `KIND/NAMESPACE/NAME`."""
        return f"{self.kind}/{self.namespace}/{self.name}"

    @property
    def qualified(self) -> tuple[str, str]:
        """Group and kind, which say what it is."""
        return self.group, self.kind


class Documents(Struct, frozen=True, kw_only=True):
    """The documents of all files, sorted by what they are."""

    objects: tuple[KubernetesObject, ...]
    declarative: tuple[MappingNode, ...]

    def of(self, group: str, *kinds: str) -> tuple[KubernetesObject, ...]:
        """Return the objects of some kinds of a group, in the order of the files."""
        return tuple(found for found in self.objects if found.group == group and found.kind in kinds)


def classify(nodes: Iterable[Node], known: frozenset[tuple[str, str]], report: Diagnostics) -> Documents:
    """Sort documents by what they are; kinds that are not `known` are skipped with one note for all of them."""
    objects: list[KubernetesObject] = []
    declarative: list[MappingNode] = []
    skipped: list[tuple[str, Span]] = []
    for node in _items(nodes, report):
        if _is_declarative(node):
            declarative.append(node)
            continue
        kind = _kind(node, report)
        if kind is None:
            continue
        if kind[:2] not in known:
            skipped.append((kind[1], node.key_span(_KIND)))
            continue
        made = _object(node, kind, report)
        if made is not None:
            objects.append(made)
    if skipped:
        counted = ", ".join(f"{kind} ({n})" for kind, n in sorted(Counter(kind for kind, _ in skipped).items()))
        report.note(
            "kind-skipped", f"skipped objects of kinds that no CORS policy is made of: {counted}", skipped[0][1]
        )
    return Documents(objects=_without_repeats(objects, report), declarative=tuple(declarative))


def _is_declarative(node: MappingNode) -> bool:
    if node.get(DECLARATIVE_KEY) is not None:
        return True
    is_object = node.get(_KIND) is not None or node.get(_VERSION) is not None
    return not is_object and any(isinstance(node.get(key), SequenceNode) for key in _DECLARED)


def _items(nodes: Iterable[Node], report: Diagnostics) -> Iterator[MappingNode]:
    """Yield the mappings among the documents, the items of a `List` in its place."""
    for node in nodes:
        if not isinstance(node, MappingNode):
            report.error(
                "not-an-object",
                "a configuration is a mapping, and this document is none",
                node.span,
                "a Kubernetes object begins with `apiVersion:`, a declarative file with `_format_version:`",
            )
            continue
        kind, items = node.get(_KIND), node.get("items")
        if isinstance(kind, ScalarNode) and str(kind.value).endswith(_LIST) and isinstance(items, SequenceNode):
            yield from _items([_named_by(node, kind, item) for item in items.items], report)
        else:
            yield node


def _named_by(whole: MappingNode, kind: ScalarNode, item: Node) -> Node:
    """Return an item of a list with the `apiVersion` and `kind` that the list says once for all, unless it has its own.

    The Kubernetes API writes lists of one kind so: `HTTPRouteList` for items of kind `HTTPRoute`.
    """
    name = str(kind.value).removesuffix(_LIST)
    version = next((entry for entry in whole.entries if entry.key.text == _VERSION), None)
    if not name or version is None or not isinstance(item, MappingNode) or item.get(_KIND) or item.get(_VERSION):
        return item
    key = next(entry.key for entry in whole.entries if entry.key.text == _KIND)
    of_item = Entry(key=key, value=replace(kind, value=name, text=name))
    return replace(item, entries=(version, of_item, *item.entries))


def _kind(node: MappingNode, report: Diagnostics) -> tuple[str, str, str] | None:
    """Return group, kind and version of an object."""
    version, kind = node.get(_VERSION), node.get(_KIND)
    texts = [part.value for part in (version, kind) if isinstance(part, ScalarNode) and isinstance(part.value, str)]
    if len(texts) != 2:  # noqa: PLR2004 - both or nothing
        report.warning(
            "unrecognised-document",
            "skipped a document that is no object of Kubernetes and no declarative file",
            node.span if not node.entries else node.entries[0].key.span,
            "a Kubernetes object has `apiVersion` and `kind`, a declarative file has `_format_version`",
        )
        return None
    group, slash, rest = texts[0].partition("/")
    return (group, texts[1], rest) if slash else ("", texts[1], group)


def _object(node: MappingNode, kind: tuple[str, str, str], report: Diagnostics) -> KubernetesObject | None:
    node = typed(node)
    body = fields(node, report, f"the {kind[1]}")
    if body is None:
        return None
    body.ignore(_VERSION, _KIND, *_SERVER_KEYS)
    metadata = body.mapping("metadata", required=True)
    if metadata is None:
        return None
    name = metadata.string("name", required=True)
    namespace = metadata.string("namespace")
    created = metadata.node("creationTimestamp")
    labels, annotations = _texts(metadata, "labels", report), _texts(metadata, "annotations", report)
    metadata.ignore(*_METADATA_KEYS)
    metadata.finish()
    if name is None:
        return None
    return KubernetesObject(
        group=kind[0],
        kind=kind[1],
        version=kind[2],
        name=name.value,
        namespace=namespace.value if namespace is not None else "default",
        span=node.span,
        name_span=name.span,
        created=created.text if isinstance(created, ScalarNode) else "",
        labels=labels,
        annotations=annotations,
        body=body,
    )


def _texts(metadata: Fields, key: str, report: Diagnostics) -> dict[str, Text]:
    node = metadata.node(key)
    found = None if node is None else fields(node, report, f"`{key}`")
    if found is None or not isinstance(node, MappingNode):
        return {}
    texts = {entry.key.text: found.string(entry.key.text) for entry in node.entries}
    return {name: text for name, text in texts.items() if text is not None}


def _without_repeats(objects: list[KubernetesObject], report: Diagnostics) -> tuple[KubernetesObject, ...]:
    """Return each object once; the same object in two places is an error, since nobody knows which one counts."""
    seen: dict[tuple[str, str, str, str], KubernetesObject] = {}
    for found in objects:
        first = seen.setdefault((*found.qualified, found.namespace, found.name), found)
        if first is not found:
            report.error(
                "object-repeated",
                f"`{found.label}` is declared twice",
                found.name_span,
                "keep one of them, or name the files to read",
                related=(("first declared here", first.name_span),),
            )
    return tuple(seen.values())
