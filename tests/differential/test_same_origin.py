"""The same-origin test on a live Envoy, for requests and origins that are nearly of one place."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.engine.decide import Engine
from crossgate.model.conditions import SameOrigin
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import PathPrefix, Route, RouteMatch
from crossgate.model.table import Outcome, Respond, Row, Table
from tests.property.same_origins import HOSTS, pairs
from tests.support.data_plane import DataPlane
from tests.support.plain_same_origin import is_same
from tests.support.readings import assert_read_alike
from tests.support.wire import Connection

SAME = Row(outcome=Outcome.SAME_ORIGIN, when=(SameOrigin(),), action=Respond(status=204))
TABLE = Table(policy="p", rows=(SAME, Row(outcome=Outcome.ACTUAL_REFUSED, action=Respond(status=403))))
ROUTE = Route(
    name="r", match=RouteMatch(path=PathPrefix(prefix="/", by_element=False)), target=Respond(status=200), table=TABLE
)
HOSTNAMES = (*dict.fromkeys(Hostname(pattern=host.lower()) for host in HOSTS[::2]), ANY_HOST)
PORTS = itertools.count(1)


@given(batch=st.lists(pairs(), min_size=50, max_size=200))
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_engine_envoy_and_the_plainest_reading_agree(plane: DataPlane, batch: list[tuple[str, str]]) -> None:
    port = next(PORTS)
    hosts = tuple(HostRoutes(hostname=hostname, routes=(ROUTE,)) for hostname in HOSTNAMES)
    config = GatewayConfig(listeners=(Listener(name="l", port=port, hosts=hosts),))
    engine = Engine(config)
    with Connection(plane.serve(config)[port]) as connection:
        for authority, origin in batch:
            lines = [("Host", authority), ("Origin", origin)]
            decided = assert_read_alike(engine, port, connection, "GET", "/", lines).decided
            plainly = is_same("http", authority, origin.strip(" ")) if origin.strip(" ") else False
            assert (decided["outcome"] == Outcome.SAME_ORIGIN) is plainly
