"""`tls` of a listener that ends TLS: the certificates that it shows.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#listenertlsconfig. A certificate that is missing, not granted
or broken makes its listener unusable, and no other.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.certificates import KeyPair, names_for
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.key_pairs import Unusable
from crossgate.dialects.kgateway.cluster import Cluster
from crossgate.dialects.kgateway.grants import Referent, Referrer
from crossgate.dialects.kgateway.names import CORE
from crossgate.dialects.kgateway.schema import mappings, word
from crossgate.model.gateway import Certificate
from crossgate.model.hosts import Hostname

_NOT_SERVED: Final = "listener-not-served"
_MOST: Final = 64


def read_termination(
    listener: Fields, protocol: Text, owner: KubernetesObject, cluster: Cluster, report: Diagnostics
) -> list[KeyPair] | None:
    """Read the certificates of a listener, None where it cannot end TLS."""
    tls = listener.mapping("tls")
    is_https = protocol.value == "HTTPS"
    if tls is None:
        if is_https:
            message = "the listener is not served: it has no certificate"
            Contained(report).error(
                _NOT_SERVED, message, protocol.span, "name a Secret in `tls: {certificateRefs: […]}`"
            )
        return None
    _check_mode(tls, report, is_https=is_https)
    references = mappings(tls, "certificateRefs", _MOST, report)
    tls.finish()
    if not is_https:
        return None
    if not references:
        message = "certificateRefs or options must be specified when mode is Terminate"
        Contained(report).error(_NOT_SERVED, f"the listener is not served: {message}", tls.span)
        return None
    pairs = [_pair(reference, owner, cluster, report) for reference in references]
    return None if None in pairs else [pair for pair in pairs if pair is not None]


def certificates(hostname: Hostname, pairs: Iterable[KeyPair]) -> Iterator[Certificate]:
    """Yield what a listener shows: its first certificate for all that it is for, the others for their own names.

    A name that a certificate is for and the listener is not is no reason to show it.
    """
    for number, (pair, found) in enumerate(names_for(hostname.pattern, pairs)):
        names = tuple(name for name in found if hostname.covers(Hostname(pattern=name)))
        if names or number == 0:
            yield Certificate(names=names, chain=pair.chain, private_key=pair.private_key, span=pair.span)


def _check_mode(tls: Fields, report: Diagnostics, *, is_https: bool) -> None:
    mode = tls.string("mode", one_of=("Terminate", "Passthrough"))
    if is_https and mode is not None and mode.value != "Terminate":
        report.error("invalid-value", "tls mode must be Terminate for protocol HTTPS", mode.span)
    if tls.has("frontendValidation"):
        message = "clients are not asked for certificates: `frontendValidation` is not enforced"
        report_unenforced(report, "frontendValidation", message, tls.key_span("frontendValidation"), is_harmless=False)
    if tls.has("options"):
        message = "`options` of a listener's TLS are not enforced"
        report_unenforced(report, "tls-options", message, tls.key_span("options"), is_harmless=False)


def _pair(reference: Fields, owner: KubernetesObject, cluster: Cluster, report: Diagnostics) -> KeyPair | None:
    group, kind = word(reference, "group", report), word(reference, "kind", report)
    name, namespace = word(reference, "name", report, required=True), word(reference, "namespace", report)
    reference.finish()
    if name is None:
        return None
    if (group is not None and group.value != CORE) or (kind is not None and kind.value != "Secret"):
        message = "the listener is not served: certificates are read from Secrets only"
        Contained(report).error(_NOT_SERVED, message, (kind or name).span)
        return None
    where = owner.namespace if namespace is None else namespace.value
    referrer = Referrer(group=owner.group, kind=owner.kind, namespace=owner.namespace)
    referent = Referent(group=CORE, kind="Secret", namespace=where, name=name.value)
    if not cluster.grants.permit(referrer, referent):
        message = f"the listener is not served: no ReferenceGrant lets it use `Secret/{where}/{name.value}`"
        hint = f"add one to `{where}`, from {owner.kind}s of `{owner.namespace}` to Secrets"
        Contained(report).error(_NOT_SERVED, message, (namespace or name).span, hint)
        return None
    return _usable(name, where, cluster, report)


def _usable(name: Text, namespace: str, cluster: Cluster, report: Diagnostics) -> KeyPair | None:
    try:
        found = cluster.secrets.get(namespace, name.value)
    except Unusable as unusable:
        Contained(report).error(_NOT_SERVED, f"the listener is not served: {unusable}", name.span)
        return None
    if found is None:
        message = f"the listener is not served: `Secret/{namespace}/{name.value}` is not among the files"
        Contained(report).error(_NOT_SERVED, message, name.span, "add its manifest")
    return found
