from dataclasses import dataclass, field

import pytest

from crossgate.browser.answers import Headers
from crossgate.browser.exchanges import ResponseType, Sent
from crossgate.browser.failures import Code
from crossgate.browser.planned import Mode, OnRedirect, PlannedFetch
from crossgate.browser.play import is_same_origin, play
from crossgate.browser.profiles import CHROMIUM, FIREFOX, PROFILES, STANDARD, Profile
from crossgate.records import replace

ORIGIN = "https://app.test"
GRANTED = (
    ("access-control-allow-origin", ORIGIN),
    ("access-control-allow-methods", "PUT"),
    ("access-control-allow-headers", "x-a"),
)


@dataclass(frozen=True, kw_only=True)
class Given:
    status: int = 200
    headers: Headers = ()


@dataclass(kw_only=True)
class Server:
    """Answers OPTIONS in one way and all else in another, and remembers what it was asked."""

    preflight: Given = field(default_factory=lambda: Given(headers=GRANTED))
    actual: Given = field(default_factory=lambda: Given(headers=GRANTED))
    asked: list[tuple[str, Headers]] = field(default_factory=list)

    def __call__(self, sent: Sent) -> Given:
        self.asked.append((sent.method, sent.headers))
        return self.preflight if sent.kind == "preflight" else self.actual


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
        ("https://A.test/", "https://a.test/"),
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
        ("null", "data:,x"),
    ],
)
def test_page_and_url_have_two_origins(origin: str, url: str) -> None:
    assert not is_same_origin(planned(origin=origin, url=url))


@pytest.mark.parametrize(
    ("url", "origin", "profile", "is_blocked"),
    [
        ("http://a.test:6666/", "https://b.test", STANDARD, True),
        ("http://a.test:6666/", "http://a.test:6666", STANDARD, True),
        ("http://a.test:6667/", "https://b.test", CHROMIUM, True),
        ("http://a.test:4190/", "https://b.test", FIREFOX, True),
        ("http://a.test:4190/", "https://b.test", CHROMIUM, False),
        ("http://a.test:6670/", "https://b.test", STANDARD, False),
    ],
)
def test_nothing_is_sent_to_ports_of_other_protocols(
    url: str, origin: str, profile: Profile, *, is_blocked: bool
) -> None:
    verdict = play(planned(origin=origin, url=url), lambda _: cors(), profile)
    assert (verdict.failure is not None and verdict.failure.code is Code.BLOCKED_PORT) is is_blocked
    assert bool(verdict.exchanges) is not is_blocked


def test_nor_where_a_redirect_leads_there() -> None:
    verdict = play(planned(), lambda _: cors(("location", "http://a.test:25/"), status=307))
    assert verdict.failure is not None
    assert verdict.failure.code is Code.BLOCKED_PORT
    assert len(verdict.exchanges) == 1


def cors(*lines: tuple[str, str], status: int = 200) -> Given:
    return Given(status=status, headers=(("access-control-allow-origin", "*"), *lines))


def test_a_page_of_another_origin_reads_what_is_exposed() -> None:
    answer = cors(("x-a", "1"), ("x-b", "2"), ("etag", "e"), ("expires", "0"), ("access-control-expose-headers", "X-A"))
    verdict = play(planned(), Server(actual=answer))
    assert (verdict.type, verdict.status, verdict.readable) == (ResponseType.CORS, 200, ("x-a", "expires"))


def test_a_page_of_the_same_origin_reads_all_but_cookies() -> None:
    answer = Given(headers=(("x-a", "1"), ("set-cookie", "a=b")))
    verdict = play(planned(url="https://app.test/"), Server(actual=answer))
    assert (verdict.type, verdict.readable) == (ResponseType.BASIC, ("x-a",))


def test_without_cors_nothing_is_checked_and_nothing_is_read() -> None:
    server = Server(actual=Given(headers=(("x-a", "1"),)))
    headers = (("X-A", "1"), ("Accept", "a/b"), ("Range", "bytes=0-1"))
    verdict = play(replace(planned("POST", *headers), mode=Mode.NO_CORS), server)
    assert (verdict.is_allowed, verdict.type, verdict.status, verdict.readable) == (True, ResponseType.OPAQUE, 0, ())
    assert server.asked == [("POST", (("origin", ORIGIN), ("Accept", "a/b")))]


