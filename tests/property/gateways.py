"""Gateways, drawn from the whole vocabulary of routes. Texts are few, so that hosts, paths and requests meet."""

import re
from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st

from crossgate.model.gateway import (
    NOT_FOUND,
    Certificate,
    GatewayConfig,
    HostRoutes,
    Listener,
    Scheme,
    Unmatched,
)
from crossgate.model.handshakes import Handshakes
from crossgate.model.hosts import Hostname
from crossgate.model.routes import (
    Backend,
    Endpoint,
    ExactPath,
    Forward,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    PathRewrite,
    Preflights,
    QueryMatch,
    Redirect,
    Route,
    RouteMatch,
    Target,
    WeightedBackend,
)
from crossgate.records import replace
from tests.property.strategies import (
    EDITED_BY_ROUTES,
    EDITED_IN_REQUESTS,
    METHODS,
    composed_tables,
    plain_edits,
    responds,
    tables,
)
from tests.support.shown import certificate

BACKEND: Final = "backend.test:80"
"""The backend of every route that forwards; its endpoint is filled in by whoever runs one."""

HOSTNAMES: Final = ("*", "a.test", "b.a.test", "*.a.test", "*.test", "a.*", "b.a.*", "[::1]", "127.0.0.1", "a")

paths: st.SearchStrategy[PathMatch] = st.one_of(
    st.just(PathPrefix(prefix="/", by_element=True)),
    st.builds(ExactPath, path=st.sampled_from(["/", "/a", "/a/", "/a/b", "/a?x=1"])),
    st.builds(PathPrefix, prefix=st.sampled_from(["/", "/a", "/a/b", "/b"]), by_element=st.booleans()),
    st.builds(PathPrefix, prefix=st.sampled_from(["/a/", "/ab"]), by_element=st.sampled_from([False])),
    st.builds(PathRegex, pattern=st.sampled_from(["/a.*", "/[ab]", "/a/\\w+", "(?i)/a", "/a|/b", ".*"])),
)
_valued = {"value": st.sampled_from(["1", "", "a", "[0-9]", ".*", "1|2", "a.test"]), "is_regex": st.booleans()}
matched_names = st.sampled_from(["x-a", "cookie", "origin", "content-type", "x-forwarded-proto", "host"])
header_matches = st.builds(HeaderMatch, name=matched_names, **_valued)
query_matches = st.builds(QueryMatch, name=st.sampled_from(["x", "y"]), **_valued)
hostnames = st.sampled_from(("*", "a.test", *HOSTNAMES)).map(lambda pattern: Hostname(pattern=pattern))


def _groups(substitution: str) -> int:
    """Return the number of the last group that a substitution refers to."""
    return max((int(digit) for digit in re.findall(r"\\([0-9])", substitution)), default=0)


def _kinds(match: RouteMatch) -> st.SearchStrategy[RouteMatch]:
    """Draw a match as it is, mostly, or of one kind of request alone."""
    listed = st.frozensets(st.sampled_from(["x-a", "content-type", "x.y"]), max_size=2)
    announced = listed.map(lambda names: replace(match, preflights=Preflights.AS_ANNOUNCED, announced=names))
    return st.just(match) | st.just(replace(match, preflights=Preflights.NONE)) | announced


plain_matches = st.builds(
    RouteMatch,
    path=paths,
    methods=st.just(frozenset()) | st.frozensets(st.sampled_from(METHODS), max_size=2),
    headers=st.just(()) | st.lists(header_matches, max_size=2).map(tuple),
    query=st.just(()) | st.lists(query_matches, max_size=2).map(tuple),
    server_names=st.just(frozenset()) | st.frozensets(st.sampled_from(["a.test", "b.a.test"]), max_size=2),
    hostname=st.none() | hostnames,
)
matches = plain_matches | plain_matches.flatmap(_kinds)
rewrites = st.builds(
    PathRewrite,
    pattern=st.sampled_from(["^/a", "/", "^/a$", "^.*$", "[a-z]*", "b|$", "(?i)A(/?)", "^(.)(.*)", "^/x"]),
    substitution=st.sampled_from(["", "/", "/new", r"\1", r"/\0\\", "/%20?y=1", "x", "\xe9", r"\2\1"]),
).filter(lambda rewrite: rewrite.pattern.count("(") - rewrite.pattern.count("(?") >= _groups(rewrite.substitution))
backend: Final = Backend(name=BACKEND, endpoints=(Endpoint(host="127.0.0.1", port=1),))
forward: Final = Forward(backends=(WeightedBackend(backend=backend),))
nowhere: Final = Backend(name="nowhere.test:80", endpoints=())
shares = st.builds(
    WeightedBackend,
    backend=st.sampled_from([backend, backend, nowhere, None]),
    weight=st.just(0),
    request_edits=plain_edits(EDITED_IN_REQUESTS),
    response_edits=plain_edits(EDITED_BY_ROUTES),
)


