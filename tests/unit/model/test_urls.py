"""URLs taken apart leniently, whatever stands in them."""

import pytest

from crossgate.model.urls import split_url

Parts = tuple[str | None, str | None, str | None, str | None]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://h.test:8080/p/q;x?y#z", ("http", "h.test", "8080", "/p/q")),
        ("http://u:p@h.test/", ("http", "h.test", None, "/")),
        ("http://u@v@h.test", ("http", "v@h.test", None, None)),
        ("//h.test/x", (None, "h.test", None, "/x")),
        ("h.test/x", (None, None, None, "h.test/x")),
        ("null", (None, None, None, "null")),
        ("http:h.test", ("http", None, None, "h.test")),
        ("http://[::1]:80", ("http", "::1", "80", None)),
        ("http://[::80]", ("http", "::80", None, None)),
        ("http://::1:80", ("http", "::1", "80", None)),
        ("http://h.test:", ("http", "h.test", "", None)),
        ("http://", ("http", None, None, None)),
        ("http://:80", ("http", None, "80", None)),
        ("http://u@", ("http", None, None, None)),
        ("http://a?x", ("http", "a?x", None, None)),
        ("9p://h", ("9p", "h", None, None)),
    ],
)
def test_the_parts_of_a_url(text: str, parts: Parts) -> None:
    url = split_url(text)
    assert (url.scheme, url.host, url.port, url.path) == parts
