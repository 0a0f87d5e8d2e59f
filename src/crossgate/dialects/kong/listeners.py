"""Where the gateway listens, by its documents: HTTP at 8000, and HTTPS at 8443 where there are certificates."""

from collections.abc import Callable, Sequence
from typing import Final

from crossgate.dialects.kong.answers import FAILED, NO_ROUTE
from crossgate.dialects.kong.names import NAME
from crossgate.dialects.kong.placing import Placed, Placer
from crossgate.dialects.kong.router import Place
from crossgate.dialects.kong.routes import ReadRoute
from crossgate.model.gateway import Certificate, Listener, Scheme, Unmatched, arrange
from crossgate.source import Span

HTTP: Final = Place(scheme=Scheme.HTTP, port=8000)
HTTPS: Final = Place(scheme=Scheme.HTTPS, port=8443)
_NAMES: Final = {HTTP: NAME, HTTPS: f"{NAME}-https"}


def listeners(
    routes: Sequence[ReadRoute], placer: Placer, certificates: tuple[Certificate, ...], span: Span
) -> tuple[Listener, ...]:
    """Return the gateway's listeners."""
    places = [HTTP, HTTPS] if certificates else [HTTP]
    return tuple(_listener(place, routes, placer, certificates, span) for place in places)


def _listener(
    place: Place, routes: Sequence[ReadRoute], placer: Placer, certificates: tuple[Certificate, ...], span: Span
) -> Listener:
    placed = [item for route in routes for item in placer.place(route, place)]
    unmatched = Unmatched(answer=NO_ROUTE, table=placer.unmatched)
    hosts = arrange(
        [(item.hostname, item.route) for item in placed],
        precedence=_precedence(placed),
        falls_back=True,
        unmatched=lambda _: unmatched,
    )
    return Listener(
        name=_NAMES[place],
        port=place.port,
        hosts=hosts,
        scheme=place.scheme,
        certificates=certificates if place.scheme is Scheme.HTTPS else (),
        unmatched=unmatched,
        failed=FAILED,
        span=span,
    )


def _precedence(placed: Sequence[Placed]) -> Callable[[object, object], int]:
    """Return how early each route is tried; of two with one key the one that was read first is."""
    first = sorted(placed, key=lambda item: item.key)
    ranks = {id(item.route): rank for rank, item in enumerate(first)}
    return lambda _, route: ranks[id(route)]
