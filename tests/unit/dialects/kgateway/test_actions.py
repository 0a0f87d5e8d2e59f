"""Rewrites and redirects, by the table of the Gateway API's `replacePrefixMatch` and its rules for ports."""

import re

import pytest

from crossgate.dialects.kgateway.actions import Action, PathModifier, Redirection
from crossgate.model.edits import Literal, Set
from crossgate.model.gateway import Scheme
from crossgate.model.routes import PathPrefix


@pytest.mark.parametrize(
    ("path", "prefix", "replacement", "modified"),
    [
        ("/foo/bar", "/foo", "/xyz", "/xyz/bar"),
        ("/foo/bar", "/foo", "/xyz/", "/xyz/bar"),
        ("/foo", "/foo", "/xyz", "/xyz"),
        ("/foo/", "/foo", "/xyz", "/xyz/"),
        ("/foo/bar", "/foo", "", "/bar"),
        ("/foo/", "/foo", "", "/"),
        ("/foo", "/foo", "", "/"),
        ("/foo/", "/foo", "/", "/"),
        ("/foo", "/foo", "/", "/"),
        ("/bar", "/", "/xyz", "/xyz/bar"),
        ("/bar", "/", "/", "/bar"),
        ("/a.b/c", "/a.b", "/x\\1", "/x\\1/c"),
    ],
)
def test_a_prefix_is_replaced_by_element(path: str, prefix: str, replacement: str, modified: str) -> None:
    rewrite = PathModifier(value=replacement, is_prefix=True).rewrite(PathPrefix(prefix=prefix, by_element=True))
    assert re.sub(rewrite.pattern, rewrite.substitution, path) == modified


@pytest.mark.parametrize("path", ["/", "/foo", "/foo/bar"])
def test_a_full_path_is_replaced_once(path: str) -> None:
    rewrite = PathModifier(value="/all", is_prefix=False).rewrite(PathPrefix(prefix="/", by_element=True))
    assert re.sub(rewrite.pattern, rewrite.substitution, path) == "/all"


@pytest.mark.parametrize(
    ("redirection", "port", "scheme", "written"),
    [
        (Redirection(), 80, Scheme.HTTP, None),
        (Redirection(), 8080, Scheme.HTTP, 8080),
        (Redirection(), 443, Scheme.HTTPS, None),
        (Redirection(), 8443, Scheme.HTTPS, 8443),
        (Redirection(scheme="https"), 8080, Scheme.HTTP, None),
        (Redirection(scheme="https", port=8443), 8080, Scheme.HTTP, 8443),
        (Redirection(port=9090), 80, Scheme.HTTP, 9090),
    ],
)
def test_a_redirect_keeps_the_port_of_its_listener_or_its_scheme(
    redirection: Redirection, port: int, scheme: Scheme, written: int | None
) -> None:
    assert redirection.on(PathPrefix(prefix="/", by_element=True), port, scheme).port == written


def test_a_child_keeps_what_is_its_own_and_inherits_the_rest() -> None:
    mine, theirs = Set(name="a", value=Literal(text="1")), Set(name="b", value=Literal(text="2"))
    path = PathModifier(value="/child", is_prefix=False)
    parent = Action(host="parent.test", request_edits=(theirs,), timeout=5, has_timeout=True)
    child = Action(path=path, request_edits=(mine,), timeout=None, has_timeout=True)
    merged = child.under(parent)
    assert (merged.host, merged.path) == (None, path)
    assert merged.request_edits == (theirs, mine)
    assert merged.timeout is None
    assert Action().under(parent).timeout == 5
    assert Action().under(parent).host == "parent.test"
