"""The configuration that changes under load: a gateway of each kind, in a folder, one file each.

Each has a route that never changes (`/stable`), one whose policy and backend change (`/moving`), and one that comes and
goes (`/extra`).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crossgate.records import replace

ORIGIN: Final = "https://app.example"
"""The origin that all policies admit."""
BACKENDS: Final = ("one", "two")
"""The backends that the moving route changes between; `BASE` is that of the others."""
BASE: Final = "base"
WILDCARD: Final = "wild.example"
_GATEWAY_API: Final = "gateway.networking.k8s.io/v1"
_HIGRESS: Final = "higress-system"
"""The namespace that Higress reads its own objects from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What can change: the version of the policy, which backend the route has, whether there is the extra route."""

    version: int = 0
    backend: int = 0
    has_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of gateway: its listener, and how a state of it is written."""

    name: str
    listener: str
    host: str
    backend: str
    """The name of a backend for `--resolve`, with a place for its own."""
    write: Callable[[State], dict[str, Any]]


def version_header(version: int) -> str:
    """Return the header that the policy of this version exposes, by which a change is seen."""
    return f"X-Version-{version}"


def _kgateway(state: State) -> dict[str, Any]:
    def rule(path: str, version: int, backend: str) -> dict[str, Any]:
        cors = {
            "allowOrigins": [ORIGIN],
            "allowMethods": ["GET", "POST", "HEAD"],
            "exposeHeaders": [version_header(version)],
        }
        return {
            "matches": [{"path": {"type": "PathPrefix", "value": path}}],
            "filters": [{"type": "CORS", "cors": cors}],
            "backendRefs": [{"name": backend, "port": 8000}],
        }

    rules = [rule("/stable", 0, BASE), rule("/moving", state.version, BACKENDS[state.backend])]
    rules += [rule("/extra", 0, BASE)] if state.has_extra else []
    listener = {"name": "http", "port": 8080, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}
    return _list(
        _object(_GATEWAY_API, "Gateway", "gw", {"gatewayClassName": "kgateway", "listeners": [listener]}),
        _object(
            _GATEWAY_API,
            "HTTPRoute",
            "app",
            {"parentRefs": [{"name": "gw"}], "hostnames": ["kgateway.example"], "rules": rules},
        ),
    )


def _higress(state: State) -> dict[str, Any]:
    registries = [{"domain": f"{name}.example", "name": name, "port": 80, "type": "dns"} for name in (BASE, *BACKENDS)]

    routes = {"stable": (0, BASE), "moving": (state.version, BACKENDS[state.backend])}
    routes |= {"extra": (0, BASE)} if state.has_extra else {}
    plugin = {
        "url": "oci://registry.example/plugins/cors:1.0.0",
        "defaultConfigDisable": True,
        "matchRules": [_higress_rule(name, version) for name, (version, _) in routes.items()],
    }
    return _list(
        _object("networking.higress.io/v1", "McpBridge", "default", {"registries": registries}, _HIGRESS),
        *(_ingress(name, backend, "higress.example") for name, (_, backend) in routes.items()),
        _object("extensions.higress.io/v1alpha1", "WasmPlugin", "cors", plugin, _HIGRESS),
    )


def _ingress(name: str, backend: str, host: str) -> dict[str, Any]:
    resource = {"apiGroup": "networking.higress.io", "kind": "McpBridge", "name": "default"}
    path = {"path": f"/{name}", "pathType": "Prefix", "backend": {"resource": resource}}
    made = _object(
        "networking.k8s.io/v1",
        "Ingress",
        name,
        {"ingressClassName": "higress", "rules": [{"host": host, "http": {"paths": [path]}}]},
        _HIGRESS,
    )
    made["metadata"]["annotations"] = {"higress.io/destination": f"{backend}.dns"}
    return made


def _higress_rule(name: str, version: int) -> dict[str, Any]:
    config = {
        "allow_origins": [ORIGIN],
        "allow_methods": ["GET", "POST", "HEAD"],
        "expose_headers": [version_header(version)],
    }
    return {"ingress": [name], "config": config}


def wildcard_host(*, has_policy: bool) -> dict[str, Any]:
    """Return a configuration of one route for a wildcard host; with a policy, the listener looks at more."""
    rules = [_higress_rule("stable", 0)] if has_policy else []
    plugin = {"url": "oci://registry.example/plugins/cors:1.0.0", "defaultConfigDisable": True, "matchRules": rules}
    registries = [{"domain": f"{BASE}.example", "name": BASE, "port": 80, "type": "dns"}]
    return _list(
        _object("networking.higress.io/v1", "McpBridge", "default", {"registries": registries}, _HIGRESS),
        _ingress("stable", BASE, f"*.{WILDCARD}"),
        _object("extensions.higress.io/v1alpha1", "WasmPlugin", "cors", plugin, _HIGRESS),
    )


def _kong(state: State) -> dict[str, Any]:
    def route(name: str, version: int, backend: str) -> dict[str, Any]:
        config = {
            "origins": [ORIGIN],
            "methods": ["GET", "POST", "HEAD"],
            "exposed_headers": [version_header(version)],
        }
        made = {
            "name": name,
            "hosts": ["kong.example"],
            "paths": [f"/{name}"],
            "strip_path": False,
            "plugins": [{"name": "cors", "instance_name": name, "config": config}],
        }
        return {"name": name, "url": f"http://{backend}.kong.example:80", "routes": [made]}

    services = [route("stable", 0, BASE), route("moving", state.version, BACKENDS[state.backend])]
    services += [route("extra", 0, BASE)] if state.has_extra else []
    return {"_format_version": "3.0", "services": services}


def _object(api_version: str, kind: str, name: str, spec: dict[str, Any], namespace: str = "default") -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def _list(*items: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "items": list(items)}


KINDS: Final = (
    Kind(
        name="kgateway",
        listener="default/gw/http",
        host="kgateway.example",
        backend="{}.default:8000",
        write=_kgateway,
    ),
    Kind(
        name="higress",
        listener="higress",
        host="higress.example",
        backend="{}.example:80",
        write=_higress,
    ),
    Kind(
        name="kong",
        listener="kong",
        host="kong.example",
        backend="{}.kong.example:80",
        write=_kong,
    ),
)


class Site:
    """The folder, and the states that its files stand for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.states = {kind.name: State() for kind in KINDS}
        for kind in KINDS:
            self._write(kind)

    def change(self, kind: Kind, **changes: Any) -> State:
        """Change a gateway's state, and replace its file by a rename; return the new state."""
        state = self.states[kind.name] = replace(self.states[kind.name], **changes)
        self._write(kind)
        return state

    def arguments(self, ports: Mapping[str, int]) -> list[str]:
        """Return what `crossgate run` is called with, the backends being at these ports."""
        return [
            str(self.folder),
            *(f"--listen={kind.listener}=127.0.0.1:0" for kind in KINDS),
            *(
                f"--resolve={kind.backend.format(name)}=127.0.0.1:{port}"
                for kind in KINDS
                for name, port in ports.items()
            ),
        ]

    def _write(self, kind: Kind) -> None:
        write(self.folder / f"{kind.name}.json", kind.write(self.states[kind.name]))


def write(file: Path, content: dict[str, Any]) -> None:
    """Write a file in place of the last one, as careful programs do: in full, and then by a rename."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(content), encoding="utf-8")
    new.rename(file)
