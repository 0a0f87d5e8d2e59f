from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from crossgate.browser.planned import PlannedFetch
from crossgate.browser.play import Headers, is_same_origin, play

ORIGIN = "https://app.test"
GRANTED = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-methods": "PUT",
    "access-control-allow-headers": "x-a",
}


@dataclass(frozen=True, kw_only=True)
class Given:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def header(self, name: str) -> str | None:
        return self.headers.get(name)


@dataclass(kw_only=True)
class Server:
    """Answers OPTIONS in one way and all else in another, and remembers what it was asked."""

    preflight: Given = field(default_factory=lambda: Given(headers=GRANTED))
    actual: Given = field(default_factory=lambda: Given(headers=GRANTED))
    asked: list[tuple[str, Headers]] = field(default_factory=list)

    def __call__(self, method: str, headers: Headers) -> Given:
        self.asked.append((method, headers))
        return self.preflight if method == "OPTIONS" else self.actual


def planned(
    method: str = "GET", *headers: tuple[str, str | None], origin: str = ORIGIN, url: str = "https://api.test/x"
) -> PlannedFetch:
    return PlannedFetch(origin=origin, url=url, method=method, headers=headers)


def test_a_simple_fetch_is_one_request() -> None:
    server = Server()
    verdict = play(planned("POST", ("Accept", "a/b")), server)
    assert verdict.is_allowed
    assert server.asked == [("POST", (("origin", ORIGIN), ("Accept", "a/b")))]
    assert [exchange.kind for exchange in verdict.exchanges] == ["actual"]


def test_a_preflight_goes_before_what_has_to_be_asked_for() -> None:
    server = Server()
    verdict = play(planned("PUT", ("X-A", "1"), ("Accept", "*/*"), ("Cookie", "c")), server)
    assert verdict.is_allowed
    assert server.asked == [
        (
            "OPTIONS",
            (("origin", ORIGIN), ("access-control-request-method", "PUT"), ("access-control-request-headers", "x-a")),
        ),
        ("PUT", (("origin", ORIGIN), ("X-A", "1"), ("Accept", "*/*"))),
    ]
    assert [exchange.kind for exchange in verdict.exchanges] == ["preflight", "actual"]


def test_a_preflight_for_the_method_alone_names_no_headers() -> None:
    server = Server()
    play(planned("PUT"), server)
    assert server.asked[0][1] == (("origin", ORIGIN), ("access-control-request-method", "PUT"))


def test_what_the_preflight_refuses_is_not_sent() -> None:
    server = Server(preflight=Given(status=403))
    verdict = play(planned("PUT"), server)
    assert not verdict.is_allowed
    assert [method for method, _ in server.asked] == ["OPTIONS"]
    assert verdict.failure is not None
    assert verdict.failure is verdict.exchanges[0].failure
    assert verdict.failure.step == "cors-check"


def test_a_grant_on_the_preflight_alone_is_not_enough() -> None:
    verdict = play(planned("PUT"), Server(actual=Given()))
    assert [exchange.failure is None for exchange in verdict.exchanges] == [True, False]
    assert not verdict.is_allowed


def test_an_error_of_the_actual_request_can_be_read() -> None:
    assert play(planned(), Server(actual=Given(status=500, headers=GRANTED))).is_allowed


@pytest.mark.parametrize("method", ["TRACE", "track", "CONNECT"])
def test_a_forbidden_method_is_never_sent(method: str) -> None:
    server = Server()
    verdict = play(planned(method), server)
    assert not verdict.is_allowed
    assert server.asked == []
    assert verdict.failure is not None
    assert verdict.failure.step == "forbidden-method"


@pytest.mark.parametrize(
    ("method", "sends_origin"), [("GET", False), ("HEAD", False), ("POST", True), ("PUT", True), ("patch", True)]
)
def test_within_one_origin_nothing_is_asked_or_checked(method: str, *, sends_origin: bool) -> None:
    server = Server(actual=Given())
    verdict = play(planned(method, ("X-A", None), url="https://app.test/x"), server)
    assert verdict.is_allowed
    assert server.asked == [(method, ((("origin", ORIGIN),) if sends_origin else ()) + (("X-A", ""),))]


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("https://a.test", "https://a.test"),
        ("https://a.test", "https://a.test/b?c#d"),
        ("https://a.test", "HTTPS://A.TEST/"),
        ("https://a.test", "https://a.test:443/"),
        ("https://a.test", "https://a.test:/"),
        ("https://a.test:443", "https://a.test/"),
        ("http://a.test:8080", "http://user:pass@a.test:8080/"),
        ("http://[::1]", "http://[::1]:80/"),
        ("https://a.test", "https://a.test?@b.test/"),
        ("https://a.test", "https://a.test#@b.test/"),
    ],
)
def test_page_and_url_have_one_origin(origin: str, url: str) -> None:
    assert is_same_origin(planned(origin=origin, url=url))


@pytest.mark.parametrize(
    ("origin", "url"),
    [
        ("https://a.test", "http://a.test/"),
        ("https://a.test", "https://a.test:8443/"),
        ("https://a.test", "https://b.a.test/"),
        ("https://a.test", "https://a.test./"),
        ("https://a.test", "https://a.test@b.test/"),
        ("https://a.test", "https://b.test/https://a.test"),
        ("null", "https://a.test/"),
        ("null", "null"),
    ],
)
def test_page_and_url_have_two_origins(origin: str, url: str) -> None:
    assert not is_same_origin(planned(origin=origin, url=url))
