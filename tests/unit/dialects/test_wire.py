"""What no header, request or terminal can carry is refused, and what they can is not."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.wire import check_wire
from crossgate.model.edits import Literal, Set
from crossgate.model.gateway import GatewayConfig, HostRoutes, Listener
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import (
    Backend,
    Endpoint,
    ExactPath,
    Forward,
    HeaderMatch,
    PathRegex,
    PathRewrite,
    QueryMatch,
    Redirect,
    Route,
    RouteMatch,
    WeightedBackend,
)
from crossgate.model.table import Outcome, Row, Table


def messages(*, hostname: Hostname = ANY_HOST, listener: str = "l", route: Route) -> list[str]:
    hosts = (HostRoutes(hostname=hostname, routes=(route,)),)
    report = Diagnostics()
    check_wire(GatewayConfig(listeners=(Listener(name=listener, port=80, hosts=hosts),)), report)
    assert {found.id for found in report} <= {"unsendable-value"}
    return [found.message for found in report]


def forward(host: str = "a.test", server_name: str = "a.test", rewritten: str = "b.test", path: str = "/") -> Forward:
    backend = Backend(name="a:80", endpoints=(Endpoint(host=host, port=80),), server_name=server_name)
    rewrite = PathRewrite(pattern="^/a", substitution=path)
    return Forward(backends=(WeightedBackend(backend=backend),), host_rewrite=rewritten, path_rewrite=rewrite)


def table(value: str = "1", policy: str = "p") -> Table:
    edits = (Set(name="x-a", value=Literal(text=value)),)
    return Table(policy=policy, rows=(Row(outcome=Outcome.NO_ORIGIN, edits=edits),))


EVIL = (Set(name="x-a", value=Literal(text="a\r\nx-evil: 1")),)
UNNAMED = Backend(name="\x00:80", endpoints=())
ANYWHERE = RouteMatch(path=ExactPath(path="/a"))


@pytest.mark.parametrize(
    "route",
    [
        Route(name="r 1", match=ANYWHERE, target=forward(), table=table("for=1; b")),
        Route(name="r", match=RouteMatch(path=PathRegex(pattern="/[\n]")), target=forward(path="/b\\1")),
        Route(name="r", match=RouteMatch(path=ExactPath(path="/%0A\u00e9")), target=forward("[::1]", "::1")),
    ],
)
def test_what_can_be_sent(route: Route) -> None:
    assert messages(route=route, hostname=Hostname(pattern="*.a.test")) == []


@pytest.mark.parametrize(("host", "path"), [("b.test\r\n", "/"), ("b.test", "/a\nb"), ("b c", "/")])
def test_where_no_client_can_be_sent(host: str, path: str) -> None:
    def found(host: str, path: str) -> list[str]:
        target = Redirect(host=host, path_rewrite=PathRewrite(pattern="^/", substitution=path))
        return messages(route=Route(name="r", match=ANYWHERE, target=target))

    assert found("b.test", "/") == []
    assert found(host, path)


@pytest.mark.parametrize(
    "route",
    [
        Route(name="r\n", match=ANYWHERE, target=forward()),
        Route(name="r", match=RouteMatch(path=ExactPath(path="/a b")), target=forward()),
        Route(name="r", match=RouteMatch(path=ExactPath(path="/a?b")), target=forward()),
        Route(
            name="r",
            match=RouteMatch(path=ExactPath(path="/"), headers=(HeaderMatch(name="a", value="\r"),)),
            target=forward(),
        ),
        Route(
            name="r",
            match=RouteMatch(path=ExactPath(path="/"), query=(QueryMatch(name="a\n", value=""),)),
            target=forward(),
        ),
        Route(name="r", match=ANYWHERE, target=forward(host="a b")),
        Route(name="r", match=ANYWHERE, target=Forward(backends=(WeightedBackend(backend=UNNAMED),))),
        Route(name="r", match=ANYWHERE, target=forward(server_name="a\r\nb")),
        Route(name="r", match=ANYWHERE, target=forward(rewritten="a/b")),
        Route(name="r", match=ANYWHERE, target=forward(path="/ HTTP/1.1")),
        Route(name="r", match=ANYWHERE, target=forward(path="/\\a")),
        Route(name="r", match=ANYWHERE, target=forward(), table=table("a\r\nx-evil: 1")),
        Route(name="r", match=ANYWHERE, target=forward(), table=table(policy="\x1b[31m")),
        Route(name="r", match=ANYWHERE, target=forward(), response_edits=EVIL),
        Route(name="r", match=ANYWHERE, target=Forward(backends=(WeightedBackend(backend=None),), request_edits=EVIL)),
        Route(name="r", match=ANYWHERE, target=Forward(backends=(WeightedBackend(backend=None, request_edits=EVIL),))),
    ],
)
def test_what_cannot(route: Route) -> None:
    assert len(messages(route=route)) == 1


def test_a_listener_and_a_host() -> None:
    route = Route(name="r", match=ANYWHERE, target=forward())
    assert messages(route=route, listener="a b") == ["`a b` is no name for a listener"]
    assert messages(route=route, hostname=Hostname(pattern="a/b")) == ["`a/b` is no host that a request can have"]
