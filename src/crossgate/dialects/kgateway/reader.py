"""The kgateway dialect: manifests become listeners, and the Gateway API's precedence the order of their routes."""

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.documents import Documents
from crossgate.dialects.kgateway.attaching import Attaching
from crossgate.dialects.kgateway.attachment import Attachments
from crossgate.dialects.kgateway.cluster import read_cluster
from crossgate.dialects.kgateway.flattening import Delegation
from crossgate.dialects.kgateway.gateways import read_gateway
from crossgate.dialects.kgateway.hanging import Hanging
from crossgate.dialects.kgateway.listener_sets import read_listener_sets
from crossgate.dialects.kgateway.names import GATEWAY_API, LISTENER_SETS, NAME
from crossgate.dialects.kgateway.routes import HttpRoute, read_route
from crossgate.dialects.kgateway.rules import RuleReader
from crossgate.dialects.options import ReadOptions
from crossgate.dialects.reading import Reading
from crossgate.model.gateway import Listener
from crossgate.model.table import Outcome


def read(documents: Documents, options: ReadOptions, report: Diagnostics) -> Reading:
    """Read Gateways, HTTPRoutes, TrafficPolicies and what they refer to into listeners."""
    cluster = read_cluster(documents, report)
    gateways = documents.of(GATEWAY_API, "Gateway")
    sets = [found for group, kind in LISTENER_SETS for found in documents.of(group, kind)]
    listeners = list(
        read_listener_sets(sets, [read_gateway(found, cluster, report) for found in gateways], cluster, report)
    )
    attachments = Attachments(documents, options, report)
    rules = RuleReader(cluster, attachments, report)
    sources = documents.of(GATEWAY_API, "HTTPRoute")
    routes = [route for source in sources if (route := read_route(source, rules, report)) is not None]
    attaching = Attaching(listeners, cluster, report)
    hanging = Hanging(listeners, attachments, report, is_emulated=NAME in options.emulate)
    _hang(routes, attaching, hanging, report)
    found = tuple(hanging.listeners())
    attachments.finish()
    if not report.has_errors and NAME not in options.emulate:
        _say_what_is_forwarded(found, report)
    return Reading(listeners=found, attachments=attachments.account())


def _hang(routes: list[HttpRoute], attaching: Attaching, hanging: Hanging, report: Diagnostics) -> None:
    """Hang each route, with those that it delegates to, where it attaches; say which are nowhere."""
    delegation = Delegation(routes, report)
    for route in routes:
        places = list(attaching.places(route))
        flats = delegation.flatten(route) if places else []
        for listener, hostname in places:
            hanging.hang(route, flats, listener, hostname)
    for route in routes:
        if not any(parent.has_listeners for parent in route.parents) and not delegation.is_reached(route):
            message = f"`{route.source.label}` is not attached: it has no Gateway, and no route delegates to it"
            hint = "name a Gateway in `parentRefs`"
            report.warning("route-not-attached", message, route.source.name_span, hint)


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
