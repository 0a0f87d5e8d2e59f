"""Scalars of manifests typed as a cluster gets them."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.manifest_scalars import typed
from crossgate.dialects.nodes import MappingNode, to_python
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.dialects.yaml import read_documents
from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.engine.respond import Response, respond
from crossgate.fetch.headers import ALLOW_CREDENTIALS
from crossgate.source import Source


def value_of(text: str) -> object:
    report = Diagnostics()
    (node,) = read_documents(Source(name="object.yaml", text=f"list: [{text}]\n"), report)
    assert not report.has_errors
    assert isinstance(node, MappingNode)
    read = to_python(typed(node))
    assert isinstance(read, dict)
    return read["list"][0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((word, True) for word in ("yes", "Yes", "on", "ON", "true")),
        *((word, False) for word in ("no", "NO", "Off", "false")),
        *((word, word) for word in ("y", "n", "yEs", "none", "_", "1_0x", "1:30", "2026-01-01")),
        ("010", 8),
        ("08", 8),
        ("0", 0),
        ("-010", -8),
        ("1_000", 1000),
        ("0_10", 8),
        ("0x1F", 31),
        ("600.0", 600),
        ("6e2", 600),
        ("1.5", 1.5),
        ("~", None),
        ('"yes"', "yes"),
        ("'010'", "010"),
    ],
)
def test_an_unquoted_value_has_the_type_that_the_cluster_gets(text: str, value: object) -> None:
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_what_does_not_change_is_the_same_object() -> None:
    (node,) = read_documents(Source(name="object.yaml", text="a: [b, 1, {c: true}]\n"), Diagnostics())
    assert isinstance(node, MappingNode)
    assert typed(node) is node


PLUGIN = """
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {{name: cors, namespace: higress-system}}
spec:
  url: oci://registry.example/plugins/cors:1.0.0
  defaultConfig: {{allow_origins: ["https://a.example"], allow_credentials: {written}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: all, namespace: higress-system}}
spec:
  ingressClassName: higress
  rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: s, port: {{number: 80}}}}}}}}]}}}}]
"""


@pytest.mark.parametrize(("written", "granted"), [("yes", ["true"]), ("off", []), ('"yes"', [])])
def test_objects_are_read_as_a_cluster_gets_them(written: str, granted: list[str]) -> None:
    report = Diagnostics()
    config = read([Source(name="higress.yaml", text=PLUGIN.format(written=written))], ReadOptions(), report)
    assert config is not None
    engine = Engine(config)
    request = admit("GET", "http://api.example/", [("Origin", "https://a.example")])
    assert isinstance(request, Request)
    answer = respond(engine.conditions, engine.decide(request, port=80), Response(status=200))
    assert [value for name, value in answer.headers if name == ALLOW_CREDENTIALS] == granted
