import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossgate.fetch.origin import is_sent_by_browsers
from crossgate.fetch.url import Url, parse_host, parse_url

BASE = Url(scheme="http", host="a.test", port=8000, path="/x/y", query="q", fragment="f")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://A.test:80/a/../b", "http://a.test/b"),
        ("//c.test/x", "http://c.test/x"),
        ("../z", "http://a.test:8000/z"),
        ("../../../z/.", "http://a.test:8000/z/"),
        ("z/%2e%2E", "http://a.test:8000/x/"),
        ("?k", "http://a.test:8000/x/y?k"),
        ("#h", "http://a.test:8000/x/y?q#h"),
        ("", "http://a.test:8000/x/y?q"),
        ("http:foo", "http://a.test:8000/x/foo"),
        ("https:foo", "https://foo/"),
        ("https:///e.test\\p", "https://e.test/p"),
        ("\\\\e.test", "http://e.test/"),
        (" \thttp://e.\ntest/ ", "http://e.test/"),
        ("http://u:p@h/", "http://u:p@h/"),
        ("http://:@h/", "http://h/"),
        ("http://@h", "http://h/"),
        ("http://h?a#b?c", "http://h/?a#b?c"),
        ("http://ä.test/ü?ü", "http://xn--4ca.test/%C3%BC?%C3%BC"),
        ("data:,x", "data:"),
    ],
)
def test_what_a_text_means_beside_a_url(text: str, url: str) -> None:
    assert str(parse_url(text, BASE)) == url


@pytest.mark.parametrize(
    "text", ["http://", "http://h:99999/", "http://h:x/", "http://a b/", "http://[::1", "http://1.2.3.4.5/"]
)
def test_what_means_no_url(text: str) -> None:
    assert parse_url(text, BASE) is None


@pytest.mark.parametrize("text", ["a", "/a", "//a.test", ""])
def test_alone_a_relative_url_means_nothing(text: str) -> None:
    assert parse_url(text) is None
    assert parse_url(text, Url(scheme="data")) is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("127.1", "127.0.0.1"),
        ("0x7F.0.0.01", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("%61.test", "a.test"),
        ("[::FFFF:1.2.3.4]", "[::ffff:102:304]"),
        ("[0:0::1]", "[::1]"),
        ("a_b.test.", "a_b.test."),
        ("1.2.3.256", None),
        ("08.1", None),
        ("[1.2.3.4]", None),
        ("", None),
    ],
)
def test_hosts(text: str, host: str | None) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("HTTPS://A.test:443/b", "https://a.test"),
        ("http://a.test:443", "http://a.test:443"),
        ("http://u@[::1]:8080/", "http://[::1]:8080"),
        ("file:///a", "null"),
    ],
)
def test_origins(text: str, origin: str) -> None:
    url = parse_url(text)
    assert url is not None
    assert url.origin == origin


@given(st.text(alphabet="aA0.:/\\@?#%[]2e -x\tü"))
def test_what_is_written_reads_as_it_was(text: str) -> None:
    url = parse_url(text, BASE)
    if url is not None and url.is_http:
        assert parse_url(str(url)) == url
        assert is_sent_by_browsers(url.origin)
