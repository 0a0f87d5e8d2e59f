"""What no browser sends is told, with what a browser sends in its place."""

import pytest

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text, Value
from crossgate.policy_tests.sendable import check_header, check_method, check_origin, check_url
from crossgate.source import Source, Span


def text(value: str) -> Text:
    source = Source(name="a.yaml", text=value)
    return Value(value=value, span=Span(source=source, line=1, column=1, end_line=1, end_column=2))


@pytest.mark.parametrize(
    ("origin", "hint"),
    [
        ("https://a.test/", "browsers send `https://a.test`"),
        ("https://a.test/path?q", "browsers send `https://a.test`"),
        ("HTTPS://A.test:443", "browsers send `https://a.test`"),
        ("foo", "an origin is SCHEME://HOST[:PORT], or `null`"),
        ("*", "an origin is SCHEME://HOST[:PORT], or `null`"),
    ],
)
def test_origins(origin: str, hint: str) -> None:
    report = Diagnostics()
    assert not check_origin(text(origin), report)
    assert [found.hint for found in report] == [hint]


@pytest.mark.parametrize("origin", ["https://a.test", "http://a.test:8080", "null", "capacitor://localhost"])
def test_origins_that_browsers_send(origin: str) -> None:
    report = Diagnostics()
    assert check_origin(text(origin), report)
    assert not len(report)


def test_methods() -> None:
    report = Diagnostics()
    assert [check_method(text(name), report) for name in ("get", "PATCH", "PURGE")] == [True] * 3
    assert [check_method(text(name), report) for name in ("TRACK", "patch", "a b", "*", "")] == [False] * 5
    assert len(report) == 5


def test_headers() -> None:
    report = Diagnostics()
    assert check_header(text("X-A"), text("\xff"), report)
    assert check_header(text("X-HTTP-Method"), text("PUT"), report)
    assert not check_header(text("X-HTTP-Method"), text("TRACE"), report)
    assert not check_header(text("Host"), None, report)
    assert not check_header(text("X-A"), text("a\nb"), report)


def test_urls() -> None:
    report = Diagnostics()
    found = check_url(text("https://A.test:443/b"), report)
    assert str(found) == "https://a.test/b"
    assert [check_url(text(url), report) for url in ("/a", "ftp://a", "https://u@a")] == [None] * 3
