import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.engine.paths import normalise

CASES = {
    "/": "/",
    "/a/b": "/a/b",
    "/a//b///c//": "/a/b/c/",
    "//": "//",  # a lone pair of slashes is what the data plane makes of it
    "///": "//",
    "/a/./b/.": "/a/b/",
    "/a/../b": "/b",
    "/a/b/..": "/a/",
    "/a/..": "/",
    "/../../a": "/a",
    "/a//../b": "/a/b",
    "/...": "/...",
    "/a.": "/a.",
    "/%2e%2E/a/%2e": "/a/",
    "/a/.%2e/b": "/b",
    "/a\\b": "/a/b",
    "/a\\..\\b": "/b",
    "/%41%7e%2d%5f%30": "/A~-_0",
    "/%2f%5C%c3%A9%25%252e%20%21": "/%2f%5C%c3%A9%25%252e%20%21",
    "/%": "/%",
    "/%zz%4": "/%zz%4",
    "/%%34%31/%4%41/%%341": "/%2541/%254A/%2541",
    "/%%2e/%4%g": "/%./%4%g",
    "/a|b{}^`<>\"'": "/a%7Cb%7B%7D%5E%60%3C%3E%22'",
    "/[~!$&()*+,:;=@]": "/[~!$&()*+,:;=@]",
    "/a/..;x/b": "/b",
    "/a/.;x\\y/b": "/a/b",
    "/a/..;%00/b": "/b",
    "/a/..;": "/",
    "/a;x/b": "/a;x/b",
    "/a/.%2e;x/b": "/a/..;x/b",
    "/a\\..;x/b": "/a/..;x/b",
}


@pytest.mark.parametrize(("path", "expected"), CASES.items())
def test_a_path_is_normalised(path: str, expected: str) -> None:
    assert normalise(path) == expected


@pytest.mark.parametrize("path", ["/%00", "/a/%00/..", "/..;x/%00"])
def test_an_encoded_nul_is_refused(path: str) -> None:
    assert normalise(path) is None


@given(pieces=st.lists(st.sampled_from(["/", ".", "..", "%2e", "\\", "a", ";", "%2f", "%", "%25", "|"])))
def test_no_dot_segment_and_no_backslash_is_left(pieces: list[str]) -> None:
    path = normalise("/" + "".join(pieces))
    assert path is not None
    assert path.startswith("/")
    assert "\\" not in path
    assert not {".", ".."}.intersection(path.split("/"))
    assert path == "//" or "//" not in path
