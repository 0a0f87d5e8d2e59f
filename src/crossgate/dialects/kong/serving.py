"""What of a file is served, and what is said about that: its listeners, and routes that not everybody reaches."""

from collections.abc import Sequence

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.kong.certificates import read_certificates
from crossgate.dialects.kong.entities import Entities
from crossgate.dialects.kong.listeners import listeners
from crossgate.dialects.kong.placing import Placer
from crossgate.dialects.kong.preflights import say_what_preflights_need
from crossgate.dialects.kong.routes import ReadRoute
from crossgate.model.listeners import Certificate, Listener
from crossgate.source import Span


def served(
    entities: Entities,
    routes: Sequence[ReadRoute],
    placer: Placer,
    span: Span,
    report: Diagnostics,
) -> tuple[Listener, ...]:
    """Return the gateway's listeners, with the routes that each serves."""
    certificates = read_certificates(entities.certificates.values(), entities.snis, report)
    for route in routes:
        _say_who_reaches(route, placer, certificates, report)
    return listeners(routes, placer, certificates, span)


def _say_who_reaches(
    route: ReadRoute,
    placer: Placer,
    certificates: Sequence[Certificate],
    report: Diagnostics,
) -> None:
    if placer.has_policy(route):
        say_what_preflights_need(route, report)
    if route.protocols.needs_tls and not certificates:
        report.warning(
            "https-not-served",
            "the route is for HTTPS alone, which is not served: the file has no certificate with a server name",
            route.entity.span,
            "add one under `certificates`, with `snis`; without any, the gateway shows one that no browser takes",
        )
