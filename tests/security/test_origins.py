"""Origins that resemble an allowed one, and what a browser would never send: granted by no gateway."""

import time

import pytest

from crossgate.fetch.origin import is_sent_by_browsers
from tests.security.scene import ALLOWED, SUBDOMAIN, Scene

EIGHT_KIB = 8192

HOSTILE = {
    "suffix": ["https://app.example.evil.test", "https://app.exampleevil.test", "https://a.wide.example.evil.test"],
    "prefix": ["https://evilapp.example", "https://evil-app.example", "https://evil.app.example"],
    "no-dot": ["https://evilwide.example", "https://a-wide.example", "https://.wide.example", "https://wide.example"],
    "dot-is-a-dot": ["https://appxexample", "https://a.widexexample"],
    "userinfo": ["https://app.example@evil.test", "https://app.example:443@evil.test", "https://evil@app.example"],
    "scheme": [
        "http://app.example",
        "ftp://app.example",
        "file://app.example",
        "xhttps://app.example",
        "://app.example",
    ],
    "unicode": [
        "https://app\u3002example",
        "https://\uff41pp.example",
        "https://\u0430pp.example",
        "https://app.example\u00a0",
    ],
    "punycode": ["https://xn--pp-7kc.example", "https://xn--app-.example"],
    "port": [
        "https://app.example:444",
        "https://app.example:80",
        "https://app.example:99999",
        "https://app.example:4430",
    ],
    "port-is-none": ["https://app.example:evil.test", "https://app.example:", "https://app.example:443:443"],
    "trailing-dot": ["https://app.example.", "https://a.wide.example.", "https://app.example..evil.test"],
    "null": ["null", "NULL", "null/"],
    "comma": [f"{ALLOWED},https://evil.test", f"https://evil.test, {ALLOWED}", f"{ALLOWED},", f"{ALLOWED} {ALLOWED}"],
    "path": ["https://app.example/evil", "https://app.example//", "https://evil.test/https://app.example"],
    "query": ["https://app.example?evil.test", "https://app.example#evil", "https://evil.test?https://app.example"],
    "backslash": ["https://app.example\\evil.test", "https:\\\\app.example", "https:/app.example", "https:app.example"],
    "escape": ["https://app.example%00.evil.test", "https://app.example%2eevil.test", "https://%61pp.example"],
    "tab": ["https://app.example\t.evil.test", "https://evil.test\thttps://app.example"],
    "wildcard": ["*", "https://*", "https://*.wide.example", "https://[a.wide.example", "https://a/.wide.example"],
    "host-is-not-scheme": ["app.example", "//app.example", "https://"],
    "8-kib": [
        f"https://{'a' * EIGHT_KIB}.evil.test",
        f"https://app.example{'.a' * (EIGHT_KIB // 2)}",
        f"https://{'a.' * (EIGHT_KIB // 2)}evil.test",
        f"https://{'a.wide.example.' * (EIGHT_KIB // 15)}evil.test",
    ],
}

SPELT = ["HTTPS://APP.EXAMPLE", "https://APP.example", "https://app.example/", "https://app.example:443"]
"""Other spellings of the allowed origin, of which documents allow some; no browser sends any."""


@pytest.mark.parametrize("origin", [ALLOWED, SUBDOMAIN])
def test_an_allowed_origin(scene: Scene, gateway: str, origin: str) -> None:
    assert scene.ask(gateway, ("Origin", origin)).allowed_origin == origin


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_origin(scene: Scene, gateway: str, kind: str) -> None:
    for origin in HOSTILE[kind]:
        for method in ("GET", "OPTIONS"):
            asked = ("Access-Control-Request-Method", "PUT")
            answer = scene.ask(gateway, ("Origin", origin), asked, method=method)
            assert answer.allowed_origin is None, (origin, method)


@pytest.mark.parametrize("origin", SPELT)
def test_another_spelling_lets_no_other_page_in(scene: Scene, gateway: str, origin: str) -> None:
    granted = scene.ask(gateway, ("Origin", origin)).allowed_origin
    assert granted is None or not is_sent_by_browsers(origin)
    assert granted in {None, origin, ALLOWED}


def test_two_lines_of_origin_are_one_that_is_not_allowed(scene: Scene, gateway: str) -> None:
    assert scene.ask(gateway, ("Origin", ALLOWED), ("Origin", "https://evil.test")).allowed_origin is None
    assert scene.ask(gateway, ("Origin", "https://evil.test"), ("Origin", ALLOWED)).allowed_origin is None


def test_eight_kib_of_origin_cost_next_to_nothing(scene: Scene, gateway: str) -> None:
    for origin in HOSTILE["8-kib"]:
        began = time.monotonic()
        scene.ask(gateway, ("Origin", origin))
        assert time.monotonic() - began < 0.5


def test_sixty_thousand_commas_of_requested_headers_cost_next_to_nothing(scene: Scene, gateway: str) -> None:
    preflight = [("Origin", ALLOWED), ("Access-Control-Request-Method", "PUT")]
    began = time.monotonic()
    flood = scene.ask(gateway, *preflight, ("Access-Control-Request-Headers", "," * 60_000), method="OPTIONS")
    beyond = scene.ask(gateway, *preflight, ("Access-Control-Request-Headers", "," * 61_440), method="OPTIONS")
    assert time.monotonic() - began < 1
    assert flood.status in {200, 204}
    assert (beyond.status, beyond.allowed_origin) == (431, None)


def test_headers_hidden_among_commas_are_still_judged(scene: Scene) -> None:
    preflight = [("Origin", ALLOWED), ("Access-Control-Request-Method", "PUT")]
    commas = "," * 30_000
    judged = [
        scene.ask(
            "higress.test",
            *preflight,
            ("Access-Control-Request-Headers", f"{commas}{name}{commas}"),
            method="OPTIONS",
        )
        for name in ("x-one", "x-evil")
    ]
    assert [answer.allowed_origin for answer in judged] == [ALLOWED, None]
