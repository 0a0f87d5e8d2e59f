import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crossgate.fetch.origin import is_sent_by_browsers
from crossgate.fetch.url import Url, as_sent, parse_url

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
        (
            "http://h/ \"<>`{}^|\\'?`{}^|\\ \"<>'# \"<>`{}'",
            "http://h/%20%22%3C%3E%60%7B%7D%5E|/'?`{}^|\\%20%22%3C%3E%27#%20%22%3C%3E%60{}'",
        ),
        ("http://h/%zz%41%2f", "http://h/%zz%41%2f"),
        ("http://h/\ud800", "http://h/%EF%BF%BD"),
        ("http://u @:p:@h/", "http://u%20%40:p%3A@h/"),
        ("http://h:00080/", "http://h/"),
        ("http://h:0000000000008/", "http://h:8/"),
        ("http://h:/", "http://h/"),
        ("http://.", "http://./"),
        ("http://ä.test/ü?ü", "http://xn--4ca.test/%C3%BC?%C3%BC"),
        ("data:,x", "data:"),
    ],
)
def test_what_a_text_means_beside_a_url(text: str, url: str) -> None:
    assert str(parse_url(text, BASE)) == url


@pytest.mark.parametrize(
    "text",
    [
        "http://",
        "http://h:99999/",
        "http://h:x/",
        "http://a b/",
        "http://[::1",
        "http://1.2.3.4.5/",
        "http://u@/",
        "http://:80/",
    ],
)
def test_what_means_no_url(text: str) -> None:
    assert parse_url(text, BASE) is None


@pytest.mark.parametrize("text", ["a", "/a", "//a.test", ""])
def test_alone_a_relative_url_means_nothing(text: str) -> None:
    assert parse_url(text) is None
    assert parse_url(text, Url(scheme="data")) is None


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


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (" http://A.test:80#x", "http://a.test/"),
        ("http://u:p@a.test/?#", "http://u:p@a.test/?"),
        ("data:,x", "data:,x"),
        ("/a", None),
    ],
)
def test_a_request_names_no_fragment(text: str, sent: str | None) -> None:
    assert as_sent(text) == sent


@settings(deadline=None)  # the first name outside ASCII has tables read
@given(st.text(alphabet="aA0.:/\\@?#%[]2e -x\tü"))
@example("//.")  # hosts without a letter are hosts to the standard, and no page is ever there
def test_what_is_written_reads_as_it_was(text: str) -> None:
    url = parse_url(text, BASE)
    if url is not None and url.is_http:
        assert parse_url(str(url)) == url
        assert is_sent_by_browsers(url.origin) or not all(url.host.removesuffix(".").split("."))


def test_many_users_of_a_host_are_soon_done_with() -> None:
    assert parse_url("http://" + "@" * 200_000 + ":a:b") is None
