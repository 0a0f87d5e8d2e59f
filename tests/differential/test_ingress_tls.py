"""Ingresses behind TLS: hosts with a certificate by HTTPS, redirects of the rest of the way there, live."""

import base64
import json
import ssl
from typing import Any, Final

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint
from crossgate.source import Source
from tests.support.backend import asked
from tests.support.data_plane import DataPlane
from tests.support.readings import assert_read_alike
from tests.support.shown import FOLDER, client
from tests.support.wire import Connection

Json = dict[str, Any]

ORIGIN: Final = ("Origin", "https://page.test")


def encoded(name: str) -> str:
    return base64.b64encode((FOLDER / name).read_bytes()).decode()


def secret(name: str, shown: str, **replaced: str) -> Json:
    data = {"tls.crt": encoded(f"{shown}.pem"), "tls.key": encoded(f"{shown}.key.pem")}
    metadata = {"name": name, "namespace": "shop"}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": metadata,
        "data": data | replaced,
    }


def ingress(name: str, hosts: list[str], tls: list[Json], **annotations: str) -> Json:
    paths = [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": 80}}}}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "annotations": {f"higress.io/{key.replace('_', '-')}": text for key, text in annotations.items()},
        },
        "spec": {
            "ingressClassName": "higress",
            "rules": [{"host": host, "http": {"paths": paths}} for host in hosts],
            "tls": tls,
        },
    }


def configured(*items: Json) -> tuple[GatewayConfig, list[str]]:
    text = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(items)})
    report = Diagnostics()
    config = read([Source(name="input.json", text=text)], ReadOptions(), report)
    assert config is not None, "\n".join(map(str, report))
    return config, [found.id for found in report]


def test_a_host_with_a_certificate_is_served_by_https_too(plane: DataPlane, backend: Endpoint) -> None:
    config, said = configured(
        secret("a", "a"),
        secret("b", "b"),
        ingress(
            "secure",
            ["a.test", "x.a.test"],
            [{"hosts": ["a.test"], "secretName": "a"}],
            ssl_redirect="true",
            enable_cors="true",
            cors_allow_origin="https://page.test",
        ),
        ingress("both", ["b.test"], [{"hosts": ["b.test"], "secretName": "b"}]),
    )
    assert said == []
    assert [(listener.name, listener.port) for listener in config.listeners] == [
        ("higress", 80),
        ("higress-https", 443),
    ]
    config = with_endpoints(config, dict.fromkeys(backend_names(config), (backend,)))
    engine, paths = Engine(config), plane.serve(config)
    lines = [("Host", "a.test"), ORIGIN]

    with Connection(paths[80]) as plain:
        sent_on = assert_read_alike(engine, 80, plain, "GET", "/cart?id=1", lines)
        assert sent_on.response.status == 308
        assert sent_on.response.header("location") == "https://a.test/cart?id=1"
        assert sent_on.response.header("access-control-allow-origin") == ORIGIN[1]
        assert (
            assert_read_alike(engine, 80, plain, "GET", "/", [("Host", "b.test"), asked(200, (), "")]).response.status
            == 200
        )
    for name, path in (("a.test", "/cart"), ("b.test", "/")):
        with Connection(paths[443], client(), name) as secure:
            found = assert_read_alike(engine, 443, secure, "GET", path, [("Host", name), ORIGIN, asked(200, (), "")])
            assert found.response.status == 200
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        Connection(paths[443], client(), "x.a.test")


def test_a_missing_or_broken_secret_leaves_its_host_without_https_and_nothing_else() -> None:
    config, said = configured(
        secret("a", "a"),
        secret("mixed", "a", **{"tls.key": encoded("b.key.pem")}),
        secret("empty", "a", **{"tls.crt": ""}),
        ingress(
            "shop",
            ["a.test", "b.test", "c.test", "d.test"],
            [
                {"hosts": ["a.test"], "secretName": "a"},
                {"hosts": ["b.test"], "secretName": "mixed"},
                {"hosts": ["c.test"], "secretName": "nowhere"},
                {"hosts": ["d.test"], "secretName": "empty"},
                {"hosts": ["else.test"], "secretName": "a"},
                {"hosts": ["a.test"]},
            ],
        ),
    )
    assert sorted(said) == [
        "certificate-missing",
        "certificate-unusable",
        "certificate-unusable",
        "tls-without-effect",
        "tls-without-effect",
    ]
    plain, secure = config.listeners
    assert len(plain.hosts) == 4
    assert [host.hostname.pattern for host in secure.hosts] == ["a.test"]


def test_without_any_certificate_there_is_no_listener_for_https() -> None:
    config, _ = configured(ingress("shop", ["a.test"], [{"hosts": ["a.test"], "secretName": "nowhere"}]))
    assert [listener.name for listener in config.listeners] == ["higress"]
