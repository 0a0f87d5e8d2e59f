"""Certificates of listeners, from Secrets of type `kubernetes.io/tls`.

Whatever is wrong with one makes its listener unusable and nothing else. Nothing that is said shows a line of a Secret's
data: places are those of names.
"""

import base64
import binascii
import ssl
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.nodes import MappingNode, ScalarNode
from crossgate.source import Span

CHAIN: Final = "tls.crt"
KEY: Final = "tls.key"

_ALTERNATIVE_NAMES: Final = b"\x06\x03\x55\x1d\x11"
"""The DER of the object identifier 2.5.29.17 (RFC 5280 §4.2.1.6)."""
_DNS_NAME: Final = 0x82
_OCTETS: Final = 0x04
_BOOLEAN: Final = 0x01


class Unusable(Exception):
    """A certificate that nobody can be served with; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPair:
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
    _check(source.label, chain, key)
    der = ssl.PEM_cert_to_DER_cert(chain[chain.index(ssl.PEM_HEADER) : chain.index(ssl.PEM_FOOTER)] + ssl.PEM_FOOTER)
    return KeyPair(chain=chain, private_key=key, names=_dns_names(der), span=source.name_span)


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


def _check(label: str, chain: str, key: str) -> None:
    """Let the TLS library judge: whether both parse, and whether they belong together."""
    if not (chain.isascii() and ssl.PEM_HEADER in chain and ssl.PEM_FOOTER in chain):
        raise Unusable(f"`{CHAIN}` of `{label}` is not a certificate in PEM")
    if not (key.isascii() and "PRIVATE KEY-----" in key):
        raise Unusable(f"`{KEY}` of `{label}` is not a private key in PEM")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory(prefix="crossgate-") as folder:  # nobody else can look into it
        files = Path(folder, "chain"), Path(folder, "key")
        files[0].write_text(chain, encoding="ascii")
        files[1].write_text(key, encoding="ascii")
        try:
            context.load_cert_chain(*files, password=lambda: "")
        except (ssl.SSLError, ValueError) as error:
            raise Unusable(f"the certificate of `{label}` cannot be used: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """Say what the TLS library found."""
    match getattr(error, "reason", None):
        case "KEY_VALUES_MISMATCH" | "KEY_TYPE_MISMATCH":
            return "the private key is not that of the certificate"
        case str(found):
            return found.lower().replace("_", " ")
        case _:
            return "the chain or the key does not parse"


def _dns_names(certificate: bytes) -> tuple[str, ...]:
    """Return the DNS names of a certificate's subject alternative name extension."""
    at = certificate.find(_ALTERNATIVE_NAMES)
    if at < 0:
        return ()
    tag, value, rest = _element(certificate[at + len(_ALTERNATIVE_NAMES) :])
    if tag == _BOOLEAN:  # it is critical
        tag, value, rest = _element(rest)
    if tag != _OCTETS:
        return ()
    _, names, _ = _element(value)
    found = []
    while names:
        tag, name, names = _element(names)
        if tag == _DNS_NAME:
            found.append(name.decode("ascii", "replace").lower())
    return tuple(found)


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """Split DER after its first element: tag, value and the rest."""
    if len(data) < 2:  # noqa: PLR2004 - a tag and a length
        return 0, b"", b""
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + size], data[start + size :]


def names_for(listener: str, pairs: Iterable[KeyPair]) -> list[tuple[KeyPair, tuple[str, ...]]]:
    """Return for which names a listener shows each of its certificates: the first for all that no other is for.

    `listener` is its hostname, `*` for any.
    """
    own = () if listener == "*" else (listener,)
    found: list[tuple[KeyPair, tuple[str, ...]]] = []
    taken: set[str] = set(own)
    for number, pair in enumerate(pairs):
        names = own if number == 0 else tuple(name for name in pair.names if name not in taken)
        taken.update(names)
        if number == 0 or names:
            found.append((pair, names))
    return found
