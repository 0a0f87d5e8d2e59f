"""ReferenceGrants: who may refer to objects of another namespace.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#referencegrant. A reference inside a namespace needs none.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.schema import mappings, word

_MOST: Final = 16


class Referrer(Struct, frozen=True, kw_only=True):
    """What kind of object refers, and from where."""

    group: str
    kind: str
    namespace: str


class Referent(Struct, frozen=True, kw_only=True):
    """What is referred to. In a grant a `name` of None is every name."""

    group: str
    kind: str
    namespace: str
    name: str | None = None


class Grants:
    """The grants of all files, found by what they permit."""

    def __init__(self, sources: Iterable[KubernetesObject], report: Diagnostics) -> None:
        self._granted = frozenset(pair for source in sources for pair in _read(source, report))

    def permit(self, referrer: Referrer, referent: Referent) -> bool:
        """Say whether an object may refer to another."""
        if referrer.namespace == referent.namespace:
            return True
        every = Referent(group=referent.group, kind=referent.kind, namespace=referent.namespace)
        return (referrer, referent) in self._granted or (referrer, every) in self._granted


def _read(source: KubernetesObject, report: Diagnostics) -> Iterator[tuple[Referrer, Referent]]:
    spec = source.body.mapping("spec", required=True)
    source.body.finish()
    if spec is None:
        return
    referrers, referents = [], []
    for item in mappings(spec, "from", _MOST, report, required=True):
        group, kind = word(item, "group", report, required=True), word(item, "kind", report, required=True)
        namespace = word(item, "namespace", report, required=True)
        item.finish()
        if group is not None and kind is not None and namespace is not None:
            referrers.append(Referrer(group=group.value, kind=kind.value, namespace=namespace.value))
    for item in mappings(spec, "to", _MOST, report, required=True):
        group, kind = word(item, "group", report, required=True), word(item, "kind", report, required=True)
        name = word(item, "name", report)
        item.finish()
        if group is not None and kind is not None:
            found = None if name is None else name.value
            referents.append(Referent(group=group.value, kind=kind.value, namespace=source.namespace, name=found))
    spec.finish()
    for referrer in referrers:
        yield from ((referrer, referent) for referent in referents)
