"""Advice on files of every gateway, however they are written: made by hand, line by line, it lets the fetch through."""

import json
from collections.abc import Sequence
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.advice.search import Advice, advise
from crossgate.browser.gateway import answering
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import play
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.fetch.methods import normalize_method
from crossgate.model.gateway import GatewayConfig
from crossgate.records import replace
from crossgate.source import Source

KONG: Final = """\
# Kong's
_format_version: "3.0"
services:
  - name: s
    url: http://up.test:80
    plugins:
      - name: cors
        config:
{policy}
    routes:
      - name: r
        paths: [/]
"""
HIGRESS: Final = """\
apiVersion: networking.higress.io/v1
kind: McpBridge
metadata: {{name: default, namespace: higress-system}}
spec:
  registries: [{{domain: up.test, name: up, port: 80, type: dns}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: i, namespace: higress-system, annotations: {{higress.io/destination: up.dns}}}}
spec:
  ingressClassName: higress
  rules:
    - host: api.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {{resource: {{apiGroup: networking.higress.io, kind: McpBridge, name: default}}}}
---
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {{name: cors, namespace: higress-system}}
spec:
  url: oci://registry.test/plugins/cors:1.0.0
  defaultConfig:
{policy}
"""
ANNOTATIONS: Final = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: i
  namespace: n
  annotations:
              higress.io/enable-cors: "true"
{policy}
spec:
  ingressClassName: higress
  rules:
    - host: api.test
      http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: s, port: {{number: 80}}}}}}}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: s, namespace: n}}
spec: {{ports: [{{port: 80}}]}}
"""
KGATEWAY: Final = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: g, namespace: n}}
spec: {{gatewayClassName: kgateway, listeners: [{{name: http, port: 80, protocol: HTTP}}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: r, namespace: n}}
spec:
  parentRefs: [{{name: g}}]
  rules:
    - filters:
        - type: CORS
          cors:
{policy}
      backendRefs: [{{name: s, port: 80}}]
---
apiVersion: v1
kind: Service
metadata: {{name: s, namespace: n}}
spec: {{ports: [{{port: 80}}]}}
"""
FILES: Final = {
    "kong": (KONG, ("origins", "methods", "headers", "credentials")),
    "higress": (HIGRESS, ("allow_origins", "allow_methods", "allow_headers", "allow_credentials")),
    "annotations": (
        ANNOTATIONS,
        tuple(f"higress.io/cors-allow-{what}" for what in ("origin", "methods", "headers", "credentials")),
    ),
    "kgateway": (KGATEWAY, ("allowOrigins", "allowMethods", "allowHeaders", "allowCredentials")),
}
INDENT: Final = " " * 14
METHODS: Final = ("GET", "PUT", "PATCH", "DELETE", "OPTIONS")
NAMES: Final = (
    "X-A",
    "x-b",
    "null",
    "true",
    "on",
    "y",
    "1",
    "0x1f",
    "1e3",
    "~",
    "-x",
    "*x",
    "&a",
    "!t",
    "%p",
    "'q",
    "a'b",
    "`c",
    "#h",
    "x|y",
    ".",
)
"""Header names, all of them tokens; many mean something else in YAML unless they are quoted."""
ORIGINS: Final = (
    "https://app.test",
    "http://b.test:8080",
    "https://c.test",
    "null",
    "chrome-extension://abc",
    "http://[::1]:3000",
)


def read_texts(sources: Sequence[Source]) -> GatewayConfig | None:
    return read(sources, ReadOptions(), Diagnostics())


def made(text: str, advice: Advice) -> str:
    """Make a change by hand, line by line, as a reader of it would."""
    lines = text.splitlines()
    for changed in reversed(advice.lines):
        first = changed.line - 1
        assert tuple(lines[first : first + len(changed.old)]) == changed.old
        lines[first : first + len(changed.old)] = changed.new
    return "\n".join(lines) + "\n"


def is_allowed(text: str, fetch: PlannedFetch) -> bool:
    config = read_texts([Source(name="a.yaml", text=text)])
    assert config is not None, text
    return play(fetch, answering(Engine(config))).is_allowed


@st.composite
def scalars(draw: st.DrawFn, value: str, *, is_text: bool = False) -> str:
    """Write a text in one of the ways in which it can be written."""
    ways = [json.dumps(value), "'" + value.replace("'", "''") + "'"]
    if value.startswith("http") and "[" not in value and not is_text:
        ways.append(value)
    if (
        value.replace("-", "").isalpha()
        and not is_text
        and value not in {"null", "true", "on", "y"}
        and value[0] != "-"
    ):
        ways.append(value)
    return draw(st.sampled_from(ways))


@st.composite
def sequences(draw: st.DrawFn, key: str, values: list[str]) -> str:
    """Write a list in one of the ways in which it can be written."""
    items = [draw(scalars(value)) for value in values]
    comment = draw(st.sampled_from(["", " # why", "  #, not this"]))
    match draw(st.integers(0, 4)):
        case 0:
            return f"{INDENT}{key}: [{', '.join(items)}]{comment}"
        case 1:
            return "\n".join([f"{INDENT}{key}:{comment}", *(f"{INDENT}  - {item}{comment}" for item in items)])
        case 2:
            return "\n".join([f"{INDENT}{key}:", *(f"{INDENT}-   {item}" for item in items)])
        case 3:
            inner = f",\n{INDENT}  ".join(items)
            return f"{INDENT}{key}: [\n{INDENT}  {inner},{comment}\n{INDENT}]"
        case _:
            return f'{INDENT}"{key}": [ {" , ".join(items)} ]{comment}'


