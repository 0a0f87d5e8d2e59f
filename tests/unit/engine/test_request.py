from http import HTTPStatus

import pytest

from crossgate.engine.request import BadRequest, Request, admit, receive, split_url

URL = "http://api.example:8080/a/../get?x=1"


def admitted(method: str = "GET", url: str = URL, headers: tuple[tuple[str, str], ...] = ()) -> Request:
    request = admit(method, url, headers)
    assert isinstance(request, Request), request
    return request


def refused(method: str = "GET", url: str = URL, headers: tuple[tuple[str, str], ...] = ()) -> BadRequest:
    answer = admit(method, url, headers)
    assert isinstance(answer, BadRequest), answer
    return answer


def test_a_request_is_what_the_routes_see() -> None:
    request = admitted("PATCH", URL, (("Origin", " http://a.test\t"), ("X-Key", "1"), ("X-Key", "2")))
    assert (request.method, request.scheme, request.authority) == ("PATCH", "http", "api.example:8080")
    assert (request.target, request.path, request.query) == ("/a/../get?x=1", "/get", "x=1")
    assert request.path_and_query == "/get?x=1"
    assert request.header("origin") == "http://a.test"
    assert request.header("x-key") == "1,2"
    assert request.values("x-key") == ("1", "2")
    assert request.header("x-none") is None
    assert request.values("x-none") == ()
    assert request.header("x-forwarded-proto") == "http"


def test_two_origins_are_joined() -> None:
    request = admitted(headers=(("Origin", "http://a"), ("Origin", ""), ("ORIGIN", "http://b")))
    assert request.header("origin") == "http://a,http://b"
    assert request.values("origin") == ("http://a,http://b",)


def test_requests_are_values() -> None:
    assert admitted() == admitted()
    assert admitted() != admitted("POST")


def test_a_target_that_cannot_be_normalised_is_no_request() -> None:
    with pytest.raises(ValueError, match="cannot be normalised"):
        Request(method="GET", scheme="http", authority="h", target="/%00")


@pytest.mark.parametrize(
    ("given", "authority"),
    [
        ((), "api.example:8080"),
        ((("HOST", "b"),), "b"),
        ((("Host", "b"), ("host", "c")), "b,c"),
        ((("Host", " "),), ""),
    ],
)
def test_the_host_is_the_url_s_unless_given(given: tuple[tuple[str, str], ...], authority: str) -> None:
    request = admitted(headers=given)
    assert request.authority == authority
    assert request.header("host") == authority


URLS = {
    "http://h": ("http", "h", "/"),
    "HTTPS://H:443/a?b": ("https", "H:443", "/a?b"),
    "http://u:p@h/a": ("http", "h", "/a"),
    "http://h?x": ("http", "h", "/?x"),
    "http://h/a#b?c": ("http", "h", "/a"),
    "http://[::1]:80/": ("http", "[::1]:80", "/"),
    "http://a b/\n": ("http", "a b", "/\n"),
}


