"""Requests, drawn so that they nearly miss what a gateway of `gateways` means, and the answers of its backend."""

from dataclasses import dataclass
from typing import Final

from hypothesis import assume
from hypothesis import strategies as st

from crossgate.engine.request import Request, receive
from crossgate.engine.wire import as_sent
from crossgate.fetch import headers as names
from crossgate.model.conditions import HeaderEquals, Not, OriginIn, SameOrigin
from crossgate.model.table import Table
from tests.property.strategies import origin_texts
from tests.support.near_misses import ODDITIES, near_misses, origins_near

HOSTS: Final = (
    *("a.test", "A.Test", "a.test:80", "a.test:443", "a.test:8080", "a.test.", "a.test:", "a.test:x", "b.a.test:80"),
    *(
        "a.b.a.test",
        "c.b.a.test",
        ".a.test",
        "evil.test",
        "a.evil",
        "a.:80",
        "a.",
        "[::1]",
        "[::1]:80",
        "[::1",
        "127.0.0.1:80",
        "a",
    ),
    *(".*", "a.test:80:80", "x:b.a.test", "x:].a.test", "a.x:y", "a.]:80", "a.b:]", "", ":80", "u@a.test", "a,test"),
)
TARGETS: Final = (
    *("/", "/a", "/a/", "/ab", "/a/b", "/A", "/a?x=1", "/a?x=2&x=1", "/?x", "/a?x=%31", "/a?X=1&&x=", "/%61", "//a"),
    *("/a/../b", "/b", "/a%2Fb", "/a?x=1=2", "/a?x=1?y", "/a;x"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as it is sent, without its Origin lines, and the backend's answer, if it comes so far."""

    method: str
    target: str
    host: str
    lines: tuple[tuple[str, str], ...]
    status: int
    answered: tuple[tuple[str, str], ...]
    body: str


LINES = {
    names.REQUEST_METHOD: ("", " ", "GET", "get", "PUT", "put", "Put", "POST,GET", "OPTIONS", "ss", "\xdf", "\xff"),
    names.REQUEST_HEADERS: (
        *("", " ", ",", "x-a", "X-A", "x-a,x-b", " x-a ,\t x-b ", "x-a,,x-b", "x-a x-b", "x-c", "a,b", "A", "x-a,"),
        *("x.y", "xxy", "*", "\xe9", "\xc3\xa9", "\xc9", "k", "K", "\xe2\x84\xaa", "x-a\t", "x-a;x-b", "content-type"),
    ),
    names.REQUEST_PRIVATE_NETWORK: ("true", "TRUE", "", "true,true"),
    "x-a": ("1", "", "a", "2"),
    "cookie": ("1", "a"),
    "content-type": ("application/grpc", "application/grpc+proto", "application/grpcx", "a", "1"),
    "x-forwarded-proto": ("https", "1"),
    "x-cg-same-origin": ("true",),
    "x-cg-pattern": (".*",),
    "connection": ("origin", "x-cg-same-origin", "access-control-request-method", "x-a"),
}
_header_lines = st.sampled_from(sorted(LINES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(LINES[name]))
)
_preflight = st.tuples(
    st.just((names.REQUEST_METHOD, "PUT")),
    st.tuples(st.just(names.REQUEST_HEADERS), st.sampled_from(LINES[names.REQUEST_HEADERS])),
)
_answered = st.tuples(
    st.sampled_from(
        [names.VARY, *names.RESPONSE_HEADERS, "x-a", "set-cookie", "x-cors-version", "location", "content-type"]
    ),
    st.sampled_from(["", "*", "Origin", "origin, Accept", "X-Origin", "Accept-Encoding", "a", "\xe9", "x,,y"]),
)

requests = st.builds(
    Sent,
    method=st.sampled_from(["OPTIONS", "GET", "OPTIONS", "GET", "POST", "HEAD", "PUT", "PATCH", "M-SEARCH", "get"]),
    target=st.just("/a") | st.sampled_from(TARGETS),
    host=st.sampled_from(["a.test", "b.a.test"]) | st.sampled_from(HOSTS),
    lines=_preflight | st.lists(_header_lines, max_size=4).map(tuple),
    status=st.sampled_from([200, 200, 204, 404, 503]),
    answered=st.lists(_answered, max_size=3).map(tuple),
    body=st.sampled_from(["", "body"]),
)


def origins_to_try(table: Table, host: str, scheme: str = "http") -> list[str]:
    """Return values of `Origin` that nearly match what a table asks of a request to a host."""
    found = {"", "null", "http://a.test"}
    for condition in table.conditions():
        match condition.condition if isinstance(condition, Not) else condition:
            case OriginIn(origins=origins):
                found.update(origins_near(origins))
            case HeaderEquals(name=names.ORIGIN, value=value):
                found.add(value)
            case SameOrigin():
                found.update(near_misses(f"{scheme}://{host}"))
            case _:
                pass
    return sorted(found)


some_origins = st.none() | origin_texts().map(as_sent) | st.sampled_from(ODDITIES)


@st.composite
def received(draw: st.DrawFn, sent: st.SearchStrategy[Sent] = requests) -> Request:
    """Draw a request that reaches the routes, with an Origin or none."""
    given = draw(sent)
    origin = draw(some_origins)
    lines = [("Host", given.host), *([] if origin is None else [("Origin", origin)]), *given.lines]
    found = receive(given.method, given.target, lines, scheme="http")
    assume(isinstance(found, Request))
    assert isinstance(found, Request)
    return found
