"""The Higress dialect: Ingresses, registries and the CORS plugin become one listener."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.certificates import Secrets
from crossgate.dialects.documents import Documents
from crossgate.dialects.higress.account import account
from crossgate.dialects.higress.canaries import with_canaries
from crossgate.dialects.higress.chain import read_plugins
from crossgate.dialects.higress.classes import read_classes
from crossgate.dialects.higress.gateway_api import governed
from crossgate.dialects.higress.hosts import Draft, Governor, arrange_hosts, without_repeats
from crossgate.dialects.higress.ingresses import Surroundings, read_ingress
from crossgate.dialects.higress.names import BRIDGE, INGRESSES, NAME, PLUGIN, SECRET, SERVICE, SLICE
from crossgate.dialects.higress.places import Policies
from crossgate.dialects.higress.registries import Registered, read_bridge
from crossgate.dialects.higress.tls import certificates
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.reading import Reading
from crossgate.dialects.services import Services
from crossgate.model.gateway import Certificate, Listener, Scheme
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.records import replace

_PORT: Final = 80
_SECURE_PORT: Final = 443
"""Where the documents have the gateway listen."""


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read Ingresses, McpBridges and WasmPlugins into the gateway's listeners; none where no Ingress is its own."""
    policies = _policies(documents, options, report)
    surroundings = Surroundings(
        classes=read_classes(documents.of(INGRESSES, "IngressClass")),
        registered=_registered(documents, report),
        cluster=Services(documents.of(*SERVICE), documents.of(*SLICE), report),
        is_emulated=NAME in options.emulate,
    )
    sources = sorted(documents.of(INGRESSES, "Ingress"), key=lambda item: (item.created, item.namespace, item.name))
    ingresses = [read_ingress(source, surroundings, report) for source in sources]
    canaries = [pair for ingress in ingresses for pair in ingress.canaries]
    drafts = without_repeats((draft for ingress in ingresses for draft in ingress.drafts), report)
    drafts = with_canaries(drafts, canaries, report)
    if not any(ingress.is_ours for ingress in ingresses):
        return Reading()
    governor = Governor(policies, report)
    listener = Listener(
        name=NAME,
        port=_PORT,
        hosts=arrange_hosts(drafts, governor, Scheme.HTTP),
        unmatched=governor.unmatched(ANY_HOST),
        span=sources[0].span,
    )
    hosts = [host for ingress in ingresses for host in ingress.tls]
    shown = certificates(hosts, Secrets(documents.of(*SECRET)), report)
    listeners = (listener, *_secure(listener, drafts, shown, governor))
    return Reading(listeners=listeners, attachments=account(NAME, drafts, policies))


def govern(
    listeners: Sequence[Listener], documents: Documents, options: ReadOptions, report: Diagnostics
) -> tuple[Listener, ...]:
    """Hang the plugins' policies on the routes of Gateways of our class."""
    governor = Governor(_policies(documents, options, report), report)
    return tuple(governed(listener, governor, is_emulated=NAME in options.emulate) for listener in listeners)


def _policies(documents: Documents, options: ReadOptions, report: Diagnostics) -> Policies:
    return read_plugins(documents.of(*PLUGIN), options, NAME, report)


def _secure(
    plain: Listener, drafts: Sequence[Draft], shown: Mapping[Hostname, Certificate], governor: Governor
) -> Iterator[Listener]:
    """Yield the listener for the hosts that have a certificate, if there is one."""
    if shown:
        hosts = arrange_hosts(drafts, governor, Scheme.HTTPS)
        yield replace(
            plain,
            name=f"{NAME}-https",
            port=_SECURE_PORT,
            scheme=Scheme.HTTPS,
            hosts=tuple(host for host in hosts if any(name.covers(host.hostname) for name in shown)),
            certificates=tuple(shown.values()),
        )


def _registered(documents: Documents, report: Diagnostics) -> dict[str, Registered]:
    bridges = documents.of(*BRIDGE)
    return {service.host: service for bridge in bridges for service in read_bridge(bridge, report)}
