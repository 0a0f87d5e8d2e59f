"""Where backends really are, as the user says at the command line: it changes the connection and nothing else."""

from collections.abc import Mapping

from crossgate.model.gateway import GatewayConfig
from crossgate.model.routes import Endpoint, Forward, Route, WeightedBackend
from crossgate.records import replace


def with_endpoints(config: GatewayConfig, endpoints: Mapping[str, tuple[Endpoint, ...]]) -> GatewayConfig:
    """Return the configuration with the endpoints of some backends, by their names, replaced."""
    if not endpoints:
        return config
    return replace(
        config,
        listeners=tuple(
            replace(
                listener,
                hosts=tuple(
                    replace(host, routes=tuple(_moved(route, endpoints) for route in host.routes))
                    for host in listener.hosts
                ),
            )
            for listener in config.listeners
        ),
    )


def _moved(route: Route, endpoints: Mapping[str, tuple[Endpoint, ...]]) -> Route:
    if not isinstance(route.target, Forward):
        return route
    backends = tuple(_there(share, endpoints) for share in route.target.backends)
    return replace(route, target=replace(route.target, backends=backends))


def _there(share: WeightedBackend, endpoints: Mapping[str, tuple[Endpoint, ...]]) -> WeightedBackend:
    if share.backend is None or share.backend.name not in endpoints:
        return share
    return replace(share, backend=replace(share.backend, endpoints=endpoints[share.backend.name]))


def backend_names(config: GatewayConfig) -> frozenset[str]:
    """Return the names of the backends that routes forward to."""
    return frozenset(
        share.backend.name
        for route in config.routes()
        if isinstance(route.target, Forward)
        for share in route.target.backends
        if share.backend is not None
    )
