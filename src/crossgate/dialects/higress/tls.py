"""`tls` of an Ingress: which of its hosts have a certificate, and in which Secret it is.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls. A Secret that is missing or broken leaves
its hosts without HTTPS, and nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.certificates import KeyPair, Secrets
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.key_pairs import Unusable
from crossgate.model.gateway import Certificate
from crossgate.model.hosts import Hostname
from crossgate.source import Span


class TlsHost(Struct, frozen=True, kw_only=True):
    """A host and the Secret of its certificate, by namespace and name; `span` is where the Secret is named."""

    hostname: Hostname
    secret: tuple[str, str]
    span: Span


def read_tls(
    ingress: KubernetesObject, spec: Fields, hostnames: Sequence[Hostname], report: Diagnostics
) -> Iterator[TlsHost]:
    """Yield the hosts of the rules that `tls` has a Secret for; what of it has no effect is said."""
    for item in spec.mappings("tls"):
        hosts, secret = item.strings("hosts"), item.string("secretName")
        item.finish()
        if secret is None or not hosts:
            what = "`secretName`" if secret is None else "`hosts`"
            report.warning("tls-without-effect", f"this entry has no effect: it has no {what}", item.span)
            continue
        for host in hosts:
            hostname = _meant(host, hostnames)
            if hostname is None:
                message = f"`{host.value}` is not served by HTTPS: no rule has this host"
                report.warning("tls-without-effect", message, host.span, "hosts of `tls` are those of the rules")
            else:
                secret_of = (ingress.namespace, secret.value)
                yield TlsHost(hostname=hostname, secret=secret_of, span=secret.span)


def _meant(host: Text, hostnames: Sequence[Hostname]) -> Hostname | None:
    return next((hostname for hostname in hostnames if hostname.pattern == host.value.lower()), None)


def certificates(hosts: Iterable[TlsHost], secrets: Secrets, report: Diagnostics) -> dict[Hostname, Certificate]:
    """Return the certificates by hostname; of several for one the first counts."""
    found: dict[Hostname, Certificate] = {}
    for host in hosts:
        pair = None if host.hostname in found else _pair(host, secrets, report)
        if pair is not None:
            name = host.hostname.pattern
            names = () if name == "*" else (name,)
            found[host.hostname] = Certificate(
                names=names, chain=pair.chain, private_key=pair.private_key, span=pair.span
            )
    return found


def _pair(host: TlsHost, secrets: Secrets, report: Diagnostics) -> KeyPair | None:
    message = f"`{host.hostname.pattern}` is not served by HTTPS"
    try:
        pair = secrets.get(*host.secret)
    except Unusable as unusable:
        Contained(report).error("certificate-unusable", f"{message}: {unusable}", host.span)
        return None
    if pair is None:
        label = "/".join(("Secret", *host.secret))
        hint = "add its manifest"
        Contained(report).error("certificate-missing", f"{message}: `{label}` is not among the files", host.span, hint)
    return pair
