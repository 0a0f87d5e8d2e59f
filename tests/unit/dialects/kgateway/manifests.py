"""Manifests for tests, as short as they can be: one Gateway, routes, policies."""

import json
from collections.abc import Sequence
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

API: Final = "gateway.networking.k8s.io"
ORIGIN: Final = "https://p.test"

Manifest = dict[str, Any]


def manifest(version: str, kind: str, name: str, spec: Manifest, **metadata: Any) -> Manifest:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}


def gateway(*listeners: Manifest) -> Manifest:
    items = [{"port": 80, "protocol": "HTTP", **listener} for listener in listeners or ({"name": "http"},)]
    return manifest(f"{API}/v1", "Gateway", "gw", {"gatewayClassName": "any", "listeners": items})


def cors(max_age: int, **fields: Any) -> Manifest:
    return {"allowOrigins": [ORIGIN], "maxAge": max_age, **fields}


def inline(policy: Manifest) -> Manifest:
    return {"type": "CORS", "cors": policy}


def extension(name: str) -> Manifest:
    reference = {"group": "gateway.kgateway.dev", "kind": "TrafficPolicy", "name": name}
    return {"type": "ExtensionRef", "extensionRef": reference}


def rule(
    path: str = "/", name: str | None = None, filters: Sequence[Manifest] = (), backends: Sequence[Manifest] = ({},)
) -> Manifest:
    made: Manifest = {"matches": [{"path": {"value": path}}], "filters": list(filters)}
    made["backendRefs"] = [{"name": "up", "port": 80, **backend} for backend in backends]
    return made if name is None else {"name": name, **made}


def route(name: str, *rules: Manifest, **metadata: Any) -> Manifest:
    spec = {"parentRefs": [{"name": "gw"}], "rules": list(rules)}
    return manifest(f"{API}/v1", "HTTPRoute", name, spec, **metadata)


def target(kind: str, name: str, section: str | None = None) -> Manifest:
    found = {"group": API, "kind": kind, "name": name}
    return found if section is None else {**found, "sectionName": section}


def policy(name: str, said: Manifest, *targets: Manifest, **metadata: Any) -> Manifest:
    spec: Manifest = {"cors": said}
    if targets:
        spec["targetRefs"] = list(targets)
    return manifest("gateway.kgateway.dev/v1alpha1", "TrafficPolicy", name, spec, **metadata)


def read_manifests(
    *manifests: Manifest, options: ReadOptions | None = None
) -> tuple[GatewayConfig | None, Diagnostics]:
    """Read manifests as one file."""
    report = Diagnostics()
    text = json.dumps({"kind": "List", "items": manifests}, indent=1)
    return read([Source(name="m.json", text=text)], options or ReadOptions(), report), report
