"""Request headers that a route edits on the way to its backend, kept as they came for the rows that echo them.

An echo is read when the response is made, and by then the edits are too. So listeners with such a route have a filter
that keeps, beside the request and where no backend sees them, the values that its rows echo.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.envoy.edits import kept_key, written
from crossgate.envoy.matchers import Json
from crossgate.model.conditions import ASKED
from crossgate.model.edits import Append, Echo, Set
from crossgate.model.routes import Forward, Route

_TYPE: Final = "type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config"


def kept_of(route: Route) -> frozenset[str]:
    """Return which of the headers that rows may echo the route edits."""
    return ASKED & route.target.edited_of_requests if isinstance(route.target, Forward) else frozenset()


def keeping(routes: Iterable[Route]) -> list[Json]:
    """Return the HTTP filters that keep what rows of some of the routes echo: one, or none."""
    values = {key: value for route in routes for key, value in _kept_values(route)}
    if not values:
        return []
    return [
        {
            "name": "crossgate.kept",
            "typed_config": {
                "@type": _TYPE,
                "on_request_headers": [_keep(key, value) for key, value in sorted(values.items())],
            },
        }
    ]


def _kept_values(route: Route) -> Iterator[tuple[str, str]]:
    if route.table is None or not (headers := kept_of(route)):
        return
    for row in route.table.rows:
        for edit in route.table.edits_of(row):
            match edit:
                case Set(value=Echo() as echo) | Append(value=Echo() as echo) if echo.header in headers:
                    yield kept_key(echo.header, echo.normalisation), written(echo.header, echo.normalisation)
                case _:
                    pass


def _keep(key: str, value: str) -> Json:
    return {
        "object_key": key,
        "factory_key": "envoy.string",
        "format_string": {"text_format_source": {"inline_string": value}, "omit_empty_values": True},
        "skip_if_empty": True,
    }
