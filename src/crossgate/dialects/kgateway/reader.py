"""The kgateway dialect: manifests become listeners, and the Gateway API's precedence the order of their routes."""

from collections import defaultdict
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect
from crossgate.dialects.documents import Documents
from crossgate.dialects.kgateway.behaviour import DOCUMENTS
from crossgate.dialects.kgateway.gateways import GatewayListener, read_gateway
from crossgate.dialects.kgateway.matches import precedence
from crossgate.dialects.kgateway.policies import read_policy
from crossgate.dialects.kgateway.routes import (
    GATEWAY_API,
    POLICY_GROUPS,
    POLICY_KINDS,
    HttpRoute,
    RouteReader,
    attached,
)
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener, arrange
from crossgate.model.hosts import Hostname
from crossgate.model.routes import Route
from crossgate.model.table import Outcome

_NAME: Final = "kgateway"


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> tuple[Listener, ...]:
    """Read Gateways, HTTPRoutes and TrafficPolicies into listeners."""
    version = options.documents.get(_NAME, DOCUMENTS[0])
    gateways = documents.of(GATEWAY_API, "Gateway")
    listeners = [listener for gateway in gateways for listener in read_gateway(gateway, report)]
    policies = {
        (policy.namespace, policy.name): read_policy(policy, options, report)
        for group in POLICY_GROUPS
        for policy in documents.of(group, *POLICY_KINDS)
    }
    reader = RouteReader(policies, options, version, report)
    routes = [read for source in documents.of(GATEWAY_API, "HTTPRoute") if (read := reader.read(source))]
    served = _listeners(listeners, routes, report)
    if not report.has_errors:
        _say_what_is_forwarded(served, report)
    return served


def _listeners(listeners: list[GatewayListener], routes: list[HttpRoute], report: Diagnostics) -> tuple[Listener, ...]:
    """Hang each route on the listeners that it attaches to."""
    hung: defaultdict[str, list[tuple[Hostname, Route]]] = defaultdict(list)
    order: dict[str, tuple[Any, ...]] = {}
    for http_route in routes:
        for listener, hostname in attached(http_route, listeners, report):
            hung[listener.label] += [(hostname, route) for route in http_route.routes]
        source = http_route.source
        for number, route in enumerate(http_route.routes):
            order[route.name] = (*precedence(route.match), source.created, source.namespace, source.name, number)
    return tuple(
        Listener(
            name=listener.label,
            port=listener.port,
            span=listener.span,
            hosts=arrange(hung[listener.label], precedence=lambda _, route: order[route.name], falls_back=False),
        )
        for listener in listeners
    )


def _say_what_is_forwarded(listeners: tuple[Listener, ...], report: Diagnostics) -> None:
    """Note once that a preflight from another origin reaches the upstream, which may grant what the policy does not."""
    for route in (route for listener in listeners for host in listener.hosts for route in host.routes):
        if route.table is not None and any(row.outcome is Outcome.PREFLIGHT_FORWARDED for row in route.table.rows):
            report.note(
                "unmatched-preflight-forwarded",
                "a preflight from an origin that is not allowed goes to the upstream, whose own answer may grant it",
                route.table.span,
                "that is what the kgateway 2.1 documents say; `--documents kgateway=2.3` answers it at the gateway",
            )
            return


DIALECT: Final = Dialect(
    name=_NAME,
    kinds=frozenset(
        {
            (GATEWAY_API, "Gateway"),
            (GATEWAY_API, "HTTPRoute"),
            *((group, kind) for group in POLICY_GROUPS for kind in POLICY_KINDS),
        }
    ),
    documents=DOCUMENTS,
    read=read,
    protecting=frozenset({(GATEWAY_API, "BackendTLSPolicy"), ("gateway.kgateway.dev", "BackendConfigPolicy")}),
)
