"""McpBridges: registries of services, of which `dns` and `static` say where their services are."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Contained, Diagnostics
from crossgate.dialects.documents import KubernetesObject
from crossgate.dialects.fields import Fields, Text, Value, fields
from crossgate.model.routes import Backend, Endpoint, Protocol
from crossgate.records import replace

TYPES: Final = ("static", "dns", "nacos", "nacos2", "nacos3", "zookeeper", "consul", "eureka")
PROTOCOLS: Final = ("tcp", "http", "https", "http2", "grpc", "grpcs", "triple", "tri", "dubbo")

_SERVER_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_WRITTEN_OUT: Final = ("dns", "static")
"""The types whose registries say where their services are."""
_SECURE: Final = ("https", "grpcs")
_DETAILS: Final = ("nacos", "consul", "zk", "auth", "mcp", "vport", "metadata", "proxyName")
"""Begin the names of fields that say how a registry itself is asked."""

_DOMAIN: Final = re.compile(r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,63}")


class Registered(Struct, frozen=True, kw_only=True):
    """A service of a registry: its port, and one backend for each domain, or one for all static addresses."""

    host: str
    port: int
    backends: tuple[Backend, ...]


def read_bridge(bridge: KubernetesObject, report: Diagnostics) -> list[Registered]:
    """Read the services of a McpBridge; a registry that cannot be read has none, and the others have theirs."""
    if bridge.name != "default":
        report.note(
            "bridge-ignored-by-controller",
            f"the stock controller reads only the McpBridge called `default`, not `{bridge.name}`",
            bridge.name_span,
            "it works here; in a cluster, call it `default`",
        )
    spec = bridge.body.mapping("spec", required=True)
    bridge.body.finish()
    if spec is None:
        return []
    nodes = spec.items("registries", required=True)
    spec.ignore("proxies")
    spec.finish()
    registries = (fields(node, Contained(report), "a registry") for node in nodes)
    found = (None if registry is None else _registry(registry, Contained(report)) for registry in registries)
    return [service for service in found if service is not None]


def _registry(registry: Fields, report: Diagnostics) -> Registered | None:
    kind = registry.string("type", required=True, one_of=TYPES)
    domain = registry.string("domain", required=True)
    port = registry.integer("port", minimum=1, maximum=65535, required=True)
    name = registry.string("name", required=True)
    protocol, sni = registry.string("protocol"), _server_name(registry, report)
    if registry.has("proxyName"):
        message = "the registry's services are asked directly: `proxyName` is not followed"
        report.note("proxy-not-followed", message, registry.value_span("proxyName"))
    registry.ignore(*(key.text for key in registry.unknown() if key.text.startswith(_DETAILS)))
    registry.finish()
    if kind is None or domain is None or port is None or name is None:
        return None
    if kind.value not in _WRITTEN_OUT:
        _warn_of_not_asked(kind, report)
        return None
    spoken = _protocol(protocol, report)
    if spoken is None:
        return None
    backends = tuple(_dns(domain, port, report) if kind.value == "dns" else _static(domain, name, port, report))
    if not backends:
        return None
    secure = protocol is not None and protocol.value.lower() in _SECURE
    made = [replace(backend, protocol=spoken) for backend in backends]
    if secure:
        made = [_secured(backend, sni) for backend in made]
    return Registered(host=f"{name.value}.{kind.value}", port=port.value, backends=tuple(made))


def _server_name(registry: Fields, report: Diagnostics) -> Text | None:
    sni = registry.string("sni")
    if sni is None or _SERVER_NAME.fullmatch(sni.value):
        return sni
    report.error(
        "invalid-value", f"`{sni.value[:60]}` is no server name", sni.span, "a DNS name, 253 characters at most"
    )
    return None


def _warn_of_not_asked(kind: Text, report: Diagnostics) -> None:
    report.warning(
        "registry-not-asked",
        f"the `{kind.value}` registry is not asked for its services: it runs elsewhere, and no file has them",
        kind.span,
        f"say of each where it is: `--resolve SERVICE.GROUP.NAMESPACE.{kind.value.rstrip('23')}:PORT=HOST:PORT`",
    )


def _protocol(protocol: Text | None, report: Diagnostics) -> Protocol | None:
    value = "http" if protocol is None else protocol.value.lower()
    if value not in PROTOCOLS or value in ("tcp", "dubbo"):
        span = None if protocol is None else protocol.span
        report.error("not-supported", f"the protocol `{value}` is not spoken", span, "`http`, `https`, `http2`, `grpc`")
        return None
    return Protocol.HTTP1 if value in {"http", "https"} else Protocol.HTTP2


def _secured(backend: Backend, sni: Text | None) -> Backend:
    return replace(backend, server_name=sni.value if sni is not None else backend.endpoints[0].host)


def _dns(domain: Text, port: Value[int], report: Diagnostics) -> Iterator[Backend]:
    for part in domain.value.split(","):
        host = part.strip()
        if _DOMAIN.fullmatch(host) is None:
            report.error("invalid-domain", f"invalid domain format: `{host}`", domain.span, "a DNS name with a dot")
            continue
        yield Backend(name=f"{host}:{port.value}", endpoints=(Endpoint(host=host, port=port.value),), span=domain.span)


def _static(domain: Text, name: Text, port: Value[int], report: Diagnostics) -> Iterator[Backend]:
    endpoints = [_address(part.strip(), domain, report) for part in domain.value.split(",")]
    usable = tuple(endpoint for endpoint in endpoints if endpoint is not None)
    if usable:
        yield Backend(name=f"{name.value}.static:{port.value}", endpoints=usable, span=domain.span)


def _address(text: str, domain: Text, report: Diagnostics) -> Endpoint | None:
    host, _, port = text.rpartition(":")
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
        number = int(port)
    except ValueError:
        number = 0
    if not 0 < number <= 65535:  # noqa: PLR2004 - the largest port
        report.error("invalid-endpoint", f"invalid endpoint: `{text}`", domain.span, "`IP:PORT`, or `[IP]:PORT`")
        return None
    return Endpoint(host=str(address), port=number)
