from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.model.path_tree import LIST_AT_MOST, path_tree
from crossgate.model.routes import ExactPath, PathMatch, PathPrefix, PathRegex, Route, RouteMatch
from crossgate.model.table import Respond
from crossgate.records import replace

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

NOTHING = Respond(status=404)
SEGMENTS = ("", "a", "b", "ab")
PATHS = ["/", *(f"/{one}/{two}" for one in SEGMENTS for two in SEGMENTS), *(f"/{one}" for one in SEGMENTS), "/a/b/ab/c"]
PREFIXES = ["/", "/a", "/b", "/ab", "/a/b", "/a/ab"]

path_matches: st.SearchStrategy[PathMatch] = st.one_of(
    st.builds(ExactPath, path=st.sampled_from(PATHS)),
    st.builds(PathPrefix, prefix=st.sampled_from(PREFIXES), by_element=st.booleans()),
    st.just(PathRegex(pattern="/a.*")),
)
matches = st.builds(RouteMatch, path=path_matches, methods=st.sampled_from([frozenset(), frozenset({"GET"})]))
hung = st.lists(matches, min_size=1, max_size=8).map(
    lambda found: [
        Route(name=str(place), match=found[place % len(found)], target=Respond(status=404))
        for place in range(LIST_AT_MOST + 1)
    ]
)


def means(path_match: PathMatch, path: str) -> bool:
    match path_match:
        case ExactPath(path=wanted):
            return path == wanted
        case PathPrefix(prefix=prefix, by_element=False):
            return path.startswith(prefix)
        case PathPrefix(prefix=prefix):
            return f"{path}/".startswith(f"{prefix.rstrip('/')}/")
        case PathRegex():
            return path.startswith("/a")


def first(routes: Iterable[Route], path: str, method: str) -> str | None:
    return next(
        (
            route.name
            for route in routes
            if means(route.match.path, path) and (not route.match.methods or method in route.match.methods)
        ),
        None,
    )


@PATIENTLY
@given(hung, st.sampled_from(["GET", "PUT"]))
def test_the_tree_gives_the_route_that_the_list_gives(routes: list[Route], method: str) -> None:
    tree = path_tree(routes)
    assert tree is not None
    for path in PATHS:
        assert first(tree.routes_for(path), path, method) == first(routes, path, method), path


@PATIENTLY
@given(hung)
def test_a_closed_leaf_leaves_no_request_over(routes: list[Route]) -> None:
    tree = path_tree(routes)
    assert tree is not None
    for path in PATHS:
        leaf = tree.routes_for(path)
        if any(leaf is tree.leaves[key] for key in tree.closed):
            assert first(leaf, path, "PUT") is not None


@PATIENTLY
@given(hung)
def test_a_leaf_keeps_the_order(routes: list[Route]) -> None:
    tree = path_tree(routes)
    assert tree is not None
    for leaf in (*tree.leaves.values(), tree.rest):
        assert [int(route.name) for route in leaf] == sorted(int(route.name) for route in leaf)


def test_few_routes_have_no_tree() -> None:
    match = RouteMatch(path=ExactPath(path="/"))
    routes = [Route(name=str(place), match=match, target=Respond(status=404)) for place in range(LIST_AT_MOST + 1)]
    assert path_tree(routes[:LIST_AT_MOST]) is None
    assert path_tree(routes) is not None


def test_a_tree_that_would_be_too_large_is_none() -> None:
    def route(path: PathMatch, place: int) -> Route:
        return Route(name=str(place), match=RouteMatch(path=path), target=Respond(status=404))

    count = 300
    literal = [route(ExactPath(path=f"/{place}"), place) for place in range(count)]
    expressions = [route(PathRegex(pattern=f"/{place}/.*"), place) for place in range(count)]
    assert path_tree(literal) is not None
    assert path_tree(literal + expressions) is None


def test_what_asks_for_server_names_leaves_the_rest_to_others() -> None:
    """A leaf ends where a route means whatever comes to it, which one that asks for anything does not."""
    asking = RouteMatch(path=PathPrefix(prefix="/a", by_element=False), server_names=frozenset({"a.test"}))
    routes = [
        Route(
            name=str(place), match=asking if place == 0 else replace(asking, server_names=frozenset()), target=NOTHING
        )
        for place in range(LIST_AT_MOST + 1)
    ]
    tree = path_tree(routes)

    assert tree is not None
    assert [route.name for route in tree.routes_for("/a")] == ["0", "1"]
    alone = path_tree([*routes[:1], *[replace(route, match=asking) for route in routes[1:]]])
    assert alone is not None
    assert alone.closed == frozenset()
