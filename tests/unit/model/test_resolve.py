from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST
from crossgate.model.resolve import backend_names, with_endpoints
from crossgate.model.routes import Backend, Endpoint, ExactPath, Forward, Route, RouteMatch, Target, WeightedBackend
from crossgate.model.table import Respond

HERE = (Endpoint(host="127.0.0.1", port=1), Endpoint(host="::1", port=2))


def backend(name: str) -> Backend:
    return Backend(name=name, endpoints=(Endpoint(host="there.test", port=80),), server_name="there.test")


def share(name: str, weight: int = 1) -> WeightedBackend:
    return WeightedBackend(backend=backend(name), weight=weight)


def config(*targets: Target) -> GatewayConfig:
    routes = tuple(
        Route(name=str(place), match=RouteMatch(path=ExactPath(path="/")), target=target)
        for place, target in enumerate(targets)
    )
    hosts = (HostRoutes(hostname=ANY_HOST, routes=routes),)
    return GatewayConfig(listeners=(Listener(name="l", port=80, hosts=hosts),))


GIVEN = config(
    Forward(backends=(share("a:80"), share("b:80", 3)), host_rewrite="x"),
    Respond(status=503),
    Forward(backends=(share("a:80"),)),
)


def test_the_backends_that_routes_go_to() -> None:
    assert backend_names(GIVEN) == {"a:80", "b:80"}


def test_nothing_moves_where_nothing_is_said() -> None:
    assert with_endpoints(GIVEN, {}) is GIVEN
    assert with_endpoints(GIVEN, {"c:80": HERE}) == GIVEN


def test_a_backend_is_moved_wherever_it_stands_and_nothing_else_changes() -> None:
    first, second, third = with_endpoints(GIVEN, {"a:80": HERE}).routes()
    was, unmoved, _ = GIVEN.routes()
    assert isinstance(first.target, Forward)
    assert isinstance(third.target, Forward)
    assert isinstance(was.target, Forward)
    a, b = first.target.backends
    assert a.backend is not None
    assert (a.backend.name, a.backend.endpoints, a.backend.server_name, a.weight) == ("a:80", HERE, "there.test", 1)
    assert b == was.target.backends[1]
    assert first.target.host_rewrite == "x"
    assert third.target.backends[0] == a
    assert second == unmoved