@st.composite
def forwards(draw: st.DrawFn) -> Forward:
    """Draw what a route sends on, all of it to one of some backends, so that it is known what happens."""
    drawn = draw(st.lists(shares, min_size=1, max_size=3))
    drawn[-1] = replace(drawn[-1], weight=draw(st.integers(1, 3)))
    return Forward(
        backends=tuple(drawn),
        host_rewrite=draw(st.sampled_from([None, "b.test", "b.test:8080"])),
        path_rewrite=draw(st.none() | rewrites),
        request_edits=draw(plain_edits(EDITED_IN_REQUESTS)),
        timeout=draw(st.sampled_from([None, 0.5, 30])),
        retries=draw(st.integers(0, 2)),
    )


redirects = st.builds(
    Redirect,
    status=st.sampled_from([301, 302, 303, 307, 308]),
    scheme=st.sampled_from([None, "http", "https"]),
    host=st.sampled_from([None, "b.test", "[::1]"]),
    port=st.sampled_from([None, 80, 443, 8080]),
    path_rewrite=st.none() | rewrites,
)
targets: st.SearchStrategy[Target] = st.just(forward) | forwards() | responds() | redirects
simple_match = st.just(RouteMatch(path=PathPrefix(prefix="/", by_element=True)))
unmatched = st.just(NOT_FOUND) | st.builds(Unmatched, answer=responds(), table=st.none() | tables())


@st.composite
def host_routes(draw: st.DrawFn, hostname: Hostname) -> HostRoutes:
    tabled = st.tuples(simple_match | matches, targets, tables() | composed_tables())
    drawn = draw(st.lists(tabled | st.tuples(matches, targets, st.none() | tables()), max_size=2))
    routes = [
        Route(
            name=f"{hostname.pattern} {number}",
            match=match,
            target=target,
            response_edits=draw(plain_edits(EDITED_BY_ROUTES)),
            table=table,
        )
        for number, (match, target, table) in enumerate(drawn)
    ]
    return HostRoutes(hostname=hostname, routes=tuple(routes), unmatched=draw(unmatched))


@st.composite
def sockets(draw: st.DrawFn) -> tuple[Listener, ...]:
    """Draw the listeners of one socket; names and port are set later."""
    chosen = draw(st.lists(hostnames, min_size=1, max_size=3, unique=True))
    hosts = [draw(host_routes(hostname)) for hostname in chosen]
    cut = draw(st.integers(0, len(hosts) - 1))
    parts = [hosts[:cut], hosts[cut:]] if cut else [hosts]
    return tuple(
        Listener(name=str(number), port=1, hosts=tuple(part), unmatched=draw(unmatched))
        for number, part in enumerate(parts)
    )


certificates: st.SearchStrategy[Certificate] = st.builds(
    lambda name, names: certificate(name, *names),
    st.sampled_from(["a", "b"]),
    st.sampled_from([(), ("a.test",), ("*.a.test",), ("b.a.test", "a.test"), ("*.test",), ("*.a.test", "a.test")]),
)


@st.composite
def secure_sockets(draw: st.DrawFn) -> tuple[Listener, ...]:
    """Draw the listeners of a socket that speaks TLS.

    Where it parts them their hosts have no `a.*`: which of its hosts belong to whom no virtual host can say.
    """
    listeners = tuple(
        replace(listener, scheme=Scheme.HTTPS, certificates=tuple(draw(st.lists(certificates, min_size=1, max_size=2))))
        for listener in draw(sockets())
    )
    if len({handshake.owners for handshake in Handshakes(listeners).all}) == 1:
        return listeners
    return tuple(
        replace(listener, hosts=tuple(host for host in listener.hosts if not host.hostname.pattern.endswith(".*")))
        for listener in listeners
    )


def placed(sockets_drawn: Sequence[tuple[Listener, ...]], first_port: int) -> GatewayConfig:
    """Return one configuration in which each socket has a port of its own, from `first_port` on."""
    return GatewayConfig(
        listeners=tuple(
            replace(listener, name=f"{port} {listener.name}", port=port)
            for port, listeners in enumerate(sockets_drawn, start=first_port)
            for listener in listeners
        )
    )
