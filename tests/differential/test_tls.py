"""Engine = Envoy behind TLS: which certificate is shown, and whose routes are reached with it."""

import itertools
import json
import socket
import ssl
from collections.abc import Sequence
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from crossgate.engine.decide import Engine
from crossgate.engine.request import Request, admit
from crossgate.engine.routing import HandshakeFails
from crossgate.model.conditions import Not, SameOrigin
from crossgate.model.gateway import Certificate, GatewayConfig, HostRoutes, Listener, Scheme, Unmatched
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.resolve import with_endpoints
from crossgate.model.routes import Endpoint, PathPrefix, Redirect, Route, RouteMatch, Target
from crossgate.model.table import Outcome, Respond, Row, Table
from crossgate.records import replace
from tests.property.gateways import BACKEND, forward
from tests.support.backend import SEEN, asked
from tests.support.data_plane import DataPlane
from tests.support.near_misses import near_misses
from tests.support.readings import assert_read_alike
from tests.support.shown import anybody, certificate, client
from tests.support.wire import Connection

PORTS = itertools.count(1)
ANYTHING = RouteMatch(path=PathPrefix(prefix="/", by_element=True))
HOSTS = ("a.test", "x.a.test", "B.a.test:443", "y.x.a.test", "b.test", "c.test", "127.0.0.1", "c.test:8443")
SERVER_NAMES = ("a.test", "x.a.test", "b.a.test", "y.x.a.test", "b.test", "c.test", None)


def host(pattern: str, name: str, target: Target | None = None) -> HostRoutes:
    routes = (Route(name=name, match=ANYTHING, target=target or Respond(status=200, body=name)),)
    return HostRoutes(hostname=Hostname(pattern=pattern), routes=routes)


def listener(name: str, hosts: Sequence[HostRoutes], *certificates: Certificate) -> Listener:
    unmatched = Unmatched(answer=Respond(status=404, body=f"nothing at {name}"))
    return Listener(
        name=name, port=1, hosts=tuple(hosts), scheme=Scheme.HTTPS, certificates=certificates, unmatched=unmatched
    )


def configured(*listeners: Listener) -> tuple[GatewayConfig, int]:
    port = next(PORTS)
    return GatewayConfig(listeners=tuple(replace(item, port=port) for item in listeners)), port


CONFIGURATIONS: dict[str, tuple[Listener, ...]] = {
    "one for all": (listener("all", [host("*", "any"), host("a.test", "a")], certificate("a")),),
    "one for some": (listener("some", [host("*", "any")], certificate("a", "a.test", "*.a.test")),),
    "two of one listener": (
        listener(
            "both", [host("*", "any"), host("*.a.test", "a")], certificate("a", "a.test"), certificate("b", "b.test")
        ),
    ),
    "a wildcard and a name in it": (
        listener("wild", [host("*.a.test", "wild")], certificate("a", "*.a.test")),
        listener("name", [host("b.a.test", "name")], certificate("b", "b.a.test")),
    ),
    "a name and all others": (
        listener("name", [host("a.test", "name")], certificate("a", "a.test")),
        listener("rest", [host("*", "any"), host("a.test", "never"), host("x.a.test", "x")], certificate("b")),
    ),
    "hosts that another listener means more specifically": (
        listener("wild", [host("*.a.test", "wild"), host("y.x.a.test", "y")], certificate("a", "*.a.test")),
        listener("deeper", [host("*", "deeper")], certificate("b", "*.x.a.test")),
        listener("rest", [host("*.test", "rest")], certificate("b")),
    ),
    "two listeners for one name": (
        listener("one", [host("a.test", "one")], certificate("a", "a.test")),
        listener("two", [host("a.test", "two"), host("x.a.test", "two x")], certificate("a", "a.test", "x.a.test")),
    ),
}


@pytest.mark.parametrize("listeners", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_handshakes_and_hosts(plane: DataPlane, listeners: tuple[Listener, ...]) -> None:
    config, port = configured(*listeners)
    engine = Engine(config)
    path = plane.serve(config)[port]
    for server_name in SERVER_NAMES:
        if config.handshakes[port].find(server_name or "") is None:
            with pytest.raises((ssl.SSLError, ConnectionResetError)):
                Connection(path, anybody(), server_name)
            continue
        with Connection(path, anybody(), server_name) as connection:
            for name in HOSTS:
                assert_read_alike(engine, port, connection, "GET", "/", [("Host", name)])


def test_two_hostnames_on_one_port_show_their_own_certificates(plane: DataPlane) -> None:
    config, port = configured(
        listener("a", [host("a.test", "a")], certificate("a", "a.test")),
        listener("b", [host("b.test", "b")], certificate("b", "b.test")),
    )
    engine = Engine(config)
    path = plane.serve(config)[port]
    for name, other in (("a.test", "b.test"), ("b.test", "a.test")):
        with Connection(path, client(), name) as connection:
            own = assert_read_alike(engine, port, connection, "GET", "/", [("Host", name)])
            misdirected = assert_read_alike(engine, port, connection, "GET", "/", [("Host", other)])
        assert (own.response.status, own.response.body) == (200, name[0])
        assert misdirected.response.status == 421


def test_tls_1_2_is_the_oldest_version(plane: DataPlane) -> None:
    config, port = configured(listener("a", [host("a.test", "a")], certificate("a")))
    path = plane.serve(config)[port]
    context = client()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Connection(path, context, "a.test") as connection:
        assert connection.exchange("GET", "/", [("Host", "a.test")]).status == 200
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="alert protocol version"):
        Connection(path, context, "a.test")


