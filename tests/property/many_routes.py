"""Hosts with more routes than a list is for, drawn so that their paths nest, nearly nest, and are hidden by others."""

from typing import Final

from hypothesis import strategies as st

from crossgate.model.gateway import NOT_FOUND, HostRoutes, Unmatched
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.path_tree import LIST_AT_MOST
from crossgate.model.routes import (
    ExactPath,
    HeaderMatch,
    PathMatch,
    PathPrefix,
    PathRegex,
    QueryMatch,
    Route,
    RouteMatch,
)
from crossgate.model.table import CONTINUE, Outcome, Respond, Row, Table

_TABLE: Final = Table(policy="policy", rows=(Row(outcome=Outcome.ACTUAL_ALLOWED, action=CONTINUE),))

texts: Final = st.lists(st.sampled_from(["a", "b", "/", "/a", "A", "%2F", ";", "a.", "-"]), max_size=5).map(
    lambda parts: "/" + "".join(parts).replace("//", "/").lstrip("/")
)
oddities: Final = st.sampled_from(["/a?b", "/a?", "/?", "/\xe9", "/a//b", "/%61"])
"""Paths that files may hold, and requests never have."""

_prefixes = st.builds(PathPrefix, prefix=texts | oddities, by_element=st.sampled_from([False])) | st.builds(
    PathPrefix, prefix=texts.map(lambda text: text.rstrip("/") or "/"), by_element=st.sampled_from([True])
)
_paths: st.SearchStrategy[PathMatch] = st.one_of(
    _prefixes,
    _prefixes,
    st.builds(ExactPath, path=texts | oddities),
    st.builds(PathRegex, pattern=st.sampled_from(["/a.*", "/[ab]/?", "/(?:a/)+", "(?i)/a", ".*/b"])),
)
_conditions = st.fixed_dictionaries(
    {},
    optional={
        "methods": st.just(frozenset({"POST"})),
        "headers": st.just((HeaderMatch(name="x-a", value="1"),)),
        "query": st.just((QueryMatch(name="x", value="1"),)),
        "hostname": st.just(Hostname(pattern="a.test")),
    },
)
_matches = st.builds(lambda path, found: RouteMatch(path=path, **found), _paths, st.just({}) | _conditions)


@st.composite
def crowded_hosts(draw: st.DrawFn) -> HostRoutes:
    """Draw a host whose routes are a tree; each route answers by itself."""
    matches = draw(st.lists(_matches, min_size=LIST_AT_MOST + 1, max_size=LIST_AT_MOST + 12))
    routes = tuple(
        Route(name=f"route {number}", match=match, target=Respond(status=204), table=_TABLE if number % 2 else None)
        for number, match in enumerate(matches)
    )
    unmatched = draw(st.sampled_from([NOT_FOUND, Unmatched(answer=Respond(status=503, body="none"))]))
    return HostRoutes(hostname=ANY_HOST, routes=routes, unmatched=unmatched)


def paths_near(host: HostRoutes) -> list[str]:
    """Return paths and targets that the routes of a host mean, or nearly."""
    found = {"/", "/a", "/A", "//a", "/a/../b", "/zz", "/a/b/c?x=1"}
    for route in host.routes:
        match route.match.path:
            case ExactPath(path=key) | PathPrefix(prefix=key):
                found.update(key + end for end in ("", "/", "x", "/x", "?", "?x=1", "?/a", "//"))
                found.update((key[:-1], key.upper(), f"/{key}", key.replace("a", "%61")))
            case PathRegex():
                pass
    return sorted(path for path in found if path.startswith("/"))
