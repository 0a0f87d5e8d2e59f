"""What a parent's match leaves to a child, as kgateway's documentation of delegation says."""

import pytest

from crossgate.dialects.kgateway.narrowing import narrowed
from crossgate.model.routes import ExactPath, HeaderMatch, PathMatch, PathPrefix, PathRegex, QueryMatch, RouteMatch


def prefix(text: str) -> PathPrefix:
    return PathPrefix(prefix=text, by_element=True)


PARENT = RouteMatch(
    path=prefix("/parent"),
    methods=frozenset({"GET"}),
    headers=(HeaderMatch(name="h", value="1"),),
    query=(QueryMatch(name="q", value="1"),),
)


def under(path: PathMatch, **more: object) -> RouteMatch:
    wanted = {"methods": PARENT.methods, "headers": PARENT.headers, "query": PARENT.query}
    return RouteMatch(path=path, **{**wanted, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "child",
    [
        under(prefix("/parent")),
        under(prefix("/parent/a")),
        under(ExactPath(path="/parent/a")),
        under(PathRegex(pattern="/parent/[a-z]+")),
        under(prefix("/parent"), headers=(*PARENT.headers, HeaderMatch(name="i", value="2"))),
    ],
)
def test_a_child_that_repeats_its_parents_match_is_left_as_it_is(child: RouteMatch) -> None:
    assert narrowed(child, PARENT, inherits=False) == child


@pytest.mark.parametrize(
    "child",
    [
        under(prefix("/")),
        under(prefix("/other")),
        under(prefix("/parent"), methods=frozenset()),
        under(prefix("/parent"), methods=frozenset({"POST"})),
        under(prefix("/parent"), headers=()),
        under(prefix("/parent"), headers=(HeaderMatch(name="h", value="2"),)),
        under(prefix("/parent"), query=()),
    ],
)
def test_any_other_child_gets_nothing(child: RouteMatch) -> None:
    assert narrowed(child, PARENT, inherits=False) is None


def test_only_a_prefix_can_be_delegated_without_inheriting() -> None:
    exact = RouteMatch(path=ExactPath(path="/parent"))
    assert narrowed(RouteMatch(path=ExactPath(path="/parent")), exact, inherits=False) is None


@pytest.mark.parametrize(
    ("parent", "child", "joined"),
    [
        (prefix("/a"), prefix("/b"), prefix("/a/b")),
        (prefix("/a"), prefix("/"), prefix("/a")),
        (prefix("/"), prefix("/b"), prefix("/b")),
        (prefix("/"), prefix("/"), prefix("/")),
        (prefix("/a"), ExactPath(path="/b"), ExactPath(path="/a/b")),
        (prefix("/a"), PathRegex(pattern="/b.*"), PathRegex(pattern="/a/b.*")),
        (PathRegex(pattern="/a.$"), prefix("/b"), PathRegex(pattern="/a./b(?:/.*)?$")),
        (PathRegex(pattern="/a."), ExactPath(path="/b.c"), PathRegex(pattern=r"/a./b\.c")),
        (PathRegex(pattern="/a."), PathRegex(pattern="^/b$"), PathRegex(pattern="/a./b")),
    ],
)
def test_an_inheriting_childs_path_is_relative(parent: PathMatch, child: PathMatch, joined: PathMatch) -> None:
    found = narrowed(RouteMatch(path=child), RouteMatch(path=parent), inherits=True)
    assert found == RouteMatch(path=joined)


def test_where_both_name_something_the_parents_counts() -> None:
    child = RouteMatch(
        path=prefix("/"),
        methods=frozenset({"POST"}),
        headers=(HeaderMatch(name="h", value="2"), HeaderMatch(name="i", value="2")),
        query=(QueryMatch(name="q", value="2"),),
    )
    found = narrowed(child, PARENT, inherits=True)
    assert found == RouteMatch(
        path=prefix("/parent"),
        methods=frozenset({"GET"}),
        headers=(HeaderMatch(name="h", value="1"), HeaderMatch(name="i", value="2")),
        query=(QueryMatch(name="q", value="1"),),
    )
