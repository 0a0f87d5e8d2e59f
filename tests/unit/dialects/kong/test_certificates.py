"""Certificates of a declarative file: who is shown which, what becomes of routes for HTTPS, and what is never said."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from crossgate.diagnostics import Diagnostics, render_text
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source
from tests.support.certificates import key_pair

ROUTES = [
    {"name": "secret", "protocols": ["https"], "paths": ["/"], "snis": ["shop.test."]},
    {"name": "open", "paths": ["/"]},
]


def read_file(indent: int | None = 1, **entities: Any) -> tuple[GatewayConfig | None, str]:
    """Return the configuration and what is said of it."""
    services = [{"name": "s", "url": "http://s.test", "routes": ROUTES}]
    file = {"_format_version": "3.0", "services": services, **entities}
    report = Diagnostics()
    config = read([Source(name="kong.json", text=json.dumps(file, indent=indent))], ReadOptions(), report)
    return config, render_text(report, colour=False)


def certificate(*names: str, key: str | None = None) -> Mapping[str, Any]:
    chain, own = key_pair(*names)
    return {"cert": chain, "key": key or own, "snis": [{"name": name} for name in names]}


def route_of(config: GatewayConfig, url: str, listener: str) -> str | None:
    request = admit("GET", url, [])
    assert isinstance(request, Request)
    (port,) = [item.port for item in config.listeners if item.name == listener]
    route = Engine(config).decide(request, port=port, listener=listener).routed.route
    return None if route is None else route.name


def test_without_certificates_only_http_is_served_and_said_at_routes_for_https() -> None:
    config, said = read_file()
    assert config is not None
    assert [listener.name for listener in config.listeners] == ["kong"]
    assert said.count("https-not-served") == 1
    assert "secret" in said


def test_each_name_has_its_certificate_and_a_star_is_for_all_others() -> None:
    config, said = read_file(certificates=[certificate("shop.test", "*.shop.test"), certificate("*")])
    assert config is not None
    assert [(listener.name, listener.port) for listener in config.listeners] == [("kong", 8000), ("kong-https", 8443)]
    shown = {found.names: found.chain for found in config.listeners[1].certificates}
    assert shown == {("shop.test", "*.shop.test"): key_pair("shop.test", "*.shop.test")[0], (): key_pair("*")[0]}
    assert "https-not-served" not in said


def test_names_may_stand_beside_their_certificates() -> None:
    ident = "a4fbd24e-6a52-4937-bd78-2536713072d2"
    chain, key = key_pair("shop.test")
    config, _ = read_file(
        certificates=[{"id": ident, "cert": chain, "key": key}], snis=[{"name": "Shop.test", "certificate": ident}]
    )
    assert config is not None
    assert [found.names for found in config.listeners[1].certificates] == [("shop.test",)]


def test_server_names_count_over_tls_only() -> None:
    config, _ = read_file(certificates=[certificate("*")])
    assert config is not None
    assert route_of(config, "https://shop.test:8443/", "kong-https") == "Route/secret"
    assert route_of(config, "https://else.test:8443/", "kong-https") == "Route/open"
    assert route_of(config, "http://else.test:8000/", "kong") == "Route/secret"


@pytest.mark.parametrize("indent", [None, 1])
def test_a_key_of_another_makes_the_file_unusable_and_is_not_shown(indent: int | None) -> None:
    other = key_pair("other.test")[1]
    config, said = read_file(indent, certificates=[certificate("shop.test", key=other)])
    assert config is None
    assert "the private key is not that of the certificate" in said
    assert not any(line in said for line in other.splitlines()[1:-1])
    assert other.splitlines()[1][:20] not in said
