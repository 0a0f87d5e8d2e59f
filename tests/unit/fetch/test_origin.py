import ipaddress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossgate.fetch.origin import (
    DEFAULT_PORTS,
    Origin,
    as_browsers_send,
    is_sent_by_browsers,
    parse_origin,
    split_origin,
)

PATIENTLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy

SENT = [
    "null",
    "http://a",
    "https://app.example.com",
    "https://a:80",
    "http://a:0",
    "http://a:65535",
    "http://a.",
    "http://a_b.example",
    "http://-a",
    "http://xn--9ca",
    "http://1.2.3.4:8080",
    "http://a.1b",
    "http://[::1]",
    "http://[::]",
    "http://[1::]",
    "http://[1:0:0:2::3]",
    "http://[1:0:2:3:4:5:6:7]",
    "http://[::ffff:102:304]",
    "chrome-extension://abcdef",
]

NEVER_SENT = [
    "",
    "Null",
    "NULL",
    "null ",
    "*",
    "//a",
    "a",
    "http:/a",
    "http://",
    "http:///",
    "http://a/",
    "http://a/b",
    "http://a?b",
    "http://a#b",
    "HTTP://a",
    "http://A",
    "http://a:80",
    "https://a:443",
    "http://a:",
    "http://a:080",
    "http://a:00",
    "http://a:65536",
    "http://a:123456",
    "http://a:b",
    "http://a:80:80",
    "http://user@a",
    "http://user:pass@a",
    "http://@a",
    "http://a@b",
    "http://a b",
    "http://a,http://b",
    "http://a, http://b",
    "http://a http://b",
    "http://a\\b",
    "http://a\n",
    "http://a\x00",
    "http://a\x7f",
    "http://a\xa0b",
    "http://é",
    "http://%61",
    "http://a;b",
    "http://*.a",
    "http://.",
    "http://.a",
    "http://a..",
    "http://a..b",
    "http://1.2.3",
    "http://01.2.3.4",
    "http://1.2.3.4.",
    "http://256.1.1.1",
    "http://0x7f.1",
    "http://a.0x",
    "http://2130706433",
    "http://[::1",
    "http://::1",
    "http://[::A]",
    "http://[::1%eth0]",
    "http://[0:0:0:0:0:0:0:1]",
    "http://[1::2:3:4:5:6:7]",
    "http://[1:0:0:2:0:0:0:3]",
    "http://[1::2:0:0:0:3]",
    "http://[::ffff:1.2.3.4]",
    "http://[:::]",
    " http://a",
    "http://a ",
    "1http://a",
    "://a",
]


@pytest.mark.parametrize("text", SENT)
def test_a_browser_can_send_it(text: str) -> None:
    assert is_sent_by_browsers(text)


@pytest.mark.parametrize("text", NEVER_SENT)
def test_no_browser_sends_it(text: str) -> None:
    assert not is_sent_by_browsers(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("http://a", "http://a"),
        ("https://Example.COM/", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://example.com:0443", "http://example.com:443"),
        ("NULL", "null"),
        ("http://a/b", None),
        ("http://1.2.3", "http://1.2.0.3"),
        ("https://Ä.test", "https://xn--4ca.test"),
        ("https://[0::1]", "https://[::1]"),
        ("https://\udcff.test", None),
        ("https://a!b", None),
        ("http://*.a", None),
        ("", None),
    ],
)
def test_the_spelling_that_browsers_send(text: str, sent: str | None) -> None:
    assert as_browsers_send(text) == sent


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("http://a", ("http", "a", "")),
        ("HTTP://A:080", ("HTTP", "A", "080")),
        ("x+y-z.1://a:1", ("x+y-z.1", "a", "1")),
        ("http://[::1]:80", ("http", "[::1]", "80")),
        ("http://a:99999", ("http", "a", "99999")),
        ("http://a\xa0b", ("http", "a\xa0b", "")),  # not a blank on the wire, where a character is a byte
        ("http://a\x85b", ("http", "a\x85b", "")),
        ("http://a\tb", None),
        ("http://[a]", ("http", "[a]", "")),
        ("http://[::1]a", None),
        ("http://a:１", None),  # noqa: RUF001 - a digit, but not one of ASCII
    ],
)
def test_an_origin_is_split_as_written(text: str, parts: tuple[str, str, str] | None) -> None:
    assert split_origin(text) == parts


def test_what_is_parsed_is_kept_as_written() -> None:
    assert parse_origin("HTTPS://A.Example:443") == Origin(scheme="HTTPS", host="A.Example", port=443)
    assert parse_origin("https://a") == Origin(scheme="https", host="a")
    assert parse_origin("https://a:65536") is None
    assert parse_origin("null") is None


hosts = st.one_of(
    st.from_regex(r"[a-z][a-z0-9_-]{0,5}(\.[a-z][a-z0-9-]{0,5}){0,2}", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address).filter(lambda ip: ip.ipv4_mapped is None).map("[{}]".format),
)
ports = st.none() | st.integers(1, 65535)
schemes = st.sampled_from(["http", "https", "app"])


@PATIENTLY
@given(schemes, hosts, ports)
def test_what_a_browser_serializes_is_recognised_and_kept(scheme: str, host: str, port: int | None) -> None:
    written = Origin(scheme=scheme, host=host, port=None if port == DEFAULT_PORTS.get(scheme) else port)
    assert parse_origin(str(written)) == written
    assert is_sent_by_browsers(str(written))
    assert as_browsers_send(f"{written}/".upper()) == str(written)


@PATIENTLY
@given(schemes, hosts, ports, st.sampled_from(["/", "?", "#", " ", "\\", "@b", ",", ":", "\x00", "é"]))
def test_nothing_can_be_added(scheme: str, host: str, port: int | None, more: str) -> None:
    assert not is_sent_by_browsers(f"{Origin(scheme=scheme, host=host, port=port)}{more}")


@PATIENTLY
@given(st.text())
def test_any_text_is_an_origin_or_none(text: str) -> None:
    parsed = parse_origin(text)
    assert parsed is None or (parsed.scheme in text and parsed.host in text)
    assert is_sent_by_browsers(text) == (as_browsers_send(text) == text)
