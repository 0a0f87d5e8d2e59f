"""Many HTTPRoutes, each with a TrafficPolicy of its own: what reading, attaching and compiling them takes.

    python bench/attached.py                    # 1,000 2,000 5,000 10,000
    python bench/attached.py 1000

Half of the policies name their route in `targetRefs`, half choose it by a label; one more is attached to the Gateway,
and merged under all of them. A figure is worth the ratio to the one beside it: growth is linear where the last column,
microseconds a route, stays as it is.
"""

import argparse
import sys
import time
from collections.abc import Sequence

from crossgate.collection import paused
from crossgate.diagnostics import Diagnostics
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.read import read
from crossgate.envoy.resources import static_bootstrap
from crossgate.source import Source

SIZES = (1_000, 2_000, 5_000, 10_000)
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: http, namespace: infra}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: http, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: gateway.kgateway.dev/v1alpha1
kind: TrafficPolicy
metadata: {name: wide, namespace: infra}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: http}]
  cors: {allowOrigins: ["https://wide.example"]}
"""
ROUTE = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: service-%(at)05d
  namespace: shop
  labels:
    service: s%(at)05d
spec:
  parentRefs:
    - name: http
      namespace: infra
  hostnames:
    - api.example
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: /service-%(at)05d
      backendRefs:
        - name: backend
          port: 8000
---
apiVersion: gateway.kgateway.dev/v1alpha1
kind: TrafficPolicy
metadata:
  name: cors-%(at)05d
  namespace: shop
spec:
%(target)s
  cors:
    allowOrigins:
      - https://app-%(at)05d.example
    allowMethods:
      - GET
      - POST
    allowCredentials: true
"""
BY_NAME = """\
  targetRefs:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      name: service-%(at)05d"""
BY_LABEL = """\
  targetSelectors:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      matchLabels:
        service: s%(at)05d"""


def manifests(count: int) -> str:
    """Return a file of so many routes and policies."""
    targets = (BY_NAME, BY_LABEL)
    return GATEWAY + "".join(ROUTE % {"at": at, "target": targets[at % 2] % {"at": at}} for at in range(count))


def measure(count: int) -> tuple[float, float]:
    """Return the seconds that reading and compiling take, and make sure that every route got its policy."""
    source, report = Source(name="routes.yaml", text=manifests(count)), Diagnostics()
    began = time.perf_counter()
    with paused():
        config = read([source], ReadOptions(), report)
        taken = time.perf_counter() - began
        assert config is not None, "\n".join(map(str, report))
        compiled = static_bootstrap(config, {port: ("127.0.0.1", port) for port in config.ports})
    assert compiled
    routes = list(config.routes())
    assert len(routes) == count
    assert {route.policy.name.rpartition("-")[2] for route in routes if route.policy} == {
        f"{n:05}" for n in range(count)
    }
    return taken, time.perf_counter() - began - taken


def main(arguments: Sequence[str]) -> None:
    """Print a line for each number of routes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", nargs="*", type=int, default=SIZES)
    print(f"{'routes':>7} {'read s':>8} {'compile s':>10} {'µs a route':>11}")
    for count in parser.parse_args(arguments).counts:
        read_in, compiled_in = measure(count)
        each = (read_in + compiled_in) / count * 1e6
        print(f"{count:>7} {read_in:>8.2f} {compiled_in:>10.2f} {each:>11.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
