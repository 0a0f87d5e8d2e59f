"""A case's configuration as the file that the gateway's user would have: what a case leaves out is put around it.

A Higress case may give the plugin's configuration alone, a WasmPlugin's `spec` or manifests; a Kong case the plugin's
configuration, one entity or a declarative file; a kgateway case a CORS filter or manifests.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source

GATEWAY_API: Final = "gateway.networking.k8s.io/v1"
BACKEND: Final = "upstream"
_KONG_ENTITIES: Final = {"route", "service", "plugin", "upstream", "target"}
_NAMESPACE: Final = {"kgateway": "gateway-conformance-infra", "higress": "higress-system"}


def file_of(dialect: str, configuration: Any, place: Mapping[str, Any]) -> str:
    """Return the text of the file, JSON, which is YAML too."""
    match dialect:
        case "kgateway":
            return json.dumps(_kgateway(configuration))
        case "higress":
            return json.dumps(_higress(configuration, place))
        case _:
            return json.dumps(_kong(configuration))


def read_file(text: str, options: ReadOptions) -> tuple[GatewayConfig | None, Diagnostics]:
    """Read a file; return the configuration, None where it is refused, and what was said."""
    report = Diagnostics()
    return read([Source(name="case.json", text=text)], options, report), report


def _list(items: Sequence[Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": list(items)}


def _object(version: str, kind: str, namespace: str, name: str, **body: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"namespace": namespace, "name": name}, **body}


def _kgateway(configuration: Any) -> dict[str, Any]:
    """Put a Gateway beside routes that have none, and a route around a filter alone."""
    if isinstance(configuration, dict):
        backends = [{"name": BACKEND, "port": 8080}]
        rule: Any = configuration if "filters" in configuration else {"filters": [{"type": "CORS", **configuration}]}
        spec: Any = {"parentRefs": [{"name": "same-namespace"}], "rules": [{"backendRefs": backends, **rule}]}
        configuration = [_object(GATEWAY_API, "HTTPRoute", _NAMESPACE["kgateway"], "route", spec=spec)]
    if not any(item["kind"] == "Gateway" for item in configuration):
        listener = {"name": "http", "port": 80, "protocol": "HTTP"}
        spec = {"gatewayClassName": "any", "listeners": [listener]}
        gateway = _object(GATEWAY_API, "Gateway", _NAMESPACE["kgateway"], "same-namespace", spec=spec)
        configuration = [gateway, *configuration]
    return _list(configuration)


def _higress(configuration: Any, place: Mapping[str, Any]) -> dict[str, Any]:
    """Put Ingresses beside the plugin: by default one for every host and path, called `route`."""
    if isinstance(configuration, list):
        return _list(configuration)
    spec = configuration["spec"] if set(configuration) == {"spec"} else {"defaultConfig": configuration}
    url = "oci://registry.example/plugins/cors:1.0.0"
    plugin = _object(
        "extensions.higress.io/v1alpha1", "WasmPlugin", _NAMESPACE["higress"], "cors", spec={"url": url, **spec}
    )
    return _list([plugin, *_bridge(place), _ingress(place)])


def _bridge(place: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a registry of the service that a place goes to, written `NAME.dns:PORT [SUBSET]`, if it goes to one."""
    if "service" not in place:
        return []
    name, _, rest = place["service"].partition(".dns:")
    registry = {"type": "dns", "name": name, "domain": f"{BACKEND}.example", "port": int(rest.split()[0])}
    return [
        _object("networking.higress.io/v1", "McpBridge", "higress-system", "default", spec={"registries": [registry]})
    ]


def _ingress(place: Mapping[str, Any]) -> dict[str, Any]:
    """Return the Ingress of a place: its name, host, path and the service of a registry, if it says any."""
    namespace, slash, short = place.get("ingress", "route").rpartition("/")
    backend: dict[str, Any] = {"service": {"name": BACKEND, "port": {"number": 80}}}
    if "service" in place:
        backend = {"resource": {"apiGroup": "networking.higress.io", "kind": "McpBridge", "name": "default"}}
    path = {"path": place.get("path", "/"), "pathType": "Prefix", "backend": backend}
    rule = {"http": {"paths": [path]}, **({"host": place["host"]} if "host" in place else {})}
    spec = {"ingressClassName": "higress", "rules": [rule]}
    namespace = namespace if slash else _NAMESPACE["higress"]
    made = _object("networking.k8s.io/v1", "Ingress", namespace, short, spec=spec)
    if "service" in place:
        made["metadata"]["annotations"] = {"higress.io/destination": place["service"]}
    return made


def _kong(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put a service and a route for every path around the plugin, and around an entity what it refers to."""
    if len(configuration) == 1 and set(configuration) <= _KONG_ENTITIES:
        ((kind, entity),) = configuration.items()
        file = {"_format_version": "3.0", f"{kind}s": [entity]}
        parents = {"targets": {"upstreams": [{"name": "parent", **entity.get("upstream", {})}]}}
        return {**file, **parents.get(f"{kind}s", {})}
    if "_format_version" in configuration or "services" in configuration:
        return configuration
    plugin = {"name": "cors", "config": configuration}
    route = {"name": "route", "paths": ["/"], "strip_path": False, "plugins": [plugin]}
    return {"_format_version": "3.0", "services": [{"name": "s", "url": f"http://{BACKEND}", "routes": [route]}]}
