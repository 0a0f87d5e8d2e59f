"""As many TrafficPolicies as HTTPRoutes, each attached by name or by labels: read, merged and compiled.

`python -m bench.attached_policies [MOST]` prints the seconds of the processor by size and says how they grow.
"""

import gc
import sys
import time
from typing import Any, Final

from bench.policies import configuration
from bench.timing import exponent, sizes
from crossgate import collection
from crossgate.envoy.resources import static_bootstrap
from crossgate.source import Source

Json = dict[str, Any]

_GATEWAY: Final = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: http, namespace: shop}
spec:
  gatewayClassName: kgateway
  listeners: [{name: http, port: 8080, protocol: HTTP}]
---
apiVersion: gateway.kgateway.dev/v1alpha1
kind: TrafficPolicy
metadata: {name: everybody, namespace: shop}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: http}]
  cors: {allowOrigins: ["https://app.example"]}
"""
_ROUTE: Final = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: service-%(at)05d, namespace: shop, labels: {team: shop, service: "%(at)05d"}}
spec:
  parentRefs: [{name: http}]
  hostnames: [service-%(at)05d.example]
  rules:
    - backendRefs: [{name: backend, port: 8000}]
---
apiVersion: gateway.kgateway.dev/v1alpha1
kind: TrafficPolicy
metadata: {name: service-%(at)05d, namespace: shop}
spec:
  %(target)s
  cors: {allowOrigins: ["https://app-%(at)05d.example"], allowMethods: [GET, POST]}
"""
_TARGETS: Final = (
    "targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: service-%05d}]",
    """\
targetSelectors:
    - {group: gateway.networking.k8s.io, kind: HTTPRoute, matchLabels: {team: shop, service: "%05d"}}""",
)
_MOST: Final = 10_000
_LEAST: Final = 100


def documents(number: int) -> tuple[Source, ...]:
    """Return a file with so many routes and policies, every other one by labels that they share in part."""
    parts = [_ROUTE % {"at": at, "target": _TARGETS[at % len(_TARGETS)] % at} for at in range(number)]
    return (Source(name="policies.yaml", text=_GATEWAY + "".join(parts)),)


def read_and_compile(number: int) -> Json:
    """Time reading and compiling as the commands do it, in seconds of the processor."""
    sources = documents(number)
    gc.collect()
    with collection.paused():
        started = time.process_time()
        config = configuration(sources)
        read = time.process_time()
        static_bootstrap(config, dict.fromkeys(config.ports, ("127.0.0.1", 0)))
        compiled = time.process_time()
    own = {route.policy.name.rpartition("-")[2] for route in config.routes() if route.policy}
    assert own == {f"{at:05}" for at in range(number)}, "a route lacks its own policy"
    return {"routes": number, "read": read - started, "compile": compiled - read}


def main() -> int:
    """Measure each power of ten, and print what it took."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else _MOST
    rows = [read_and_compile(size) for size in sizes(most, _LEAST)]
    for row in rows:
        sys.stdout.write(
            f"{row['routes']:>6} routes and policies: read {row['read']:.2f} s, compile {row['compile']:.2f} s\n"
        )
    slopes = ", ".join(f"{key} {exponent(rows, key):.2f}" for key in ("read", "compile"))
    sys.stdout.write(f"exponents (1 is linear): {slopes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