@pytest.mark.parametrize(
    ("fetch", "code"),
    [
        (replace(planned(), mode=Mode.SAME_ORIGIN), Code.CROSS_ORIGIN),
        (replace(planned("PUT"), mode=Mode.NO_CORS), Code.FORBIDDEN_MODE),
        (replace(planned(), mode=Mode.NO_CORS, on_redirect=OnRedirect.MANUAL), Code.FORBIDDEN_MODE),
        (planned(url="ftp://api.test/"), Code.SCHEME),
        (planned(url="https://user@api.test/"), Code.URL_CREDENTIALS),
    ],
)
def test_what_is_never_sent(fetch: PlannedFetch, code: Code) -> None:
    server = Server()
    verdict = play(fetch, server)
    assert verdict.failure is not None
    assert (verdict.failure.code, server.asked) == (code, [])


def test_who_listens_to_an_upload_has_to_ask() -> None:
    server = Server(preflight=cors(), actual=cors())
    assert play(replace(planned("POST"), is_listened=True), server).is_allowed
    assert [method for method, _ in server.asked] == ["OPTIONS", "POST"]
    assert not play(replace(planned("PUT"), is_listened=True), Server(preflight=cors(status=404))).is_allowed


def test_for_who_listens_only_the_standard_takes_silence_of_methods_for_consent() -> None:
    for profile, is_allowed in ((STANDARD, True), (CHROMIUM, False), (FIREFOX, False)):
        server = Server(preflight=cors(), actual=cors())
        assert play(replace(planned("PUT"), is_listened=True), server, profile).is_allowed == is_allowed


@pytest.mark.parametrize(
    ("on_redirect", "type", "code"),
    [
        (OnRedirect.MANUAL, ResponseType.OPAQUE_REDIRECT, None),
        (OnRedirect.ERROR, ResponseType.ERROR, Code.REDIRECT_REFUSED),
    ],
)
def test_a_redirect_may_not_be_wanted(on_redirect: OnRedirect, type: ResponseType, code: Code | None) -> None:  # noqa: A002
    answer = cors(("location", "/b"), status=302)
    verdict = play(replace(planned(), on_redirect=on_redirect), Server(actual=answer))
    assert (verdict.type, verdict.failure and verdict.failure.code) == (type, code)
    assert len(verdict.exchanges) == 1


def test_a_redirect_without_a_location_is_an_answer() -> None:
    verdict = play(planned(), Server(actual=cors(status=302)))
    assert (verdict.is_allowed, verdict.status) == (True, 302)


def test_each_hop_to_another_origin_is_asked_for_anew() -> None:
    asked = []

    def ask(sent: Sent) -> Given:
        asked.append((sent.kind, sent.url, dict(sent.headers)["origin"]))
        if sent.kind == "preflight":
            return cors(("access-control-allow-methods", "PUT"))
        return cors() if "other" in sent.url else cors(("location", "https://other.test/b#c"), status=307)

    verdict = play(planned("PUT"), ask)
    assert verdict.is_allowed
    assert asked == [
        ("preflight", "https://api.test/x", ORIGIN),
        ("actual", "https://api.test/x", ORIGIN),
        ("preflight", "https://other.test/b", "null"),
        ("actual", "https://other.test/b", "null"),
    ]


def test_a_preflight_is_never_redirected() -> None:
    verdict = play(planned("PUT"), Server(preflight=cors(("location", "/b"), status=308)))
    assert verdict.failure is not None
    assert (verdict.failure.code, len(verdict.exchanges)) == (Code.PREFLIGHT_REDIRECT, 1)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_what_is_remembered_is_said(profile: Profile) -> None:
    answer = cors(("access-control-allow-methods", "PUT"), ("access-control-max-age", "100000"))
    verdict = play(planned("PUT"), Server(preflight=answer, actual=cors()), profile)
    assert verdict.remembered == min(100_000, profile.longest_age)
    assert play(planned(), Server(actual=cors()), profile).remembered is None


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_star_stands_for_authorization_in_browsers_only(profile: Profile) -> None:
    answer = cors(("access-control-allow-headers", "*"))
    verdict = play(planned("GET", ("Authorization", "x")), Server(preflight=answer, actual=cors()), profile)
    assert verdict.is_allowed == profile.star_is_authorization
