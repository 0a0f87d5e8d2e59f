"""Three gateways of one policy, as listeners of one Envoy: without CORS, with Envoy's filter, and ours.

All three have the listener that crossgate compiles, to the last setting. None logs, unless a variant says so.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from bench.policies import Measured
from crossgate.envoy.resources import static_bootstrap
from crossgate.model.gateway import GatewayConfig
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Endpoint

Json = dict[str, Any]

PLAIN: Final = "plain"
FILTER: Final = "filter"
OURS: Final = "ours"

_HTTP: Final = "type.googleapis.com/envoy.extensions.filters.http.cors.v3"
_CORS: Final = "envoy.filters.http.cors"
_CEL_ECHO: Final = re.compile(r"%CEL\(re\.extract\(request\.headers\['origin'\].*")


def upstream() -> Json:
    """Return the bootstrap of an upstream that answers everything at once."""
    manager = {
        "@type": (
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
        ),
        "stat_prefix": "upstream",
        "http_filters": [
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
            }
        ],
        "route_config": _one_route({"direct_response": {"status": 200, "body": {"inline_string": "ok"}}}),
    }
    chain = {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}
    address = {"socket_address": {"address": "127.0.0.1", "port_value": 0}}
    return {"static_resources": {"listeners": [{"name": "upstream", "address": address, "filter_chains": [chain]}]}}


def compiled(config: GatewayConfig, port: int) -> Json:
    """Return what crossgate compiles when every backend is at a port of this machine."""
    endpoint = (Endpoint(host="127.0.0.1", port=port),)
    placed = with_endpoints(config, dict.fromkeys(backend_names(config), endpoint))
    return static_bootstrap(placed, dict.fromkeys(config.ports, ("127.0.0.1", 0)))


def bootstrap(made: Json, listeners: Iterator[Json]) -> Json:
    """Return a bootstrap with other listeners."""
    return {**made, "static_resources": {**made["static_resources"], "listeners": list(listeners)}}


def three(made: Json, measured: Measured) -> Iterator[Json]:
    """Yield the listeners of the three gateways."""
    ours = made["static_resources"]["listeners"][0]
    yield variant(ours, OURS, silent)
    yield variant(ours, PLAIN, silent, plain)
    yield variant(ours, FILTER, silent, plain, lambda manager: add_filter(manager, measured.filter_policy))


def variant(listener: Json, name: str, *changes: Callable[[Json], None]) -> Json:
    """Return a listener with its connection manager changed, under another name."""
    copied: Json = json.loads(json.dumps(listener))
    for change in changes:
        change(copied["filter_chains"][0]["filters"][0]["typed_config"])
    return {**copied, "name": name}


def silent(manager: Json) -> None:
    """Take the access log away."""
    del manager["access_log"]


def plain(manager: Json) -> None:
    """Leave one route: what the first route that forwards does, for every request and without policy."""
    forwarding = next(route["route"] for route in _routes(manager["route_config"]) if "route" in route)
    manager["route_config"] = _one_route({"route": forwarding})
    manager.pop("early_header_mutation_extensions", None)


def add_filter(manager: Json, policy: Json) -> None:
    """Add Envoy's own filter, with a policy for the one route."""
    manager["http_filters"].insert(0, {"name": _CORS, "typed_config": {"@type": f"{_HTTP}.Cors"}})
    route = next(_routes(manager["route_config"]))
    route["typed_per_filter_config"] = {_CORS: {"@type": f"{_HTTP}.CorsPolicy", **policy}}


def without_same_origin(manager: Json) -> None:
    """Take away what prepares the comparison of `Origin` with the request's own."""
    manager.pop("early_header_mutation_extensions", None)


def without_vary(manager: Json) -> None:
    """Take away what merges `Vary`."""
    for holder in (manager["route_config"], *_routes(manager["route_config"])):
        _keep(holder, lambda option: option["header"]["key"] != "vary")


def with_plain_echo(manager: Json) -> None:
    """Echo `Origin` as it was sent, where an expression takes off what normalisation does."""
    for route in _routes(manager["route_config"]):
        for option in route.get("response_headers_to_add", ()):
            option["header"]["value"] = _CEL_ECHO.sub("%REQ(origin)%", option["header"]["value"])


def without_removals(manager: Json) -> None:
    """Leave the upstream's own CORS headers in place."""
    for route in _routes(manager["route_config"]):
        route.pop("response_headers_to_remove", None)


def _keep(holder: Json, keeps: Callable[[Json], bool]) -> None:
    if options := holder.get("response_headers_to_add"):
        holder["response_headers_to_add"] = [option for option in options if keeps(option)]


def _one_route(does: Json) -> Json:
    route = {"match": {"prefix": "/"}, **does}
    return {"name": "one", "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]}


def _routes(found: Any) -> Iterator[Json]:  # noqa: ANN401 - any JSON
    """Yield every route under a value, those in trees too."""
    if isinstance(found, dict):
        if "match" in found and ("route" in found or "direct_response" in found):
            yield found
            return
        found = list(found.values())
    if isinstance(found, list):
        for item in found:
            yield from _routes(item)
