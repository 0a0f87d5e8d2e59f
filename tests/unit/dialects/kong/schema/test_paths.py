"""Paths as the gateway takes and normalises them."""

import pytest

from crossgate.dialects.kong.schema.paths import normalised, route_path, service_path


@pytest.mark.parametrize(
    ("path", "normal"),
    [
        ("/", "/"),
        ("/a/./b", "/a/b"),
        ("/a/../b", "/b"),
        ("/..", "/"),
        ("/a/..", "/"),
        ("/a/b/..", "/a/"),
        ("/a/.", "/a/"),
        ("/a/", "/a/"),
        ("/%7Ea", "/~a"),
        ("/a%2fb", "/a%2Fb"),
        ("/a%20b", "/a b"),
        ("/%2e%2e/a", "/a"),
        ("/caf%C3%A9", "/café"),
        ("/a//b", "/a/b"),
    ],
)
def test_a_path_is_normalised(path: str, normal: str) -> None:
    assert normalised(path) == normal
    assert normalised(normal) == normal


def test_a_prefix_is_written_as_it_is_matched() -> None:
    assert route_path("/a/b") is None
    assert route_path("/a/./b") == "non-normalized path, consider use '/a/b' instead"
    assert route_path("/a%") == "invalid url-encoded value: '%'"
    assert route_path("~/a(?!b)") is not None


def test_the_path_of_a_service_is_a_plain_one() -> None:
    assert service_path("/a-b_c~d/%41") is None
    assert service_path("a") == "should start with: /"
    assert service_path("/a//b") == "must not have empty segments"
    assert service_path("/a b") == "invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)"
