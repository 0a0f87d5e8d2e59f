"""Certificates and their keys, PEM, whatever file they came from: whether they can be served with, and for which names.

Nothing that is said shows a line of a certificate or key. This module knows no gateway.
"""

from typing import Final

_ALTERNATIVE_NAMES: Final = b"\x06\x03\x55\x1d\x11"
"""The DER of the object identifier 2.5.29.17 (RFC 5280 §4.2.1.6)."""
_DNS_NAME: Final = 0x82
_OCTETS: Final = 0x04
_BOOLEAN: Final = 0x01


class Unusable(Exception):
    """A certificate that nobody can be served with; the message says why."""


def check_pair(chain: str, key: str, *, label: str, chain_name: str, key_name: str) -> None:
    """Let the TLS library judge: whether both parse, and whether they belong together; raises `Unusable`.

    `label` is what they are the certificate of, the other two are what its parts are called there.
    """
    import ssl  # noqa: PLC0415 - slow to import, and seldom needed
    import tempfile  # noqa: PLC0415 - slow to import, and seldom needed
    from pathlib import Path  # noqa: PLC0415 - as above

    if not (chain.isascii() and ssl.PEM_HEADER in chain and ssl.PEM_FOOTER in chain):
        raise Unusable(f"`{chain_name}` of `{label}` is not a certificate in PEM")
    if not (key.isascii() and "PRIVATE KEY-----" in key):
        raise Unusable(f"`{key_name}` of `{label}` is not a private key in PEM")
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
        case "KEY_VALUES_MISMATCH" | "KEY_TYPE_MISMATCH" | "NO_CERTIFICATE_ASSIGNED":
            return "the private key is not that of the certificate"
        case "EE_KEY_TOO_SMALL":
            return "its key is too short to be safe, and Envoy refuses it"
        case str(found):
            return found.lower().replace("_", " ")
        case _:
            return "the chain or the key does not parse"


def dns_names(chain: str) -> tuple[str, ...]:
    """Return the DNS names of a certificate's subject alternative name extension, in lower case."""
    import ssl  # noqa: PLC0415 - slow to import, and seldom needed

    first = chain[chain.index(ssl.PEM_HEADER) : chain.index(ssl.PEM_FOOTER)] + ssl.PEM_FOOTER
    certificate = ssl.PEM_cert_to_DER_cert(first)
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
