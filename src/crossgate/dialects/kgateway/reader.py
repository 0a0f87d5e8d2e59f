"""The kgateway dialect: manifests become listeners, and the Gateway API's precedence the order of their routes."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.dialect import Dialect, Reading
from crossgate.dialects.documents import Documents
from crossgate.dialects.kgateway.attachment import Attachments, Failure
from crossgate.dialects.kgateway.behaviour import DOCUMENTS
from crossgate.dialects.kgateway.gateways import GatewayListener, read_gateway
from crossgate.dialects.kgateway.matches import precedence
from crossgate.dialects.kgateway.names import GATEWAY_API, POLICY_GROUPS, POLICY_KINDS
from crossgate.dialects.kgateway.routes import HttpRoute, RouteReader, attached, served
from crossgate.dialects.options import ReadOptions
from crossgate.model.gateway import Listener, Unmatched, arrange
from crossgate.model.hosts import Hostname
from crossgate.model.routes import Route
from crossgate.model.table import Outcome, Respond

_NAME: Final = "kgateway"


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read Gateways, HTTPRoutes and TrafficPolicies into listeners."""
    gateways = documents.of(GATEWAY_API, "Gateway")
    listeners = [listener for gateway in gateways for listener in read_gateway(gateway, report)]
    attachments = Attachments(documents, options, report)
    reader = RouteReader(attachments, report)
    routes = [read for source in documents.of(GATEWAY_API, "HTTPRoute") if (read := reader.read(source))]
    found = _listeners(listeners, routes, attachments, report)
    attachments.finish()
    if not report.has_errors:
        _say_what_is_forwarded(found, report)
    return Reading(listeners=found)


def _listeners(
    listeners: list[GatewayListener], routes: list[HttpRoute], attachments: Attachments, report: Diagnostics
) -> tuple[Listener, ...]:
    """Hang each route on the listeners that it attaches to."""
    hung: defaultdict[str, list[tuple[Hostname, Route]]] = defaultdict(list)
    order: dict[str, tuple[Any, ...]] = {}
    for http_route in routes:
        source = http_route.source
        for listener, hostname in attached(http_route, listeners, report):
            found = [route for rule in http_route.rules for route in served(rule, attachments, listener)]
            hung[listener.label] += [(hostname, route) for route in found]
            for number, route in enumerate(found):
                order[route.name] = (*precedence(route.match), source.created, source.namespace, source.name, number)
    return tuple(
        _failing(
            Listener(
                name=listener.label,
                port=listener.port,
                span=listener.span,
                hosts=arrange(hung[listener.label], precedence=lambda _, route: order[route.name], falls_back=False),
            ),
            attachments.failure(listener.place),
        )
        for listener in listeners
    )


def _failing(listener: Listener, failure: Failure) -> Listener:
    """Return a listener with what a policy on it makes fail answered 500."""
    if failure is Failure.NOTHING:
        return listener
    answer = Unmatched(answer=Respond(status=500))
    if failure is Failure.EVERYTHING:
        return replace(listener, hosts=(), unmatched=answer)
    return replace(listener, hosts=tuple(replace(host, routes=(), unmatched=answer) for host in listener.hosts))


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
