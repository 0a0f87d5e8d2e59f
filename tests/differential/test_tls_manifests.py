"""HTTPS listeners from manifests, behind a real Envoy: each hostname of a port shows its own Secret's certificate."""

import base64
import json
from typing import Any

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.shown import certificate, client
from tests.support.wire import Connection

GATEWAY_API = "gateway.networking.k8s.io/v1"


def made(kind: str, name: str, version: str = GATEWAY_API, namespace: str = "web", **body: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **body}


def secret(name: str, of: str, namespace: str = "web") -> dict[str, Any]:
    shown = certificate(of)
    parts = {"tls.crt": shown.chain, "tls.key": shown.private_key}
    data = {key: base64.b64encode(text.encode()).decode() for key, text in parts.items()}
    return made("Secret", name, "v1", namespace, type="kubernetes.io/tls", data=data)


def listener(hostname: str, *secrets: str) -> dict[str, Any]:
    references = [{"name": name.rpartition("/")[2], "namespace": name.rpartition("/")[0] or "web"} for name in secrets]
    name = hostname.replace("*.", "any-").replace(".", "-")
    return {
        "name": name,
        "port": 8443,
        "protocol": "HTTPS",
        "hostname": hostname,
        "tls": {"certificateRefs": references},
    }


def configured(port: int, *objects: dict[str, Any]) -> tuple[GatewayConfig, Diagnostics]:
    """Read a Gateway with its Secrets, and a route for each of its listeners that answers with the listener's name."""
    report = Diagnostics()
    gateway = next(found for found in objects if found["kind"] == "Gateway")
    routes = []
    for item in gateway["spec"]["listeners"]:
        item["port"] = port
        redirect = {"type": "RequestRedirect", "requestRedirect": {"hostname": f"{item['name']}.answered"}}
        cors = {"type": "CORS", "cors": {"allowOrigins": [f"https://{item['name']}.test"]}}
        spec = {"parentRefs": [{"name": "web", "sectionName": item["name"]}], "rules": [{"filters": [redirect, cors]}]}
        routes.append(made("HTTPRoute", item["name"], spec=spec))
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": [*objects, *routes]})
    config = read([Source(name="tls.json", text=text)], ReadOptions(), report)
    assert config is not None, "\n".join(map(str, report))
    return config, report


def gateway(*listeners: dict[str, Any]) -> dict[str, Any]:
    return made("Gateway", "web", spec={"gatewayClassName": "kgateway", "listeners": list(listeners)})


def test_two_hostnames_on_one_port(plane: DataPlane) -> None:
    config, report = configured(
        18443, gateway(listener("a.test", "a"), listener("b.test", "b")), secret("a", "a"), secret("b", "b")
    )
    assert not report.has_errors
    engine, (path,) = Engine(config), plane.serve(config).values()
    for name, other in (("a.test", "b.test"), ("b.test", "a.test")):
        with Connection(path, client(), name) as connection:
            answer = assert_read_alike(engine, 18443, connection, "GET", "/x", [("Host", name)]).response
            misdirected = assert_read_alike(engine, 18443, connection, "GET", "/x", [("Host", other)]).response
        assert answer.status == 302
        assert answer.header("location") == f"https://{name.replace('.', '-')}.answered:18443/x"
        assert misdirected.status == 421


def test_a_broken_certificate_costs_its_own_listener_only(plane: DataPlane) -> None:
    broken = secret("mixed", "a")
    broken["data"]["tls.key"] = secret("b", "b")["data"]["tls.key"]
    config, report = configured(
        18444, gateway(listener("a.test", "a"), listener("b.test", "mixed")), secret("a", "a"), broken
    )
    assert [found.id for found in report if found.is_contained] == ["listener-not-served"]
    assert [found.name for found in config.listeners] == ["web/web/a-test"]
    (path,) = plane.serve(config).values()
    with Connection(path, client(), "a.test") as connection:
        assert connection.exchange("GET", "/", [("Host", "a.test")]).status == 302
    with pytest.raises(OSError, match=r"."):
        Connection(path, client(), "b.test")


def test_a_secret_of_another_namespace_takes_a_grant() -> None:
    there, objects = secret("a", "a", "certs"), gateway(listener("a.test", "certs/a"), listener("b.test", "b"))
    _, report = configured(18445, objects, there, secret("b", "b"))
    assert [found.id for found in report if found.is_contained] == ["listener-not-served"]
    grant = made(
        "ReferenceGrant",
        "grant",
        "gateway.networking.k8s.io/v1beta1",
        "certs",
        spec={
            "from": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "web"}],
            "to": [{"group": "", "kind": "Secret", "name": "a"}],
        },
    )
    config, report = configured(18446, objects, there, secret("b", "b"), grant)
    assert not [found for found in report if found.is_contained]
    assert [found.certificates[0].names for found in config.listeners] == [("a.test",), ("b.test",)]


def test_the_second_certificate_of_a_listener_is_shown_for_its_own_names() -> None:
    config, _ = configured(18447, gateway(listener("*.a.test", "a", "b")), secret("a", "a"), secret("b", "b"))
    assert [found.names for found in config.listeners[0].certificates] == [("*.a.test",), ("b.a.test",)]


def test_nothing_that_is_said_shows_a_key() -> None:
    broken = secret("mixed", "a")
    broken["data"]["tls.key"] = secret("b", "b")["data"]["tls.key"]
    _, report = configured(
        18448, gateway(listener("a.test", "a"), listener("b.test", "mixed")), secret("a", "a"), broken
    )
    said = "\n".join(map(str, report))
    assert broken["data"]["tls.key"][:40] not in said