def http2_status(path: Path, authority: str) -> int:
    """Return the status of an answer over HTTP/2."""
    context = client()
    context.set_alpn_protocols(["h2"])
    connection = h2.connection.H2Connection(h2.config.H2Configuration())
    connection.initiate_connection()
    headers = [(":method", "GET"), (":scheme", "https"), (":authority", authority), (":path", "/")]
    connection.send_headers(1, headers, end_stream=True)
    with socket.socket(socket.AF_UNIX) as plain:
        plain.settimeout(20)
        plain.connect(str(path))
        with context.wrap_socket(plain, server_hostname=authority) as secured:
            assert secured.selected_alpn_protocol() == "h2"
            secured.sendall(connection.data_to_send())
            while True:
                for event in connection.receive_data(secured.recv(65536)):
                    if isinstance(event, h2.events.ResponseReceived):
                        return int(dict(event.headers)[b":status"])


def test_http_2(plane: DataPlane) -> None:
    config, port = configured(
        listener("a", [host("a.test", "a")], certificate("a", "*.a.test", "a.test")),
        listener("b", [host("b.a.test", "b", Respond(status=204))], certificate("b", "b.a.test")),
    )
    path = plane.serve(config)[port]

    assert (http2_status(path, "a.test"), http2_status(path, "b.a.test")) == (200, 204)


def test_a_backend_is_told_that_the_client_spoke_https(plane: DataPlane, backend: Endpoint) -> None:
    config, port = configured(listener("l", [host("*", "r", forward)], certificate("a")))
    paths = plane.serve(with_endpoints(config, {BACKEND: (backend,)}))
    with Connection(paths[port], client(), "a.test") as connection:
        lines = [("Host", "a.test"), ("X-Forwarded-Proto", "http"), asked(200, [], SEEN)]
        _, seen = json.loads(connection.exchange("GET", "/", lines).body)

    assert ["x-forwarded-proto", "https"] in seen


def test_a_route_that_asks_for_server_names(plane: DataPlane) -> None:
    asking = replace(ANYTHING, server_names=frozenset({"a.test", "x.a.test"}))
    routes = (
        Route(name="asking", match=asking, target=Respond(status=200)),
        Route(name="other", match=ANYTHING, target=Respond(status=204)),
    )
    config, port = configured(
        listener("l", [HostRoutes(hostname=ANY_HOST, routes=routes)], certificate("a"), certificate("a", "x.a.test"))
    )
    engine = Engine(config)
    path = plane.serve(config)[port]
    decided = {}
    for server_name in SERVER_NAMES:
        with Connection(path, anybody(), server_name) as connection:
            reading = assert_read_alike(engine, port, connection, "GET", "/", [("Host", "a.test")])
        decided[server_name] = reading.decided["route"]

    assert {name for name, route in decided.items() if route == "asking"} == asking.server_names


def test_same_origin(plane: DataPlane) -> None:
    table = Table(
        policy="p",
        rows=(
            Row(outcome=Outcome.SAME_ORIGIN, when=(SameOrigin(),)),
            Row(outcome=Outcome.ACTUAL_REFUSED, when=(Not(condition=SameOrigin()),), action=Respond(status=403)),
            Row(outcome=Outcome.BAD_REQUEST),
        ),
    )
    route = Route(name="r", match=ANYTHING, target=Respond(status=200), table=table)
    config, port = configured(listener("l", [HostRoutes(hostname=ANY_HOST, routes=(route,))], certificate("a")))
    engine = Engine(config)
    found = set()
    with Connection(plane.serve(config)[port], anybody(), "a.test") as connection:
        for name in ("a.test", "a.test:443", "a.test:80", "[::1]"):
            for origin in (*near_misses(f"https://{name}"), f"http://{name}"):
                lines = [("Host", name), ("Origin", origin)]
                found.add(assert_read_alike(engine, port, connection, "GET", "/", lines).decided["outcome"])

    assert found == {Outcome.SAME_ORIGIN, Outcome.ACTUAL_REFUSED}


def test_redirects(plane: DataPlane) -> None:
    targets = [
        Redirect(scheme=scheme, host=other, port=port)
        for scheme in (None, "http", "https")
        for other in (None, "b.test")
        for port in (None, 80, 443)
    ]
    config, port = configured(
        listener("l", [host(f"h{number}.test", "r", target) for number, target in enumerate(targets)], certificate("a"))
    )
    engine = Engine(config)
    with Connection(plane.serve(config)[port], anybody(), "a.test") as connection:
        for number, suffix in itertools.product(range(len(targets)), ("", ":80", ":443", ":8443")):
            assert_read_alike(engine, port, connection, "GET", "/a?b", [("Host", f"h{number}.test{suffix}")])


def test_no_certificate_is_for_a_name() -> None:
    config, port = configured(listener("l", [host("*", "any")], certificate("a", "a.test")))
    request = admit("GET", "https://b.test/", [])
    assert isinstance(request, Request)
    with pytest.raises(HandshakeFails, match=r"handshake fails: .* `b\.test`"):
        Engine(config).decide(request, port=port)
