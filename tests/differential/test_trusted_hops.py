"""The scheme that a trusted proxy names, on a live Envoy: for same origin, for routes, upstreams and redirects."""

import itertools
import json
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.model.conditions import Not, SameOrigin
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener, Scheme
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    Backend,
    Endpoint,
    ExactPath,
    Forward,
    HeaderMatch,
    PathPrefix,
    Redirect,
    Route,
    RouteMatch,
    WeightedBackend,
)
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.property.same_origins import HOSTS, pairs
from tests.support.backend import SEEN, asked
from tests.support.data_plane import DataPlane
from tests.support.plain_same_origin import is_same
from tests.support.readings import assert_read_alike
from tests.support.shown import anybody, certificate
from tests.support.wire import Connection, Lines

ELSE: Final = Row(outcome=Outcome.ACTUAL_REFUSED, action=Respond(status=403))
SAME: Final = Row(outcome=Outcome.SAME_ORIGIN, when=(SameOrigin(),), action=Respond(status=204))
OTHER: Final = Row(outcome=Outcome.ACTUAL_ALLOWED, when=(Not(condition=SameOrigin()),), action=Respond(status=200))
TABLES: Final = (Table(policy="p", rows=(SAME, ELSE)), Table(policy="q", rows=(OTHER, ELSE)))
HOSTNAMES: Final = (*dict.fromkeys(Hostname(pattern=host.lower()) for host in HOSTS[::4]), ANY_HOST)
PORTS: Final = itertools.count(1)
NAMED: Final[dict[str, tuple[str, ...]]] = {
    "absent": (),
    "http": ("http",),
    "https": ("https",),
    "in other letters": ("HTTPS",),
    "other": ("wss",),
    "empty": ("",),
    "blank": (" ",),
    "a list": ("https, http",),
    "a list of one scheme": ("https,https",),
    "two lines": ("https", "http"),
    "two lines, one of them empty": ("", "https"),
    "an expression": ("https?",),
    "more than a scheme": ("https://",),
}


def _config(hops: int, *routes: Route) -> GatewayConfig:
    hosts = tuple(HostRoutes(hostname=hostname, routes=routes) for hostname in HOSTNAMES)
    return GatewayConfig(listeners=(Listener(name="l", port=next(PORTS), hosts=hosts, trusted_hops=hops),))


def _route(name: str, path: str, **fields: object) -> Route:
    return Route(name=name, match=RouteMatch(path=ExactPath(path=path)), **{"target": Respond(status=200), **fields})  # type: ignore[arg-type]


def _named(values: tuple[str, ...]) -> Lines:
    return [("X-Forwarded-Proto", value) for value in values]


def _effective(hops: int, values: tuple[str, ...]) -> str:
    """Read plainly which scheme a request has that came without TLS."""
    whole = ",".join(value.strip() for value in values if value.strip()).lower()
    return whole if hops and whole in {"http", "https"} else "http"


@pytest.mark.parametrize("hops", [0, 1, 2])
@given(batch=st.lists(st.tuples(pairs(), st.sampled_from(list(NAMED.values()))), min_size=50, max_size=100))
@settings(
    deadline=None,
    max_examples=3,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_engine_envoy_and_the_plainest_reading_agree_on_the_same_origin(
    plane: DataPlane, hops: int, batch: list[tuple[tuple[str, str], tuple[str, ...]]]
) -> None:
    config = _config(hops, *(_route(f"/{table.policy}", f"/{table.policy}", table=table) for table in TABLES))
    (port,) = config.ports
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        for (authority, origin), values in batch:
            lines = [("Host", authority), ("Origin", origin), *_named(values)]
            scheme = _effective(hops, values)
            plainly = is_same(scheme, authority, origin.strip(" ")) if origin.strip(" ") else False
            is_refused = bool(hops and values and not any(value.strip() for value in values))
            same = assert_read_alike(engine, port, connection, "GET", "/p", lines).decided
            assert (same.get("outcome") == Outcome.SAME_ORIGIN) is (plainly and not is_refused), lines
            other = assert_read_alike(engine, port, connection, "GET", "/q", lines).decided
            assert (other.get("outcome") == Outcome.ACTUAL_ALLOWED) is not (plainly or is_refused), lines


@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize("values", NAMED.values(), ids=NAMED.keys())
def test_routes_upstreams_and_redirects_have_the_scheme(
    plane: DataPlane, backend: Endpoint, hops: int, values: tuple[str, ...]
) -> None:
    forward = Forward(backends=(WeightedBackend(backend=Backend(name="b", endpoints=(backend,)), weight=1),))
    secure = RouteMatch(path=ExactPath(path="/"), headers=(HeaderMatch(name="x-forwarded-proto", value="https"),))
    config = _config(
        hops,
        Route(name="secure", match=secure, target=Respond(status=202)),
        _route("moved", "/moved", target=Redirect(status=302, host="b.test")),
        _route("ported", "/ported", target=Redirect(status=302, port=80)),
        _route("secured", "/secured", target=Redirect(status=302, scheme="https", port=443)),
        Route(name="all", match=RouteMatch(path=PathPrefix(prefix="/", by_element=False)), target=forward),
    )
    (port,) = config.ports
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        lines = [("Host", "a.test:8080"), *_named(values)]
        for target in ("/", "/moved", "/ported", "/secured"):
            assert_read_alike(engine, port, connection, "GET", target, [*lines, asked(200, [], "")])
        answer = connection.exchange("GET", "/seen", [*lines, asked(200, [], SEEN)])
        if hops and values and not any(value.strip() for value in values):
            assert answer.status == 404
            return
        seen = [value for name, value in json.loads(answer.body)[1] if name == "x-forwarded-proto"]
        whole = ",".join(value.strip() for value in values if value.strip())
        assert seen == [whole if hops and whole else "http"]


@pytest.mark.parametrize("values", NAMED.values(), ids=NAMED.keys())
def test_behind_a_proxy_that_speaks_tls_to_us(plane: DataPlane, values: tuple[str, ...]) -> None:
    hosts = (HostRoutes(hostname=ANY_HOST, routes=(_route("p", "/", table=TABLES[0]),)),)
    place = Listener(
        name="l", port=next(PORTS), hosts=hosts, scheme=Scheme.HTTPS, certificates=(certificate("a"),), trusted_hops=1
    )
    config = GatewayConfig(listeners=(place,))
    with Connection(plane.serve(config)[place.port], anybody(), "a.test") as connection:
        for origin in (
            "http://a.test",
            "http://a.test:80",
            "https://a.test",
            "https://a.test:443",
            "https://a.test:80",
        ):
            lines = [("Host", "a.test"), ("Origin", origin), *_named(values)]
            assert_read_alike(Engine(config), place.port, connection, "GET", "/", lines)
