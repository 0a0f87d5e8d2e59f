"""Requests that two readers could read differently: none reaches an upstream in more than one reading."""

import re

import pytest

from tests.security.scene import ALLOWED, Scene

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: kong.test\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"


def request(*lines: bytes, body: bytes = b"", first: bytes = b"POST /first HTTP/1.1") -> bytes:
    return b"\r\n".join([first, b"Host: {host}", *lines, b"", b""]) + body


REFUSED = {
    "cl-te": (request(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + SMUGGLED), 400),
    "te-cl": (request(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"5c\r\n" + SMUGGLED), 400),
    "two-lengths": (request(b"Content-Length: 0", b"Content-Length: 47", body=SMUGGLED), 400),
    "list-of-lengths": (request(b"Content-Length: 0, 47", body=SMUGGLED), 400),
    "signed-length": (request(b"Content-Length: +0", body=SMUGGLED), 400),
    "negative-length": (request(b"Content-Length: -1", body=SMUGGLED), 400),
    "hexadecimal-length": (request(b"Content-Length: 0x10", body=SMUGGLED), 400),
    "space-before-colon": (request(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n" + SMUGGLED), 400),
    "unknown-coding": (request(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + SMUGGLED), 501),
    "coding-twice": (request(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + SMUGGLED), 501),
    "coding-and-form-feed": (request(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n" + SMUGGLED), 400),
    "nul-in-a-value": (request(b"X-A: a\x00b"), 400),
    "nul-in-a-name": (request(b"X\x00A: a"), 400),
    "space-in-a-name": (request(b"X A: a"), 400),
    "no-colon": (request(b"nothing"), 400),
    "no-host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "http-1.0": (b"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n", 426),
    "http-0.9": (b"GET /\r\n\r\n", 426),
    "http-9": (b"GET / HTTP/9.9\r\nHost: {host}\r\n\r\n", 426),
    "space-in-the-target": (b"GET / smuggled HTTP/1.1\r\nHost: {host}\r\n\r\n", 400),
    "connect": (b"CONNECT {host}:80 HTTP/1.1\r\nHost: {host}:80\r\n\r\n", 404),
    "chunk-size-is-none": (request(b"Transfer-Encoding: chunked", body=b"zz\r\n" + SMUGGLED), 400),
}

READ_IN_ONE_WAY = {
    "two-hosts": request(b"Host: evil.test", b"Content-Length: 0"),
    "obs-fold": request(b"X-A: a\r\n  Content-Length: 9", b"Content-Length: 0"),
    "bare-cr": request(b"X-A: a\rX-Evil: 1", b"Content-Length: 0"),
    "bare-lf": request(b"X-A: a\nX-B: b", b"Content-Length: 0"),
    "chunk-extension": request(b"Transfer-Encoding: chunked", body=b"1;a=b\r\nx\r\n0\r\n\r\n"),
    "trailers": request(b"Transfer-Encoding: chunked", body=b"1\r\nx\r\n0\r\nContent-Length: 9\r\nX-Evil: 1\r\n\r\n"),
    "body-that-is-a-request": request(b"Content-Length: %d" % len(SMUGGLED), body=SMUGGLED),
    "empty-lines-before": b"\r\n\r\n" + request(b"Content-Length: 0"),
    "connection-names-length": request(b"Connection: content-length", b"Content-Length: 0"),
}


def seen_by_upstream(scene: Scene, before: int) -> list[bytes]:
    return scene.upstream.heads[before:]


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_ambiguous_is_refused_and_ends_the_connection(scene: Scene, gateway: str, kind: str) -> None:
    octets, status = REFUSED[kind]
    before = len(scene.upstream.heads)
    answers = scene.send(gateway, octets.replace(b"{host}", gateway.encode()))
    assert answers[-1].status == status
    assert len(answers) == 1
    heads = seen_by_upstream(scene, before)
    assert not any(b"smuggled" in head or (b"/first" in head and b"chunked" not in head) for head in heads)


@pytest.mark.parametrize("kind", READ_IN_ONE_WAY)
def test_what_is_read_at_all_is_written_anew(scene: Scene, gateway: str, kind: str) -> None:
    octets = (READ_IN_ONE_WAY[kind] + LAST).replace(b"{host}", gateway.encode())
    scene.ask(gateway)  # what an earlier test has left on its way has arrived when this is answered
    before = len(scene.upstream.heads)
    answers = scene.send(gateway, octets)
    heads = seen_by_upstream(scene, before)
    assert len(heads) == sum(answer.status == 200 for answer in answers)
    for head in heads:
        assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\n[ \t]", head), head
        lines = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")]
        assert lines.count(b"content-length") + lines.count(b"transfer-encoding") <= 1
        assert lines.count(b"host") == 1
        assert b"x-evil" not in lines
        assert b"/smuggled" not in head


def test_an_upgrade_to_cleartext_http2_is_none(scene: Scene, gateway: str) -> None:
    asked = [("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__")]
    host, lines = gateway, "".join(f"{name}: {value}\r\n" for name, value in asked)
    head = f"GET /h2c HTTP/1.1\r\nHost: {host}\r\nConnection: close, Upgrade, HTTP2-Settings\r\n{lines}\r\n"
    (answer,) = scene.send(gateway, head.encode())
    assert answer.status == 200
    upstream = scene.upstream.heads[-1].lower()
    assert b"/h2c" in upstream
    assert b"upgrade" not in upstream
    assert b"http2-settings" not in upstream


def test_the_policy_is_that_of_the_absolute_target_and_not_of_the_host_header(scene: Scene) -> None:
    lines = f"Host: evil.test\r\nOrigin: {ALLOWED}\r\nConnection: close\r\n\r\n"
    (meant,) = scene.send("higress.test", f"GET http://higress.test/absolute HTTP/1.1\r\n{lines}".encode())
    (other,) = scene.send("higress.test", f"GET http://other.test/absolute HTTP/1.1\r\n{lines}".encode())
    assert (meant.status, meant.allowed_origin) == (200, ALLOWED)
    assert (other.status, other.allowed_origin) == (404, None)
    assert b"GET /absolute HTTP/1.1\r\n" in scene.upstream.heads[-1]
    assert b"evil.test" not in scene.upstream.heads[-1]


@pytest.mark.parametrize("target", ["/a/../../b", "/a/%2e%2e/b", "/a//b", "/a/./b", "/a\\..\\b"])
def test_a_path_is_normalised_before_anything_is_matched(scene: Scene, gateway: str, target: str) -> None:
    scene.ask(gateway, target=target)
    path = scene.upstream.heads[-1].split()[1]
    assert path in {b"/b", b"/a/b"}
