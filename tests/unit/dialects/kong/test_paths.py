"""Which path an upstream sees: the one expression that rewrites it, against the rules one by one.

The gateway's own table is in tests/conformance/cases/kong/paths.yaml, and runs through a real Envoy.
"""

import re
from itertools import product

import pytest

from crossgate.dialects.kong.paths import Joining, as_sent, marked, uncaptured
from crossgate.engine.paths import normalise
from crossgate.engine.regex import is_full_match, replaced

BASES = ("/", "/s", "/s/", "/s/t", "/s/t/")
PREFIXES = ("/", "/a", "/a/", "/a/b", "/a.", "/a..", "/a.b", "/.a", "/a(b)", "/a+")
RESTS = ("", ".", "..", "./", "../", "./x", "../x", "x", "/x", "/x/", ".x", "..x", "...", ".../x", "/..x", "x/", "/x/y")
EXPRESSIONS = (
    *("/a", r"/a/\d+", "/(a|b)", "/a/.*", "/(?<x>[a-z]+)/y", "/a$", "/a/", "/a|/b/c", "/[^/]+", "/a/?", "/a/.*$"),
    *("/(?P<x>a)(b)?", "/a|/b|/c/.*", r"/[(]a|\)", "/(?:a)"),
)
PATHS = (
    *("/a", "/a/", "/a/1", "/a/12/x", "/b", "/b/x", "/ax", "/q/y", "/q/y/", "/q/yz", "/b/c/d", "/a..", "/a./x"),
    *("/a/b/c/", "/", "/ab", "/c/x/", "/c/x"),
)


def joined(base: str, taken: str, path: str, *, strips: bool, is_plain: bool) -> str:
    """Join a service's path and what is left of a request's: each rule by itself."""
    stem = base.removesuffix("/")
    if not strips:
        if is_plain or path == "/":
            return base + path[1:]
        return stem + path
    rest = re.sub(r"^\.{1,2}(/|$)", "", path.removeprefix(taken))
    if is_plain:
        return (stem if rest.startswith("/") else base) + rest
    if rest:
        return f"{stem}/{rest.removeprefix('/')}"
    return f"{stem}/" if path.endswith("/") or not stem else stem


@pytest.mark.parametrize(("strips", "is_plain"), list(product((True, False), repeat=2)))
@pytest.mark.parametrize("base", BASES)
def test_prefixes(base: str, *, strips: bool, is_plain: bool) -> None:
    joining = Joining(base=base, strips=strips, is_plain=is_plain)
    for prefix, rest in product(PREFIXES, RESTS):
        path = normalise(prefix + rest)
        if path is None or not path.startswith(prefix) or "//" in path:
            continue
        rewrite = joining.prefix(prefix).rewrite
        found = path if rewrite is None else replaced(rewrite.pattern, rewrite.substitution, path)
        takes = strips and prefix != "/"
        assert found == joined(base, prefix, path, strips=takes, is_plain=is_plain), (prefix, path)


@pytest.mark.parametrize(("strips", "is_plain"), list(product((True, False), repeat=2)))
@pytest.mark.parametrize("base", BASES)
def test_expressions(base: str, *, strips: bool, is_plain: bool) -> None:
    joining = Joining(base=base, strips=strips, is_plain=is_plain)
    for expression, path in product(EXPRESSIONS, PATHS):
        way = joining.regex(expression)
        taken = re.match(re.sub(r"\(\?<(?=\w)", "(?P<", expression), path)
        assert is_full_match(getattr(way.match, "pattern", ""), path) == (taken is not None), (expression, path)
        if taken is None:
            continue
        rewrite = way.rewrite
        found = path if rewrite is None else replaced(rewrite.pattern, rewrite.substitution, path)
        assert found == joined(base, taken[0], path, strips=strips, is_plain=is_plain), (expression, path)


def test_escapes_are_matched_in_either_case_outside_of_classes() -> None:
    assert as_sent(r"/a%2Fb[%2F]\%2F") == r"/a(?i:%2F)b[%2F]\%2F"
    assert as_sent("/é") == "/(?i:%C3%A9)"


def test_groups_that_capture_become_groups_that_do_not() -> None:
    assert uncaptured(r"/(a)(?P<b>c)(?<d>e)(?:f)[(]\(") == r"/(?:a)(?:c)(?:e)(?:f)[(]\("


@pytest.mark.parametrize(
    ("path", "written"), [("/a.b-c_d~e%20", "/a.b-c_d~e%20"), (r"/\d+", r"~/\d+"), ("/a(b)", "~/a(b)")]
)
def test_a_path_of_an_older_format_is_marked_where_it_is_an_expression(path: str, written: str) -> None:
    assert marked(path) == written
