import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.source import Source

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: apps}
spec:
  ingressClassName: higress
  defaultBackend: {service: {name: web, port: {name: http}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: apps}
spec: {ports: [{name: http, port: PORT}]}
"""


@pytest.mark.parametrize(("port", "is_one"), [("1", True), ("65535", True), ("0", False), ("65536", False)])
def test_a_port_of_a_service_is_one_that_connections_have(port: str, *, is_one: bool) -> None:
    report = Diagnostics()
    read([Source(name="f.yaml", text=INGRESS.replace("PORT", port))], ReadOptions(), report)
    places = [found.span.line for found in report if found.id == "out-of-range" and found.span is not None]
    assert places == ([] if is_one else [11])
