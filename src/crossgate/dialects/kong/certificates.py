"""Certificates and the server names (SNI) that they are shown for.

Source: the references of certificates and SNIs. The gateway shows clients that no certificate is for one that it signed
itself, which no browser takes; here they are refused.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Text
from crossgate.dialects.key_pairs import Unusable, check_pair
from crossgate.dialects.kong.entities import Entity
from crossgate.model.gateway import Certificate
from crossgate.source import Span

_ANY: Final = "*"
"""The server name of the certificate for every client that no other is for."""


def read_certificates(
    certificates: Iterable[Entity], server_names: Iterable[Entity], report: Diagnostics
) -> tuple[Certificate, ...]:
    """Read the certificates that some client is shown."""
    by_certificate: dict[str | None, list[Text]] = {}
    for entity in server_names:
        name = entity.fields.string("name")
        if name is not None:
            by_certificate.setdefault(entity.certificate, []).append(name)
    return tuple(
        found for entity in certificates for found in _certificates(entity, by_certificate.get(entity.id, ()), report)
    )


def _certificates(entity: Entity, written: Iterable[Text], report: Diagnostics) -> Iterator[Certificate]:
    """Yield a certificate for its names, and for every client where one of them is `*`."""
    fields = entity.fields
    chain, key = fields.string("cert"), fields.string("key")
    names = list(_names(written, report))
    if fields.has("cert_alt"):
        message = "clients are shown one certificate: `cert_alt` is not used"
        report_unenforced(report, "cert_alt", message, fields.key_span("cert_alt"), is_harmless=True)
    if chain is None or key is None:
        return
    try:
        label = names[0] if names else entity.id
        check_pair(chain.value, key.value, label=label, chain_name="cert", key_name="key")
    except Unusable as unusable:
        report.error("invalid-certificate", f"{unusable}", _place(entity))
        return
    own = tuple(name for name in names if name != _ANY)
    for wanted in (*([own] if own else []), *([()] if _ANY in names else [])):
        yield Certificate(names=wanted, chain=chain.value, private_key=key.value, span=_place(entity))


def _names(written: Iterable[Text], report: Diagnostics) -> Iterator[str]:
    for text in written:
        name = text.value.lower().removesuffix(".")
        if name != _ANY and name.endswith(".*"):
            message = f"no client is shown a certificate for `{text.value}`: a wildcard is the first label"
            report_unenforced(report, "snis", message, text.span, is_harmless=True)
        else:
            yield name


def _place(entity: Entity) -> Span | None:
    """Return where a certificate stands, None where the line that is then shown could hold a part of its key."""
    chain, key = entity.fields.key_span("cert"), entity.fields.value_span("key")
    return None if key.line <= chain.line <= key.end_line else chain
