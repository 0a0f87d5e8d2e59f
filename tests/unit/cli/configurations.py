"""Small configurations for the tests of the command line, read as files are."""

from typing import Final

from crossgate.browser.exchanges import ACTUAL, Sent
from crossgate.browser.planned import PlannedFetch
from crossgate.browser.profiles import STANDARD, Profile
from crossgate.cli.checked import Checked, check_fetch
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.engine.decide import Engine
from crossgate.model.gateway import GatewayConfig
from crossgate.source import Source


def configuration(text: str, *more: str) -> GatewayConfig:
    """Read `a.yaml`, `b.yaml` …; what is not usable fails the test."""
    sources = [
        Source(name=f"{chr(97 + place)}.yaml", text=each, index=place) for place, each in enumerate((text, *more))
    ]
    report = Diagnostics()
    config = read(sources, ReadOptions(), report)
    assert config is not None, "\n".join(map(str, report))
    return config


def sent(method: str, url: str, *headers: tuple[str, str]) -> Sent:
    """Make a request as a browser sends one."""
    return Sent(kind=ACTUAL, method=method, url=url, headers=headers, credentials=False)


def checked(fetch: PlannedFetch, config: GatewayConfig, profile: Profile = STANDARD) -> Checked:
    """Check a fetch, and look for no advice."""
    return check_fetch(fetch, Engine(config), None, profile, lambda _: ())


SERVICE: Final = """\
_format_version: "3.0"
services:
  - name: orders
    url: http://orders.test:80
    plugins:
      - name: cors
        instance_name: own
        config:
          origins:
            - https://app.test
            - https://[a-z]+\\.example\\.test
          methods: [GET, PUT]
          headers: [X-A]
    routes:
      - name: orders
        paths: [/orders]
      - name: post-only
        methods: [POST]
  - name: plain
    url: http://plain.test:80
    routes:
      - name: plain
        paths: [/plain]
"""

PLUGIN: Final = """\
apiVersion: networking.higress.io/v1
kind: McpBridge
metadata: {name: default, namespace: higress-system}
spec:
  registries: [{domain: orders.test, name: orders, port: 80, type: dns}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: orders
  namespace: higress-system
  annotations: {higress.io/destination: orders.dns}
spec:
  ingressClassName: higress
  rules:
    - host: orders.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend: {resource: {apiGroup: networking.higress.io, kind: McpBridge, name: default}}
---
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {name: cors, namespace: higress-system}
spec:
  url: oci://registry.test/plugins/cors:1.0.0
  defaultConfigDisable: true
  matchRules:
    - ingress: [orders]
      configDisable: false
      config:
        allow_origins:
          - https://app.test
        allow_methods:
          - GET
          - PATCH
        allow_headers:
          - X-A
"""
