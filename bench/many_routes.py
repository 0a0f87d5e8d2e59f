"""Documents of many routes: one host, a path and a policy of its own for each; read, compiled, and asked for by wrk.

`bench/routes.py` asks other things of many routes: the latency of any of them, and what a change costs.
"""

from typing import Final

from bench.load import Request
from bench.policies import Measured
from crossgate.source import Source

_GATEWAY: Final = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: http, namespace: infra}
spec:
  gatewayClassName: kgateway
  listeners:
    - {name: http, port: 8080, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
"""

_ROUTE: Final = """\
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: service-%(at)05d
  namespace: shop
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
            value: /team-%(team)d/service-%(at)05d
      filters:
        - type: CORS
          cors:
            allowOrigins:
              - https://app-%(at)05d.example
              - https://*.partners.example
            allowMethods:
              - GET
              - POST
            allowHeaders:
              - Content-Type
            allowCredentials: true
            maxAge: 600
      backendRefs:
        - name: backend
          port: 8000
"""


def documents(number: int) -> tuple[Source, ...]:
    """Return a file with so many routes."""
    text = _GATEWAY + "".join(_ROUTE % {"at": at, "team": at % 10} for at in range(number))
    return (Source(name="routes.yaml", text=text),)


def many_routes(number: int) -> Measured:
    """Return so many routes; what is asked is the last of them, and the filter has its policy alone."""
    last = number - 1
    origin, path = f"https://app-{last:05}.example", f"/team-{last % 10}/service-{last:05}/orders"
    common = (("Host", "api.example"), ("Origin", origin))
    preflight = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "content-type"))
    return Measured(
        sources=documents(number),
        filter_policy={
            "allow_origin_string_match": [
                {"exact": origin},
                {"safe_regex": {"regex": "https://([A-Za-z0-9_-]+\\.)+partners\\.example"}},
            ],
            "allow_methods": "GET,POST",
            "allow_headers": "Content-Type",
            "allow_credentials": True,
            "max_age": "600",
            "forward_not_matching_preflights": True,
        },
        requests={
            "actual, granted": Request(path=path, headers=common, grants=True),
            "preflight, granted": Request(method="OPTIONS", path=path, headers=(*common, *preflight), grants=True),
        },
    )
