"""HTTPRoutes: hostnames, parents and rules.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#httproute.
"""

from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.kgateway.hostnames import parse_hostname
from crossgate.dialects.kgateway.parents import ParentRef, read_parents
from crossgate.dialects.kgateway.rules import Rule, RuleReader
from crossgate.dialects.kgateway.schema import strings
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.source import Span

MOST_HOSTNAMES: Final = 16


class HttpRoute(Struct, frozen=True, kw_only=True, eq=False):
    """An HTTPRoute, read: its rules in the order of the file, and what it attaches to.

    `names_hosts` is where its hostnames stand, None where it has none and means any.
    """

    source: KubernetesObject
    hostnames: tuple[Hostname, ...]
    names_hosts: Span | None
    parents: tuple[ParentRef, ...]
    rules: tuple[Rule, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.source.namespace, self.source.name


def read_route(source: KubernetesObject, rules: RuleReader, report: Diagnostics) -> HttpRoute | None:
    """Read an HTTPRoute, or return None where it has no spec."""
    spec = source.body.mapping("spec", required=True)
    source.body.finish()
    if spec is None:
        return None
    parents = read_parents(source, spec, report)
    texts = strings(spec, "hostnames", MOST_HOSTNAMES, report)
    parsed = [parse_hostname(text.value, text.span, report) for text in texts]
    read = rules.read(source, spec)
    spec.ignore("useDefaultGateways")
    spec.finish()
    return HttpRoute(
        source=source,
        hostnames=tuple(hostname for hostname in parsed if hostname is not None) or (ANY_HOST,),
        names_hosts=spec.value_span("hostnames") if texts else None,
        parents=parents,
        rules=read,
    )
