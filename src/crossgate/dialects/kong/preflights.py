"""What preflights need to find a route, where the documents of the plugin warn of it and the match alone does not tell.

Methods and headers that no preflight has are `crossgate.dialects.preflights`'s.
"""

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.routes import ReadRoute


def say_what_preflights_need(route: ReadRoute, report: Diagnostics) -> None:
    """Say it at a route with the plugin in force."""
    criteria, name = route.criteria, f"Route/{route.entity.name or route.entity.id}"
    if criteria.hosts and not (criteria.has_paths or criteria.methods):
        hosts = ", ".join(f"`{host.written}`" for host in criteria.hosts)
        report.note(
            "preflight-by-host",
            f"preflights reach `{name}` only at {hosts}: a browser takes `Host` from the URL",
            route.entity.span,
            "the plugin's documents advise to match by `paths` or `methods`, which every preflight has",
        )
    if route.protocols.needs_tls:
        report.note(
            "preflight-before-tls",
            f"over HTTP, preflights to `{name}` are answered {route.protocols.status} before the plugin runs",
            route.entity.span,
            "pages have to call it by `https://`: no browser follows a preflight's redirect",
        )
