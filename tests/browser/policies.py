"""Generated policies of each gateway, as files: what its reader refuses is thrown away and drawn anew."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.source import Source

HOSTS: Final = ("app.one.test", "b.one.test", "one.test", "xone.test", "a.b.two.test", "two.test", "a_b.one.test")
"""The hosts of the pages."""
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
HEADERS: Final = ("X-A", "X-B", "Authorization", "Content-Type", "Range")
EXPOSED: Final = ("X-One", "X-Two", "ETag")

Document = dict[str, Any]


def some(random: Random, values: tuple[str, ...], most: int = 4) -> list[str]:
    return random.sample(values, random.randint(1, min(most, len(values))))


def star_or_some(random: Random, values: tuple[str, ...]) -> list[str]:
    return ["*"] if random.random() < 0.25 else some(random, values)


def origins(random: Random, port: int) -> list[str]:
    entries = [f"http://{host}:{port}" for host in HOSTS]
    return some(random, tuple(entries), 3)


def kong(random: Random, number: int, port: int) -> list[Document]:
    patterns = [
        rf"http://[a-z.]*one\.test(:{port})?",
        "http://.*",
        "*",
        "null",
        f"http://APP.one.test:{port}",
        "one.test",
    ]
    config: Document = {"origins": [*origins(random, port), *random.sample(patterns, random.randint(0, 2))]}
    if random.random() < 0.3:
        config["origins"] = config["origins"][-1:]
    _maybe(random, config, "methods", some(random, METHODS))
    _maybe(random, config, "headers", star_or_some(random, HEADERS))
    _maybe(random, config, "exposed_headers", star_or_some(random, EXPOSED))
    _maybe(random, config, "credentials", value=random.random() < 0.7)
    _maybe(random, config, "max_age", random.choice([0, 60, 100_000]))
    _maybe(random, config, "preflight_continue", value=random.random() < 0.5)
    plugin = {"name": "cors", "config": config}
    route = {"name": f"r{number}", "hosts": [f"p{number}.kong.test"], "plugins": [plugin]}
    return [{"name": f"s{number}", "url": "http://up.test:80", "routes": [route]}]


def higress(random: Random, number: int, port: int) -> list[Document]:
    config: Document = {}
    _maybe(random, config, "allow_origins", random.choice([origins(random, port), ["*"]]))
    _maybe(random, config, "allow_origin_patterns", ["http://*.one.test:[*]"])
    _maybe(random, config, "allow_methods", star_or_some(random, METHODS))
    _maybe(random, config, "allow_headers", star_or_some(random, HEADERS))
    _maybe(random, config, "expose_headers", some(random, EXPOSED))
    _maybe(random, config, "allow_credentials", value=random.random() < 0.7)
    _maybe(random, config, "max_age", random.choice([0, 60, 100_000]))
    backend = {"resource": {"apiGroup": "networking.higress.io", "kind": "McpBridge", "name": "default"}}
    paths = [{"path": "/", "pathType": "Prefix", "backend": backend}]
    ingress = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": f"i{number}",
            "namespace": "higress-system",
            "annotations": {"higress.io/destination": "up.dns"},
        },
        "spec": {
            "ingressClassName": "higress",
            "rules": [{"host": f"p{number}.higress.test", "http": {"paths": paths}}],
        },
    }
    plugin = {
        "apiVersion": "extensions.higress.io/v1alpha1",
        "kind": "WasmPlugin",
        "metadata": {"name": f"w{number}", "namespace": "higress-system"},
        "spec": {
            "url": f"oci://registry.test/plugins/cors:{random.choice(['1.0.0', '2.0.0'])}",
            "defaultConfigDisable": True,
            "matchRules": [{"ingress": [f"i{number}"], "configDisable": False, "config": config}],
        },
    }
    return [ingress, plugin]


def kgateway(random: Random, number: int, port: int) -> list[Document]:
    cors: Document = {"allowOrigins": random.choice([origins(random, port), ["*"], [f"http://*.one.test:{port}"]])}
    _maybe(random, cors, "allowMethods", star_or_some(random, METHODS))
    _maybe(random, cors, "allowHeaders", star_or_some(random, HEADERS))
    _maybe(random, cors, "exposeHeaders", star_or_some(random, EXPOSED))
    _maybe(random, cors, "allowCredentials", value=random.random() < 0.7)
    _maybe(random, cors, "maxAge", random.choice([1, 60, 100_000]))
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": f"h{number}", "namespace": "n"},
        "spec": {
            "parentRefs": [{"name": "g"}],
            "hostnames": [f"p{number}.kgateway.test"],
            "rules": [{"filters": [{"type": "CORS", "cors": cors}], "backendRefs": [{"name": "up", "port": 80}]}],
        },
    }
    return [route]


def _maybe(random: Random, mapping: Document, key: str, value: object) -> None:
    if random.random() < 0.7:
        mapping[key] = value


def _kong_file(documents: list[Document]) -> str:
    open_route = {"name": "open", "hosts": ["open.kong.test", "other.kong.test"]}
    service = {"name": "open", "url": "http://up.test:80", "routes": [open_route]}
    return json.dumps({"_format_version": "3.0", "services": [*documents, service]})


def _higress_file(documents: list[Document]) -> str:
    registry = {"domain": "up.test", "name": "up", "port": 80, "type": "dns"}
    bridge = {
        "apiVersion": "networking.higress.io/v1",
        "kind": "McpBridge",
        "metadata": {"name": "default", "namespace": "higress-system"},
        "spec": {"registries": [registry]},
    }
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [bridge, *documents]})


def _kgateway_file(documents: list[Document]) -> str:
    listener = {"name": "http", "port": 8080, "protocol": "HTTP"}
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "g", "namespace": "n"},
        "spec": {"gatewayClassName": "kgateway", "listeners": [listener]},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "up", "namespace": "n"},
        "spec": {"ports": [{"port": 80}]},
    }
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [gateway, service, *documents]})


Draw = Callable[[Random, int, int], list[Document]]
_GATEWAYS: Final[dict[str, tuple[Draw, Callable[[list[Document]], str]]]] = {
    "kong": (kong, _kong_file),
    "higress": (higress, _higress_file),
    "kgateway": (kgateway, _kgateway_file),
}


def files(random: Random, count: int, port: int) -> dict[str, str]:
    """Return a file for each gateway, with so many policies, for pages on a port."""
    return {
        name: write([item for number in range(count) for item in _readable(random, name, number, port)])
        for name, (_, write) in _GATEWAYS.items()
    }


def _readable(random: Random, name: str, number: int, port: int) -> list[Document]:
    draw, write = _GATEWAYS[name]
    for documents in _drawn(random, draw, number, port):
        if read([Source(name=name, text=write(documents))], ReadOptions(), Diagnostics()) is not None:
            return documents
    raise AssertionError


def _drawn(random: Random, draw: Draw, number: int, port: int) -> Iterator[list[Document]]:
    for _ in range(100):
        yield draw(random, number, port)