@pytest.mark.parametrize(("url", "parts"), URLS.items())
def test_a_url_is_split(url: str, parts: tuple[str, str, str]) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize(
    "url",
    [
        *("", "/get", "h/get", "ftp://h/", " http://h/", "http:/h", "http:///a", "http://:80/", "http://h:x/"),
        *("http://h:65536/", "http://[::1/", "http://::1/", "http://u@/"),
    ],
)
def test_what_is_no_url_is_the_caller_s_error(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        admit("GET", url, ())


BODY = (("content-length", "11"), ("content-type", "text/plain"))
REFUSED: dict[str, tuple[str, str, tuple[tuple[str, str], ...], str]] = {
    "unknown method": ("FOO", URL, (), "method `FOO`"),
    "lower-case method": ("options", URL, (), "method `options`"),
    "CONNECT": ("CONNECT", URL, (), "CONNECT"),
    "space in the path": ("GET", "http://h/a b", (), "target"),
    "not ASCII in the path": ("GET", "http://h/ü", (), "target"),
    "control character in the query": ("GET", "http://h/?\x01", (), "target"),
    "header name": ("GET", URL, (("X Y", ""),), "name `X Y`"),
    "no header name": ("GET", URL, (("", ""),), "name ``"),
    "CR": ("GET", URL, (("X", "a\rb"),), "value of `X`"),
    "LF": ("GET", URL, (("X", "a\nY: b"),), "value of `X`"),
    "NUL": ("GET", URL, (("X", "\0"),), "value of `X`"),
    "DEL": ("GET", URL, (("X", "\x7f"),), "value of `X`"),
    "lengths": ("POST", URL, (("Content-Length", "0, 0"),), "Content-Length"),
    "length and coding": ("POST", URL, (("Content-Length", "0"), ("Transfer-Encoding", "chunked")), "both"),
    "Host": ("GET", URL, (("Host", "a/b"),), "Host `a/b`"),
    "Host of the URL": ("GET", "http://é.test/", (), "Host `é.test`"),
    "Connection": ("GET", URL, (("Connection", ":path"),), "Connection"),
}


@pytest.mark.parametrize(("method", "url", "headers", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_parsed_is_refused(
    method: str, url: str, headers: tuple[tuple[str, str], ...], reason: str
) -> None:
    answer = refused(method, url, headers)
    assert (answer.status, answer.headers, answer.body) == (400, BODY, "Bad Request")
    assert reason in answer.reason


@pytest.mark.parametrize(
    ("method", "url", "headers"),
    [("GET", "http://h/%00", ()), ("QUERY", URL, ()), ("GET", URL, (("Connection", "host"),))],
)
def test_what_can_be_parsed_but_not_routed_is_refused_without_a_body(
    method: str, url: str, headers: tuple[tuple[str, str], ...]
) -> None:
    answer = refused(method, url, headers)
    assert (answer.status, answer.headers, answer.body) == (400, (("content-length", "0"),), "")


def test_grpc_is_refused_in_its_own_way() -> None:
    answer = refused(url="http://h/%00", headers=(("content-type", "application/grpc+proto"),))
    expected = (("content-length", "0"), ("content-type", "application/grpc"), ("grpc-status", "13"))
    assert (answer.status, answer.headers) == (200, expected)


def test_a_head_request_gets_no_body() -> None:
    answer = refused("HEAD", headers=(("X", "\0"),))
    assert (answer.headers, answer.body) == (BODY, "")
    answer = refused("HEAD", "http://h/%00")
    assert (answer.headers, answer.body) == ((), "")


def test_a_fragment_on_the_wire_is_refused() -> None:
    answer = receive("GET", "/a#b", (("Host", "h"),), scheme="http")
    assert isinstance(answer, BadRequest)
    assert "`#`" in answer.reason


def test_only_paths_are_targets() -> None:
    with pytest.raises(ValueError, match="origin form"):
        receive("OPTIONS", "*", (("Host", "h"),), scheme="http")


def sized(size: int) -> tuple[tuple[str, str], ...]:
    head = f"GET {URL.removeprefix('http://api.example:8080')} HTTP/1.1\r\nHost: api.example:8080\r\nX: \r\n\r\n"
    return (("X", "v" * (size - len(head))),)


def test_60_kib_of_headers_are_allowed_and_not_a_byte_more() -> None:
    assert admitted(headers=sized(60 * 1024)).header("x")
    answer = refused(headers=sized(60 * 1024 + 1))
    assert (answer.status, answer.body) == (431, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.phrase)


def test_a_hundred_headers_are_allowed_and_no_more() -> None:
    assert admitted(headers=(("X", ""),) * 99).values("x") == ("",) * 99
    assert refused(headers=(("X", ""),) * 100).status == 431
    assert admitted(headers=(("Origin", "o"),) * 100).header("origin") == ",".join(["o"] * 100)


def test_a_coding_that_is_not_known_is_not_implemented() -> None:
    answer = refused("POST", headers=(("Transfer-Encoding", "gzip"),))
    assert (answer.status, answer.body) == (501, "Not Implemented")
    assert admitted("POST", headers=(("Transfer-Encoding", "chunked"),)).header("transfer-encoding") is None


def test_only_websocket_upgrades() -> None:
    def wanted(protocol: str) -> tuple[tuple[str, str], ...]:
        return (("Connection", "upgrade"), ("Upgrade", protocol))

    assert admitted(headers=wanted("websocket")).header("upgrade") == "websocket"
    assert (refused(headers=wanted("foo")).status, refused(headers=wanted("foo")).body) == (403, "")


def test_a_connection_option_takes_the_origin_away() -> None:
    headers = (("Origin", "http://a"), ("Connection", "origin"))
    assert admitted(headers=headers).header("origin") is None
    assert admitted(headers=headers[:1]).header("origin") == "http://a"


def test_an_upgrade_takes_nothing_away() -> None:
    headers = (("Origin", "http://a"), ("Connection", "upgrade, origin"), ("Upgrade", "websocket"))
    assert admitted(headers=headers).header("origin") == "http://a"


@pytest.mark.parametrize(("value", "wire"), [("\xe9", "\xe9"), ("é€", "Ã©â\x82¬"), ("\ud800", "í\xa0\x80")])
def test_a_character_is_a_byte(value: str, wire: str) -> None:
    assert admitted(headers=(("Origin", value),)).header("origin") == wire


@pytest.mark.parametrize(
    ("hops", "said", "scheme", "seen"),
    [
        (0, ["https"], "http", "http"),
        (1, [], "http", "http"),
        (1, ["https"], "https", "https"),
        (2, ["HTTPS"], "https", "HTTPS"),
        (1, ["http"], "http", "http"),
        (1, ["wss"], "http", "wss"),
        (1, ["https", "http"], "http", "https,http"),
    ],
)
def test_the_scheme_behind_proxies(hops: int, said: list[str], scheme: str, seen: str) -> None:
    lines = [("X-Forwarded-Proto", value) for value in said]
    request = admit("GET", "http://a.test/", lines, trusted_hops=hops)
    assert isinstance(request, Request)
    assert (request.scheme, request.socket_scheme, request.header("x-forwarded-proto")) == (scheme, "http", seen)


def test_an_empty_scheme_of_a_trusted_proxy() -> None:
    request = admit("GET", "http://a.test/", [("X-Forwarded-Proto", "")], trusted_hops=1)
    assert isinstance(request, BadRequest)
    assert request.status == 404
