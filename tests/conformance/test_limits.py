"""The limits of the Gateway API's lists and texts: as much as the API server takes is taken, and one more is refused.

Source: https://gateway-api.sigs.k8s.io/reference/spec/.
"""

from collections.abc import Callable
from typing import Any, Final

import pytest

from crossgate.diagnostics import Severity
from crossgate.dialects.options import ReadOptions
from tests.conformance.files import GATEWAY_API, file_of, read_file

BACKEND: Final = {"name": "backend", "port": 80}
MIRROR: Final = {"type": "RequestMirror", "requestMirror": {"backendRef": BACKEND}}
TOO_MANY, TOO_LONG = "too-many-items", "out-of-range"


def route(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "route", "namespace": "gateway-conformance-infra"}
    spec = {"parentRefs": [{"name": "same-namespace"}], "rules": [{"backendRefs": [BACKEND]}], **spec}
    return {"apiVersion": GATEWAY_API, "kind": "HTTPRoute", "metadata": metadata, "spec": spec}


def ruled(**rule: Any) -> dict[str, Any]:
    return route(rules=[{"backendRefs": [BACKEND], **rule}])


def matches(*counts: int) -> list[dict[str, Any]]:
    paths = [[{"path": {"value": f"/{rule}/{n}"}} for n in range(count)] for rule, count in enumerate(counts)]
    return [{"backendRefs": [BACKEND], "matches": found} for found in paths]


def listeners(count: int) -> dict[str, Any]:
    found = [{"name": f"listener-{n}", "port": 1000 + n, "protocol": "HTTP"} for n in range(count)]
    metadata = {"name": "same-namespace", "namespace": "gateway-conformance-infra"}
    spec = {"gatewayClassName": "any", "listeners": found}
    return {"apiVersion": GATEWAY_API, "kind": "Gateway", "metadata": metadata, "spec": spec}


def named(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"name": f"name-{n}", **more} for n in range(count)]


def edited(**edits: Any) -> dict[str, Any]:
    return ruled(filters=[{"type": "RequestHeaderModifier", "requestHeaderModifier": edits}])


LIMITS: Final[dict[str, tuple[int, Callable[[int], dict[str, Any]], str]]] = {
    "listeners of a Gateway": (64, listeners, TOO_MANY),
    "parents": (32, lambda n: route(parentRefs=named(n)), TOO_MANY),
    "hostnames": (16, lambda n: route(hostnames=[f"h{one}.test" for one in range(n)]), TOO_MANY),
    "rules": (16, lambda n: route(rules=matches(*[1] * n)), TOO_MANY),
    "matches of a rule": (64, lambda n: route(rules=matches(n)), TOO_MANY),
    "matches in all": (128, lambda n: route(rules=matches(43, 43, n - 86)), TOO_MANY),
    "filters": (16, lambda n: ruled(filters=[MIRROR] * n), TOO_MANY),
    "filters of a backendRef": (16, lambda n: ruled(backendRefs=[{**BACKEND, "filters": [MIRROR] * n}]), TOO_MANY),
    "backendRefs": (16, lambda n: ruled(backendRefs=named(n, port=80)), TOO_MANY),
    "header matches": (16, lambda n: ruled(matches=[{"headers": named(n, value="v")}]), TOO_MANY),
    "query matches": (16, lambda n: ruled(matches=[{"queryParams": named(n, value="v")}]), TOO_MANY),
    "headers set": (16, lambda n: edited(set=named(n, value="v")), TOO_MANY),
    "headers removed": (16, lambda n: edited(remove=[f"name-{one}" for one in range(n)]), TOO_MANY),
    "a path": (1024, lambda n: ruled(matches=[{"path": {"value": "/" + "a" * (n - 1)}}]), TOO_LONG),
    "a header's value": (4096, lambda n: edited(set=[{"name": "a", "value": "v" * n}]), TOO_LONG),
    "a matched header": (4096, lambda n: ruled(matches=[{"headers": [{"name": "a", "value": "v" * n}]}]), TOO_LONG),
    "a query's value": (1024, lambda n: ruled(matches=[{"queryParams": [{"name": "a", "value": "v" * n}]}]), TOO_LONG),
}
"""What is limited → how much of it there may be, a manifest with so much of it, and how one more is refused."""


def errors(manifest: dict[str, Any]) -> list[str]:
    _, report = read_file(file_of("kgateway", [manifest], {}), ReadOptions())
    return [found.id for found in report if found.severity is Severity.ERROR and not found.is_contained]


@pytest.mark.parametrize("what", LIMITS)
def test_as_much_as_is_allowed_is_taken(what: str) -> None:
    limit, manifest, _ = LIMITS[what]
    assert errors(manifest(limit)) == []


@pytest.mark.parametrize("what", LIMITS)
def test_one_more_is_refused(what: str) -> None:
    limit, manifest, refusal = LIMITS[what]
    assert errors(manifest(limit + 1)) == [refusal]
