"""What clients get of an upstream that fails, from a real Envoy: the answer of the gateway, with what CORS adds."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import static_bootstrap
from crossgate.source import Source
from tests.support.envoy import running
from tests.support.exchange import Answer, send

ANSWERS = {
    "refusing": (502, "An invalid response was received from the upstream server"),
    "silent": (504, "The upstream server is timing out"),
    "unknown": (503, "name resolution failed"),
    "bare": (503, "failure to get a peer from the ring-balancer"),
}


@pytest.fixture(scope="module")
def path() -> Iterator[Path]:
    """Serve routes to upstreams that fail, each in its own way."""
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as refusing:
        refusing.bind(("127.0.0.1", 0))
        places = {"silent": silent.getsockname(), "refusing": refusing.getsockname()}
        with TemporaryDirectory(prefix="fail") as name:  # pytest's own paths are too long for a socket
            path = Path(name, "socket")
            with running(bootstrap(places, path), path):
                yield path


def bootstrap(places: dict[str, tuple[str, int]], path: Path) -> dict[str, Any]:
    urls = {name: f"http://{host}:{port}" for name, (host, port) in places.items()}
    urls |= {"unknown": "http://nowhere.invalid", "bare": "http://bare"}
    services = [
        {"name": name, "url": url, "read_timeout": 100, "retries": 0, "routes": [{"name": name, "paths": [f"/{name}"]}]}
        for name, url in urls.items()
    ]
    plugins = [{"name": "cors", "config": {"origins": ["https://a.test", "https://b.test"]}}]
    file = {"_format_version": "3.0", "services": services, "plugins": plugins, "upstreams": [{"name": "bare"}]}
    config = read([Source(name="kong.json", text=json.dumps(file))], ReadOptions(), Diagnostics())
    assert config is not None
    made = static_bootstrap(config, dict.fromkeys(config.ports, ("", 0)))
    made["static_resources"]["listeners"][0]["address"] = {"pipe": {"path": str(path)}}
    return made


def asked(path: Path, name: str) -> Answer:
    return send(path, "GET", f"/{name}", [("host", "k.test"), ("origin", "https://a.test")])


@pytest.mark.parametrize("name", ANSWERS)
def test_a_failing_upstream_is_answered_as_the_gateway_does_and_decorated(path: Path, name: str) -> None:
    answer = asked(path, name)
    status, message = ANSWERS[name]
    assert (answer.status, json.loads(answer.body)) == (status, {"message": message})
    assert answer.values("content-type") == ["application/json; charset=utf-8"]
    assert answer.values("access-control-allow-origin") == ["https://a.test"]


def test_what_the_gateway_answers_by_itself_stays(path: Path) -> None:
    answer = asked(path, "nowhere")
    assert (answer.status, json.loads(answer.body)) == (404, {"message": "no Route matched with those values"})