@st.composite
def texts(draw: st.DrawFn, key: str, values: list[str]) -> str:
    """Write a list as one text."""
    comma = draw(st.sampled_from([",", ", "]))
    return f"{INDENT}{key}: {draw(scalars(comma.join(values), is_text=True))}"


@st.composite
def policies(draw: st.DrawFn, name: str) -> str:
    """Write a file with a policy."""
    template, (origins, methods, headers, credentials) = FILES[name]
    are_texts = name == "annotations"
    lists = texts if are_texts else sequences
    parts = [draw(lists(origins, draw(st.lists(st.sampled_from(ORIGINS[:3]), min_size=1, unique=True))))]
    if draw(st.booleans()):
        parts.append(draw(lists(methods, draw(st.lists(st.sampled_from(METHODS), min_size=1, unique=True)))))
    if draw(st.booleans()):
        parts.append(draw(lists(headers, draw(st.lists(st.sampled_from(NAMES[:6]), min_size=1, unique=True)))))
    if draw(st.booleans()):
        value = draw(st.sampled_from(["true", "false"]))
        parts.append(f"{INDENT}{credentials}: {draw(scalars(value, is_text=True)) if are_texts else value}")
    text = template.format(policy="\n".join(draw(st.permutations(parts))))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


@st.composite
def fetches(draw: st.DrawFn) -> PlannedFetch:
    headers = draw(st.lists(st.sampled_from(NAMES), max_size=3, unique=True))
    return PlannedFetch(
        origin=draw(st.sampled_from(ORIGINS)),
        url="http://api.test/",
        method=normalize_method(draw(st.sampled_from((*METHODS[:4], "patch", "null", "1", "*x", "NO")))),
        headers=tuple((header, "1") for header in headers),
        credentials=draw(st.booleans()),
    )


def is_beyond(name: str, fetch: PlannedFetch) -> bool:
    """Say whether a gateway's schema has no word for what a fetch needs: no method of one's own, and here no `null`."""
    return fetch.method not in METHODS or (name == "kgateway" and fetch.origin == "null")


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_advice_lets_the_fetch_through(name: str, data: st.DataObject) -> None:
    text, fetch = data.draw(policies(name)), data.draw(fetches())
    if read_texts([Source(name="a.yaml", text=text)]) is None or is_allowed(text, fetch):
        return
    found = advise(fetch, [Source(name="a.yaml", text=text)], read_texts)
    for advice in found:
        if not advice.changes[0].endswith("as it is"):  # which the page has to change
            assert is_allowed(made(text, advice), fetch), advice
        else:
            assert is_allowed(made(text, advice), replace(fetch, method=fetch.method.upper())), advice
    assert found or is_beyond(name, fetch), f"{fetch}\n{text}"


WRITTEN: Final = {origin: (origin, f"{origin}/", origin.upper(), f"{origin}:443") for origin in ORIGINS[::2]}
"""Origins as browsers send them, and ways in which people write them."""


@st.composite
def policies_by_hand(draw: st.DrawFn, name: str) -> str:
    """Write a file with origins that are not all written as browsers send them, or with `*` beside them."""
    template, (origins, methods, _, credentials) = FILES[name]
    lists = texts if name == "annotations" else sequences
    ways = st.sampled_from(ORIGINS[:3]).flatmap(lambda origin: st.sampled_from((*WRITTEN.get(origin, (origin,)), "*")))
    parts = [draw(lists(origins, draw(st.lists(ways, min_size=1, max_size=4, unique=True))))]
    if draw(st.booleans()):
        parts.append(draw(lists(methods, draw(st.lists(st.sampled_from(METHODS), min_size=1, unique=True)))))
    if draw(st.booleans()):
        value = '"true"' if name == "annotations" else "true"
        parts.append(f"{INDENT}{credentials}: {value}")
    return template.format(policy="\n".join(draw(st.permutations(parts))))


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_was_allowed_stays_allowed_or_is_told_as_a_risk(name: str, data: st.DataObject) -> None:
    text, fetch = data.draw(policies_by_hand(name)), data.draw(fetches())
    if read_texts([Source(name="a.yaml", text=text)]) is None or is_allowed(text, fetch):
        return
    for advice in advise(fetch, [Source(name="a.yaml", text=text)], read_texts):
        changed = made(text, advice)
        for origin in (*ORIGINS[:3], "https://stranger.test"):
            for method in METHODS[:4]:
                for credentials in (False, True):
                    other = PlannedFetch(origin=origin, url=fetch.url, method=method, credentials=credentials)
                    if is_allowed(text, other) and not is_allowed(changed, other):
                        risks = [risk for risk in advice.risks if "no longer allowed" in risk]
                        told = "other origins" if origin == "https://stranger.test" or "*" in text else origin
                        assert any(told in risk for risk in risks), (other, advice)
