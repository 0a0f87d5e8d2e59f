"""A whole configuration as named xDS resources, or as one bootstrap that plain `envoy -c` runs."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from crossgate.envoy.clusters import TRUSTED_ROOTS, cluster
from crossgate.envoy.forwards import is_partly_missing
from crossgate.envoy.limits import CONNECTIONS, overload_manager
from crossgate.envoy.listeners import listener, routes_name
from crossgate.envoy.matchers import Json
from crossgate.envoy.virtual_hosts import RouteCompiler, route_configuration
from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Forward

_TYPE: Final = "type.googleapis.com/envoy.config."
LISTENER: Final = f"{_TYPE}listener.v3.Listener"
ROUTES: Final = f"{_TYPE}route.v3.RouteConfiguration"
CLUSTER: Final = f"{_TYPE}cluster.v3.Cluster"

Resources: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Type URL → resource name → resource, in the JSON form of the API."""
Binds: TypeAlias = Mapping[int, tuple[str, int]]
"""Where each port of the configuration is listened at: host and port, 0 for any free one."""

_ADS: Final = "crossgate-xds"


class Control(Struct, frozen=True, kw_only=True):
    """Where the control plane is, the path of a Unix socket, and the admin's address: a path, or host and port.

    `connections` is how many clients may be connected at once.
    """

    ads_socket: str
    admin: str | tuple[str, int]
    node: str = "crossgate"
    connections: int = CONNECTIONS


def socket_name(port: int) -> str:
    """Return the name of the Envoy listener that serves a port of the configuration, and of its routes."""
    return f"port-{port}"


def resources(
    config: GatewayConfig, binds: Binds, compiler: RouteCompiler | None = None, *, roots: str = TRUSTED_ROOTS
) -> Resources:
    """Return every resource of a configuration, routes apart from listeners so that each can change alone.

    `compiler` is the one of the configuration before, if there was one: what is the same is not compiled again.
    `roots` is the file of certificates by which backends are verified.
    """
    compiler = compiler or RouteCompiler()
    compiler.begin()
    rds: Json = {"config_source": {"ads": {}, "resource_api_version": "V3"}}
    routes = {name: made for port in config.ports for name, made in _routes(config, port, compiler)}
    sources = {name: {"rds": {**rds, "route_config_name": name}} for name in routes}
    return {
        LISTENER: {
            socket_name(port): listener(socket_name(port), config, port, binds[port], sources) for port in config.ports
        },
        ROUTES: routes,
        CLUSTER: _clusters(config, roots),
    }


def _routes(config: GatewayConfig, port: int, compiler: RouteCompiler) -> Iterator[tuple[str, Json]]:
    """Yield the route configurations of a port by name: one, or where TLS parts the listeners one for each part."""
    name = socket_name(port)
    handshakes = config.handshakes.get(port)
    if handshakes is None:
        yield name, route_configuration(name, config.ports[port], compiler)
        return
    for handshake in {handshake.owners: handshake for handshake in handshakes.all}.values():
        part = routes_name(name, handshakes, handshake)
        yield part, route_configuration(part, handshake.listeners, compiler, handshakes.owned(handshake))


def static_bootstrap(config: GatewayConfig, binds: Binds, *, roots: str = TRUSTED_ROOTS) -> Json:
    """Return a complete bootstrap with everything inside; an admin interface is for its user to add, where it is safe.

    `roots` is the file of certificates by which backends are verified.
    """
    return {
        **_limits(CONNECTIONS),
        "static_resources": {
            "listeners": [
                listener(socket_name(port), config, port, binds[port], _static_sources(config, port))
                for port in config.ports
            ],
            "clusters": list(_clusters(config, roots).values()),
        },
    }


def ads_bootstrap(control: Control) -> Json:
    """Return the bootstrap of an Envoy that asks the control plane for everything (delta ADS)."""
    service: Json = {"envoy_grpc": {"cluster_name": _ADS}}
    source: Json = {"ads": {}, "resource_api_version": "V3"}
    return {
        "node": {"id": control.node, "cluster": "crossgate"},
        "admin": _admin(control.admin),
        **_limits(control.connections),
        "dynamic_resources": {
            "ads_config": {
                "api_type": "DELTA_GRPC",
                "transport_api_version": "V3",
                "grpc_services": [service],
                "set_node_on_first_message_only": True,
            },
            "lds_config": source,
            "cds_config": source,
        },
        "static_resources": {"clusters": [_control_plane(control.ads_socket)]},
    }


def _clusters(config: GatewayConfig, roots: str) -> dict[str, Json]:
    """Return the clusters of every backend that some route forwards to."""
    backends = dict.fromkeys(
        share.backend
        for route in config.routes()
        if isinstance(route.target, Forward)
        for share in route.target.backends
        if share.backend is not None
    )
    return {made["name"]: made for made in (cluster(backend, roots) for backend in backends)}


def _static_sources(config: GatewayConfig, port: int) -> dict[str, Json]:
    """Return routes for a bootstrap, in which Envoy wants to know each cluster unless told otherwise."""
    routes = (route for item in config.ports[port] for host in item.hosts for route in host.routes)
    more = {"validate_clusters": False} if any(is_partly_missing(route.target) for route in routes) else {}
    return {name: {"route_config": {**made, **more}} for name, made in _routes(config, port, RouteCompiler())}


def _control_plane(path: str) -> Json:
    options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    return {
        "name": _ADS,
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {
            "cluster_name": _ADS,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": {"pipe": {"path": path}}}}]}],
        },
        "typed_extension_protocol_options": {
            options: {
                "@type": f"type.googleapis.com/{options}",
                "explicit_http_config": {"http2_protocol_options": {}},
            }
        },
    }


def _admin(address: str | tuple[str, int]) -> Json:
    """Return the admin interface; it answers when all connections that clients may have are taken, too."""
    if isinstance(address, str):
        where: Json = {"pipe": {"path": address, "mode": 0o600}}
    else:
        where = {"socket_address": {"address": address[0], "port_value": address[1]}}
    return {"address": where, "ignore_global_conn_limit": True}


def _limits(connections: int) -> Json:
    """Limit the connections, and raise the size that RE2 programs may have: a large origin set is one expression."""
    size = 1_000_000_000
    layer = {"re2.max_program_size.error_level": size, "re2.max_program_size.warn_level": size}
    return {
        "layered_runtime": {"layers": [{"name": "crossgate", "static_layer": layer}]},
        "overload_manager": overload_manager(connections),
    }
