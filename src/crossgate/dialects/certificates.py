"""Certificates of listeners, from Secrets of type `kubernetes.io/tls`.

Whatever is wrong with one makes its listener unusable and nothing else. Nothing that is said shows a line of a Secret's
data: places are those of names.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.key_pairs import Unusable, check_pair, dns_names
from crossgate.dialects.nodes import MappingNode, ScalarNode
from crossgate.model.listeners import is_server_name
from crossgate.source import Span

CHAIN: Final = "tls.crt"
KEY: Final = "tls.key"


class KeyPair(Struct, frozen=True, kw_only=True):
    """A certificate chain and its key, PEM, and the DNS names that the certificate is for, in lower case."""

    chain: str
    private_key: str
    names: tuple[str, ...]
    span: Span


class Secrets:
    """The Secrets of all files, by namespace and name."""

    def __init__(self, sources: Iterable[KubernetesObject]) -> None:
        self._sources = {(source.namespace, source.name): source for source in sources}
        self._read: dict[tuple[str, str], KeyPair | Unusable] = {}

    def get(self, namespace: str, name: str) -> KeyPair | None:
        """Return the certificate of a Secret, None where there is no such one; `Unusable` where it cannot be used."""
        source = self._sources.get((namespace, name))
        if source is None:
            return None
        if (namespace, name) not in self._read:
            try:
                self._read[namespace, name] = _read(source)
            except Unusable as unusable:
                self._read[namespace, name] = unusable
        found = self._read[namespace, name]
        if isinstance(found, Unusable):
            raise found
        return found


def _read(source: KubernetesObject) -> KeyPair:
    kind = source.body.node("type")
    if isinstance(kind, ScalarNode) and kind.value not in {"kubernetes.io/tls", "Opaque"}:
        raise Unusable(f"`{source.label}` is of type `{kind.text}`, not `kubernetes.io/tls`")
    chain, key = _part(source, CHAIN), _part(source, KEY)
    check_pair(chain, key, label=source.label, chain_name=CHAIN, key_name=KEY)
    return KeyPair(chain=chain, private_key=key, names=dns_names(chain), span=source.name_span)


def _part(source: KubernetesObject, name: str) -> str:
    """Return a part of a Secret as text: `data` is base64, and `stringData` is not."""
    for group in ("stringData", "data"):
        parts = source.body.node(group)
        entry = parts.get(name) if isinstance(parts, MappingNode) else None
        if isinstance(entry, ScalarNode) and isinstance(entry.value, str):
            return _decoded(entry.text, source.label, name) if group == "data" else entry.text
    raise Unusable(f"`{source.label}` has no `{name}`")


def _decoded(text: str, label: str, name: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("ascii")
    except (binascii.Error, UnicodeError, ValueError):
        raise Unusable(f"`{name}` of `{label}` is not base64 of PEM text") from None


def names_for(listener: str, pairs: Iterable[KeyPair]) -> list[tuple[KeyPair, tuple[str, ...]]]:
    """Return for which names a listener shows each of its certificates: the first for all that no other is for.

    `listener` is its hostname, `*` for any.
    """
    own = () if listener == "*" else (listener,)
    found: list[tuple[KeyPair, tuple[str, ...]]] = []
    taken: set[str] = set(own)
    for number, pair in enumerate(pairs):
        names = own if number == 0 else tuple(_further(pair.names, taken))
        taken.update(names)
        if number == 0 or names:
            found.append((pair, names))
    return found


def _further(names: Iterable[str], taken: set[str]) -> Iterator[str]:
    """Yield the names of a certificate that clients can ask for and that no other is for."""
    return (name for name in dict.fromkeys(names) if name not in taken and is_server_name(name))
