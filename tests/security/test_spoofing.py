"""Headers by which a client could pass for the gateway itself: believed by nobody, and never sent to an upstream."""

import json
import re

import pytest

from crossgate.envoy.same_origin import AUTHORITY, INTERNAL, PATTERN, RESULT
from tests.security.scene import ALLOWED, HOSTS, Scene

EVIL = "http://evil.test"
FORGED = [
    *((name, "true") for name in INTERNAL),
    (RESULT.title(), "true"),
    (AUTHORITY.upper(), "evil.test"),
    (PATTERN, ".*"),
    ("x-cg-anything", "1"),
]


def test_the_same_origin_is_recognised(scene: Scene) -> None:
    own = f"http://{HOSTS['wildcard']}"
    assert scene.ask(HOSTS["wildcard"], ("Origin", own)).status == 200


def test_internal_headers_from_outside_make_no_origin_the_same(scene: Scene, gateway: str) -> None:
    before = len(scene.upstream.heads)
    answer = scene.ask(gateway, ("Origin", EVIL), *FORGED)
    assert answer.allowed_origin is None
    if gateway == HOSTS["wildcard"]:
        assert answer.status == 403
        assert len(scene.upstream.heads) == before


def test_a_scheme_from_outside_makes_no_origin_the_same(scene: Scene) -> None:
    host, forged = HOSTS["wildcard"], ("x-forwarded-proto", "https")
    assert scene.ask(host, ("Origin", f"http://{host}"), forged).status == 200
    assert scene.ask(host, ("Origin", f"https://{host}"), forged).status == 403


def test_internal_headers_reach_no_upstream(scene: Scene, gateway: str) -> None:
    assert scene.ask(gateway, ("Origin", ALLOWED), *FORGED, ("x-own", "1")).status == 200
    head = scene.upstream.heads[-1].lower()
    assert b"x-own: 1" in head
    assert not any(f"{name}:".encode() in head for name in INTERNAL)


@pytest.mark.parametrize("host", [".*", "(?i).*", "a.wild.test|evil.test", "\\E.*\\Q.wild.test", "*.wild.test"])
def test_a_host_that_is_an_expression_is_the_same_as_no_origin(scene: Scene, host: str) -> None:
    port = scene.port_of(HOSTS["wildcard"])
    for named in (host, f"{host}.wild.test"):
        request = f"GET / HTTP/1.1\r\nHost: {named}\r\nOrigin: {EVIL}\r\nConnection: close\r\n\r\n"
        (answer,) = scene.send(HOSTS["wildcard"], request.encode())
        assert answer.status in {400, 403, 404}, (named, port)
        assert answer.allowed_origin is None


def test_a_client_commands_neither_retries_nor_timeouts_nor_the_log(scene: Scene, gateway: str) -> None:
    commands = [
        ("x-envoy-upstream-rq-timeout-ms", "1"),
        ("x-envoy-retry-on", "5xx"),
        ("x-envoy-internal", "true"),
        ("x-envoy-original-path", "/forged"),
        ("x-envoy-original-host", "forged.test"),
        ("x-envoy-decorator-operation", "forged"),
    ]
    target = f"/true-{gateway}"
    assert scene.ask(gateway, *commands, target=target).status == 200
    assert b"x-envoy-retry-on" not in scene.upstream.heads[-1].lower()
    assert b"forged" not in scene.upstream.heads[-1]
    logged = json.loads(scene.logged(target))
    assert (logged["path"], logged["authority"]) == (target, gateway)


def test_an_upstream_learns_who_has_really_connected(scene: Scene, gateway: str) -> None:
    scene.ask(gateway, ("x-forwarded-for", "6.6.6.6"), ("x-forwarded-proto", "https"), ("x-request-id", "forged"))
    head = scene.upstream.heads[-1].lower()
    (forwarded,) = re.findall(rb"x-forwarded-for: (.*)\r\n", head)
    assert forwarded.startswith(b"6.6.6.6,")
    assert b"6.6.6.6" not in forwarded.removeprefix(b"6.6.6.6,")  # the last one is whom Envoy saw
    assert b"x-forwarded-proto: http\r\n" in head
    assert b"forged" not in head.replace(b"x-forwarded", b"")
