"""Values of a file that would end a header, be an operator of Envoy's, or forge a line of output."""

import json
import re
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import resources, static_bootstrap
from crossgate.envoy.virtual_hosts import RouteCompiler
from crossgate.source import Source
from tests.fuzz import seeds
from tests.security.scene import ALLOWED, HOSTS, Scene
from tests.support.envoy import complaint

CONTROLS = ["\r\nx-evil: 1", "\n", "\r", "\x00", "\x1b[31m", "\x7f"]
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

MATCHED = {"regex", "exact", "inline_string"}

Place = tuple[int | str, ...]


def leaves(node: Any, place: Place = ()) -> list[Place]:
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    found = [leaf for key, value in items for leaf in leaves(value, (*place, key))]
    return [place] if isinstance(node, str) else found


def strings(node: Any) -> list[str]:
    """Return every text that Envoy writes somewhere: all but what is matched against, and the bodies of our answers."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        return [text for item in node for text in strings(item)]
    if isinstance(node, dict):
        return [*node, *(text for key, item in node.items() if key not in MATCHED for text in strings(item))]
    return []


@pytest.mark.parametrize("number", [-3, -2, -1], ids=["higress", "kgateway", "kong"])
def test_no_control_character_of_any_value_reaches_envoy(number: int) -> None:
    documents, compiler = seeds.files()[number], RouteCompiler()
    refused = 0
    for place in leaves(documents):
        for control in CONTROLS:
            changed = deepcopy(documents)
            *way, last = place
            parent: Any = changed
            for key in way:
                parent = parent[key]
            parent[last] += control
            text = "\n---\n".join(map(json.dumps, changed))
            config = read([Source(name="a", text=text)], ReadOptions(), Diagnostics())
            refused += config is None
            if config is not None:
                compiled = resources(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)), compiler)
                said = [text for text in strings(compiled) if _CONTROL.search(text)]
                assert not said, (place, control)
    assert refused > len(leaves(documents)), "most of them are refused"


@pytest.mark.parametrize(
    ("dialect", "exposed"),
    [("kgateway", "X-%PROTOCOL%"), ("higress", "%REQ(cookie)%"), ("kong", "%REQ(cookie)%")],
)
def test_an_operator_of_envoy_in_a_value_is_text(scene: Scene, dialect: str, exposed: str) -> None:
    answer = scene.ask(HOSTS[dialect], ("Origin", ALLOWED), ("Cookie", "session=secret"))
    assert answer.value("access-control-expose-headers") == exposed


def test_an_operator_of_envoy_in_a_name_is_text_in_the_log(scene: Scene) -> None:
    scene.ask(HOSTS["kgateway"], ("Origin", ALLOWED), ("Cookie", "session=secret"), target="/operators")
    line = scene.logged("/operators")
    assert "secret" not in line
    assert json.loads(line)["policy"] == "HTTPRoute/default/100%REQ(cookie)%#rule-0/filter-0"
    assert json.loads(line)["route"] == "HTTPRoute/default/100%REQ(cookie)%#rule-0/match-0"


HOSTILE_HOSTS = ["a.test\r\nx-evil: 1", "a.test x", "a.test/evil", "%REQ(host)%", "a.test\\1"]


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_a_host_for_the_upstream_is_one_or_is_refused(host: str) -> None:
    declarative = {
        "_format_version": "3.0",
        "services": [{"name": "s", "host": host, "routes": [{"name": "r", "paths": ["/"]}]}],
    }
    config = read([Source(name="a", text=json.dumps(declarative))], ReadOptions(), Diagnostics())
    if config is None:
        return
    assert not re.search(r"[\s/]", host)
    compiled = static_bootstrap(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bootstrap.json")
        file.write_text(json.dumps(compiled), encoding="utf-8")
        assert not complaint(file)


@pytest.mark.parametrize("path", ["/a\r\nx-evil: 1", "/a b", "/a HTTP/1.1", "/\\0", "/\\9"])
def test_a_path_for_the_upstream_ends_no_request_line(path: str) -> None:
    declarative = {
        "_format_version": "3.0",
        "services": [{"name": "s", "host": "a.test", "path": path, "routes": [{"name": "r", "paths": ["/"]}]}],
    }
    report = Diagnostics()
    assert read([Source(name="a", text=json.dumps(declarative))], ReadOptions(), report) is None


def test_a_listener_whose_name_would_forge_a_ready_line_is_refused() -> None:
    listener = {"name": "a http://a\nready: b", "port": 80, "protocol": "HTTP"}
    gateway = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "gw"},
        "spec": {"gatewayClassName": "any", "listeners": [listener]},
    }
    report = Diagnostics()
    assert read([Source(name="a", text=json.dumps(gateway))], ReadOptions(), report) is None
    assert [found.id for found in report] == ["invalid-value"]
