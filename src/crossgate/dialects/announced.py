"""Preflights that take the routes of the requests that they announce, and what the user has to know of them."""

from crossgate.diagnostics import Diagnostics
from crossgate.model.gateway import GatewayConfig
from crossgate.model.preflight_routing import is_of_preflights, route_as_announced
from crossgate.model.routes import Route


def with_preflights_announced(config: GatewayConfig, report: Diagnostics) -> GatewayConfig:
    """Return a configuration with preflights routed as what they announce, and say where that is not known."""
    rewritten, undecided = route_as_announced(config)
    for route in config.routes():
        if route.table is not None and _is_for_preflights(route):
            report.note(
                "preflight-routed-elsewhere",
                f"preflights pass `{route.name}` by: it is for them, and they take the routes of what they announce",
                route.span,
                "it still gets other OPTIONS requests; where that is not meant, leave it out",
            )
    for found in undecided:
        related = () if found.rival.span is None else ((f"`{found.rival.name}`", found.rival.span),)
        report.warning(
            "preflight-undecided",
            f"preflights for `{found.route.name}` are answered 404: what they announce does not tell it from "
            f"`{found.rival.name}`, which has another policy",
            found.route.span,
            "give both the same policy, or match by path or method: a preflight has no values of the headers to come",
            related,
        )
    return rewritten


def _is_for_preflights(route: Route) -> bool:
    return route.match.methods == {"OPTIONS"} or any(is_of_preflights(header.name) for header in route.match.headers)
