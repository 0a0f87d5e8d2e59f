"""Routes that no preflight can reach: what they match by, a preflight does not carry."""

from crossgate.diagnostics import Diagnostics
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Route

_CARRIED = frozenset(
    {
        "origin",
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "accept-language",
        "referer",
        "connection",
        "access-control-request-method",
        "access-control-request-headers",
        "sec-fetch-mode",
        "sec-fetch-site",
        "sec-fetch-dest",
    }
)
"""Request headers that browsers send with a preflight (https://fetch.spec.whatwg.org/#cors-preflight-fetch)."""

_CURE = "or say `--preflight-routing effective`"


def warn_of_missed_preflights(config: GatewayConfig, report: Diagnostics) -> None:
    """Warn at every route that has a CORS policy and that its own preflights miss."""
    for route in config.routes():
        if route.table is not None:
            _warn(route, report)


def _warn(route: Route, report: Diagnostics) -> None:
    if route.match.methods and "OPTIONS" not in route.match.methods:
        methods = ", ".join(f"`{method}`" for method in sorted(route.match.methods))
        report.warning(
            "preflight-misses-route",
            f"preflights miss `{route.name}`: they are OPTIONS requests, and it matches only {methods}",
            route.span,
            "add OPTIONS to the methods that it matches, or give the path a route for OPTIONS with the same policy, "
            f"{_CURE}",
        )
    for header in route.match.headers:
        if header.name not in _CARRIED:
            report.warning(
                "preflight-misses-route",
                f"preflights miss `{route.name}`: browsers do not send `{header.name}` with them",
                route.span,
                "match by path or method, or give the path a route without that header match and with the same "
                f"policy, {_CURE}",
            )
