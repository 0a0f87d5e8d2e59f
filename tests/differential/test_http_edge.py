"""The engine's `receive` and `normalise` against a real Envoy, over raw sockets so that no client tidies up first."""

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crossgate.engine import header_lines
from crossgate.engine.paths import normalise
from crossgate.engine.request import BadRequest, Request, receive
from tests.differential.effort import effort

Lines = Sequence[tuple[str, str]]

_TYPE: Final = "type.googleapis.com/envoy.extensions.filters"
_UNPREDICTED: Final = frozenset({"date", "server", "connection", "transfer-encoding"})
_SEEN: Final = ("origin", "x-part", "cookie", "te", "expect", "upgrade", "x-forwarded-proto", "x-envoy-retry-on")
_START_SECONDS: Final = 20


def _bootstrap(socket_path: Path) -> dict[str, Any]:
    """One listener with the settings of ours, and a route that says what it saw."""
    seen = {":path": "%REQ(:PATH)%", ":authority": "%REQ(:AUTHORITY)%", ":method": "%REQ(:METHOD)%"}
    seen |= {name: f"%CEL(request.headers['{name}'])%" for name in _SEEN}
    echo = {
        "match": {"prefix": "/"},
        "direct_response": {"status": 200},
        "response_headers_to_add": [
            {"header": {"key": f"x-seen-{name.strip(':')}", "value": f"[{value}]"}} for name, value in seen.items()
        ],
    }
    router = {"@type": f"{_TYPE}.http.router.v3.Router"}
    manager = {
        "@type": f"{_TYPE}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "edge",
        "use_remote_address": True,
        "normalize_path": True,
        "merge_slashes": True,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "route_config": {
            "virtual_hosts": [{"name": "any", "domains": ["*"], "routes": [echo]}],
            "ignore_port_in_host_matching": True,
        },
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": router}],
    }
    filters = [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]
    listener = {"address": {"pipe": {"path": str(socket_path)}}, "filter_chains": [{"filters": filters}]}
    return {"static_resources": {"listeners": [{"name": "edge", **listener}]}}


def _envoy() -> str:
    beside = Path(sys.executable).with_name("envoy")
    found = str(beside) if beside.exists() else shutil.which("envoy")
    if found is None:
        pytest.skip("there is no envoy beside this Python nor in PATH")
    return found


@pytest.fixture(scope="module")
def edge() -> Iterator[Path]:
    """Run an Envoy and give the path of the socket that it listens on."""
    with tempfile.TemporaryDirectory(prefix="edge") as folder:  # pytest's own paths are too long for a socket
        socket_path = Path(folder, "edge.sock")
        bootstrap = Path(folder, "bootstrap.json")
        bootstrap.write_text(json.dumps(_bootstrap(socket_path)))
        command = [_envoy(), "-c", str(bootstrap), "--concurrency", "1", "--disable-hot-restart", "-l", "error"]
        with Path(folder, "log").open("w+") as log, subprocess.Popen(command, stderr=log) as process:
            try:
                _wait_for(socket_path, process, log.name)
                yield socket_path
            finally:
                process.terminate()


def _wait_for(socket_path: Path, process: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as attempt:
                attempt.connect(str(socket_path))
        except OSError:
            assert process.poll() is None, Path(log).read_text()
            assert time.monotonic() < deadline, "envoy does not listen"
        else:
            return


def _head(method: str, target: str, lines: Lines) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")


def _exchange(edge: Path, request: bytes) -> tuple[int, list[tuple[str, str]], str]:
    """Return status, headers and body; interim answers are left out, and HEAD has no body."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(edge))
        connection.sendall(request)
        with connection.makefile("rb") as stream:
            status, headers = _answer_head(stream)
            while status == 100:
                status, headers = _answer_head(stream)
            length = int(dict(headers).get("content-length", "0"))
            body = "" if request.startswith(b"HEAD ") else stream.read(length).decode("latin-1")
    return status, headers, body


def _answer_head(stream: Any) -> tuple[int, list[tuple[str, str]]]:
    status = int(stream.readline().split()[1])
    headers = []
    while line := stream.readline().rstrip(b"\r\n").decode("latin-1"):
        name, _, value = line.partition(": ")
        headers.append((name, value))
    return status, headers


def _assert_same(edge: Path, method: str, target: str, lines: Lines) -> Request | BadRequest:
    """Assert that Envoy does with a request what the engine says, and return what the engine says."""
    said = receive(method, target, lines, scheme="http")
    status, headers, body = _exchange(edge, _head(method, target, lines))
    seen = {name.removeprefix("x-seen-"): value[1:-1] for name, value in headers if name.startswith("x-seen-")}
    match said:
        case BadRequest():
            kept = tuple(sorted(line for line in headers if line[0] not in _UNPREDICTED))
            assert (status, kept, body) == (said.status, said.headers, said.body), said.reason
        case Request():
            expected = {"path": said.path_and_query, "authority": said.authority, "method": said.method}
            expected |= {name: said.header(name) or "" for name in _SEEN}
            assert (status, seen) == (200, expected)
    return said


HOST: Final = ("Host", "h")

METHODS: Final = """
    ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH M-SEARCH
    NOTIFY OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE TRACK
    UNBIND UNLINK UNLOCK UNSUBSCRIBE DESCRIBE FOO options get Get G GETT A_B A! 1GET G( G@ G"T GE{T} G\xc9
""".split()  # noqa: SIM905 - a list of names is read more easily so


@pytest.mark.parametrize("method", METHODS)
def test_methods(edge: Path, method: str) -> None:
    _assert_same(edge, method, "/a", [HOST])
    _assert_same(edge, method, "/a", [HOST, ("Content-Type", "a/b")])


TARGETS: Final = ("/", "/?", "/?a", "/a??b", "/a#b", "/a?x#b", "/%00", "/a?%00", "/%00#a", "//", "/a?/../x//y?\\")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_targets(edge: Path, method: str, target: str) -> None:
    _assert_same(edge, method, target, [HOST])
    _assert_same(edge, method, target, [HOST, ("Content-Type", "application/grpc+proto")])


@pytest.mark.parametrize("byte", [code for code in range(256) if code not in b"\r\n"])
def test_every_byte_in_every_place(edge: Path, byte: int) -> None:
    character = chr(byte)
    _assert_same(edge, "GET", f"/a{character}b", [HOST])
    _assert_same(edge, "GET", f"/a?q{character}b", [HOST])
    _assert_same(edge, "GET", f"/a%{byte:02x}%{byte:02X}b", [HOST])
    _assert_same(edge, "GET", "/a", [("Host", f"a{character}b")])
    _assert_same(edge, "GET", "/a", [HOST, ("Origin", f"a{character}b")])
    _assert_same(edge, "GET", "/a", [HOST, ("X-Part", f"{character}b{character}")])
    if character != ":":  # what follows would be the value
        _assert_same(edge, "GET", "/a", [HOST, (f"X{character}P", "v")])


HEADERS: Final[dict[str, Lines]] = {
    "no Host": [],
    "empty Host": [("Host", "")],
    "blank Host": [("host", " \t")],
    "two Hosts": [HOST, ("Host", "i")],
    "an empty Host more": [("Host", ""), HOST, ("Host", "")],
    "user information": [("Host", "u:p@a:80")],
    "IPv6": [("Host", "[::1]:80")],
    "half a bracket": [("Host", "[::1")],
    "a pattern": [("Host", ".*")],
    "a path in Host": [("Host", "a/b")],
    "a space in Host": [("Host", "a b")],
    "empty name": [HOST, ("", "v")],
    "two Origins": [HOST, ("Origin", "a"), ("ORIGIN", "b")],
    "an empty Origin first": [HOST, ("Origin", ""), ("Origin", "b")],
    "an empty Origin last": [HOST, ("Origin", "b"), ("Origin", " ")],
    "lines that stay apart": [HOST, ("X-Part", ""), ("X-Part", "b"), ("Cookie", "a"), ("Cookie", "b")],
    "white space": [HOST, ("Origin", " \t a b\t ")],
    "length": [HOST, ("Content-Length", "0")],
    "length with zeros": [HOST, ("Content-Length", "000")],
    "length with sign": [HOST, ("Content-Length", "+1")],
    "length empty": [HOST, ("Content-Length", "")],
    "length list": [HOST, ("Content-Length", "0, 0")],
    "length twice": [HOST, ("Content-Length", "0"), ("Content-Length", "0")],
    "length of many zeros": [HOST, ("Content-Length", "0" * 5000)],
    "length of many digits": [HOST, ("Content-Length", "9" * 5000)],
    "largest length": [HOST, ("Content-Length", "18446744073709551615")],
    "length too large": [HOST, ("Content-Length", "18446744073709551616")],
    "chunked": [HOST, ("Transfer-Encoding", "Chunked")],
    "chunked and length": [HOST, ("Transfer-Encoding", "chunked"), ("Content-Length", "0")],
    "gzip and length": [HOST, ("Transfer-Encoding", "gzip"), ("Content-Length", "0")],
    "gzip": [HOST, ("Transfer-Encoding", "gzip")],
    "gzip, chunked": [HOST, ("Transfer-Encoding", "gzip, chunked")],
    "no coding": [HOST, ("Transfer-Encoding", "")],
    "gzip, bad Host": [("Host", "a b"), ("Transfer-Encoding", "gzip")],
    "gzip, bad name": [HOST, ("Transfer-Encoding", "gzip"), ("X(", "")],
    "gzip, bad Connection": [HOST, ("Transfer-Encoding", "gzip"), ("Connection", ":a")],
    "internal": [HOST, ("X-Envoy-Retry-On", "5xx")],
    "scheme": [HOST, ("X-Forwarded-Proto", "https")],
    "expectation": [HOST, ("Expect", "100-Continue")],
    "another expectation": [HOST, ("Expect", "x")],
    "trailers": [HOST, ("TE", "gzip , trailers")],
    "no trailers": [HOST, ("TE", "gzip")],
    "upgrade": [HOST, ("Connection", "keep-alive, Upgrade"), ("Upgrade", "WebSocket")],
    "upgrade without option": [HOST, ("Upgrade", "WebSocket")],
    "upgrade to h2c": [HOST, ("Connection", "Upgrade"), ("Upgrade", "h2c")],
    "upgrade to more": [HOST, ("Connection", "Upgrade"), ("Upgrade", "h2c, websocket")],
    "upgrade to another": [HOST, ("Connection", "Upgrade"), ("Upgrade", "foo")],
    "upgrade to another, gRPC": [
        HOST,
        ("Connection", "upgrade"),
        ("Upgrade", "a"),
        ("Content-Type", "application/grpc"),
    ],
    "nominated": [HOST, ("Origin", "o"), ("X-Part", "1"), ("Connection", "close , Origin")],
    "nominated, two lines": [
        HOST,
        ("Origin", "o"),
        ("Connection", "x-part"),
        ("X-Part", "1"),
        ("Connection", "origin"),
    ],
    "nominated, upgrade": [HOST, ("Origin", "o"), ("Connection", "upgrade, origin"), ("Upgrade", "websocket")],
    "nominated, upgrade to h2c": [HOST, ("Origin", "o"), ("Connection", "upgrade, origin"), ("Upgrade", "h2c")],
    "a pseudo header nominated, upgrade": [HOST, ("Connection", "upgrade, :x"), ("Upgrade", "websocket")],
    "Host nominated, upgrade": [HOST, ("Connection", "upgrade, host"), ("Upgrade", "websocket")],
    "Host nominated": [("Host", "a b"), ("Connection", "host")],
    "Host nominated, gRPC": [HOST, ("Connection", "host"), ("Content-Type", "application/grpc")],
    "long TE nominated": [HOST, ("TE", "a" * 256), ("Connection", "te")],
    "shorter TE nominated": [HOST, ("TE", "a" * 255), ("Connection", "te")],
    "nine nominated": [HOST, ("Connection", "a,b,c,d,e,f,g,h,x-part"), ("X-Part", "1")],
    "ten nominated": [HOST, ("Connection", "a,b,c,d,e,f,g,h,i,x-part"), ("X-Part", "1")],
    "commas": [HOST, ("Connection", ",,,,,,,,,,,x-part"), ("X-Part", "1")],
    "content type nominated": [HOST, ("Content-Type", "a/b"), ("Connection", "content-type")],
}


@pytest.mark.parametrize("lines", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("method", ["GET", "HEAD", "CONNECT", "QUERY"])
def test_headers(edge: Path, method: str, lines: Lines) -> None:
    _assert_same(edge, method, "/a", lines)


OPTIONS: Final = (
    *("close", "keep-alive", "upgrade", "http2-settings", "connection", "te", "origin", "X-PART", "cookie", " ", "\t"),
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", ":x", "a:x", "x-part x", "x-part;q", "", "expect"),
)


@pytest.mark.parametrize("option", OPTIONS)
def test_connection_options(edge: Path, option: str) -> None:
    _assert_same(edge, "GET", "/", [HOST, ("Origin", "o"), ("X-Part", "1"), ("Cookie", "c"), ("Connection", option)])


SIZES: Final = (60 * 1024, 60 * 1024 + 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("place", ["target", "value", "name", "host", "white space"])
def test_size(edge: Path, size: int, place: str) -> None:
    def request(filler: str) -> tuple[str, Lines]:
        match place:
            case "target":
                return f"/{filler}", [HOST]
            case "host":
                return "/", [("Host", filler)]
            case "name":
                return "/", [HOST, (f"X{filler}", "v")]
            case "value":
                return "/", [HOST, ("X", filler), ("Y", "v")]
            case _:
                return "/", [HOST, ("X", f"{filler.replace('a', ' ')}v")]

    target, lines = request("a" * (size - len(_head("GET", *request("")))))
    assert len(_head("GET", target, lines)) == size
    said = receive("GET", target, lines, scheme="http")
    status, _, body = _exchange(edge, _head("GET", target, lines))
    match said:
        case BadRequest():
            assert size > SIZES[0]
            assert (status, body) == (said.status, said.body)
        case Request():
            assert (size, status) == (SIZES[0], 200)


MANY: Final[dict[str, Lines]] = {
    "99 and Host": [HOST, *((f"X-{number}", "v") for number in range(99))],
    "100 and Host": [HOST, *((f"X-{number}", "v") for number in range(100))],
    "99 of one name": [HOST, *[("X-Part", "")] * 99],
    "100 of one name": [HOST, *[("X-Part", "")] * 100],
    "many Origins": [HOST, *[("Origin", "o")] * 300],
    "many, and a control character": [HOST, ("X", "\x01"), *[("X", "")] * 150],
    "many, and gzip": [HOST, ("Transfer-Encoding", "gzip"), *[("X", "")] * 150],
    "many, and a bad length": [HOST, ("Content-Length", "x"), *[("X", "")] * 150],
    "many, and a bad Host": [("Host", "a b"), *[("X", "")] * 150],
    "large, and a bad Host": [("Host", "a b"), ("X", "v" * 70000)],
    "large, and a control character": [HOST, ("X", "\x01" + "v" * 70000)],
}


@pytest.mark.parametrize("lines", MANY.values(), ids=MANY.keys())
@pytest.mark.parametrize("method", ["GET", "FOO"])
def test_many_and_large(edge: Path, method: str, lines: Lines) -> None:
    _assert_same(edge, method, "/a", lines)


OTHER_NAMES: Final = (
    *("accept-charset", "accept-language", "alt-used", "cookie", "date", "dnt", "etag", "forwarded", "from"),
    *("max-forwards", "priority", "proxy-authorization", "range", "sec-fetch-mode", "trailer", "warning", "x-api-key"),
    *("x-real-ip", "x-requested-with", "x-envoy-original-method", "x-forwarded-scheme", "http2-settings"),
)


@pytest.mark.parametrize("name", sorted({*header_lines.JOINED, *OTHER_NAMES} - {"content-length"}))
def test_which_names_are_joined(edge: Path, name: str) -> None:
    """The limit of 100 headers tells: joined lines count as one."""
    said = receive("GET", "/", [HOST, *[(name, "")] * 150], scheme="http")
    status, _, _ = _exchange(edge, _head("GET", "/", [HOST, *[(name, "")] * 150]))
    assert (status == 431) == (isinstance(said, BadRequest) and said.status == 431)
    assert (status == 431) == (name in OTHER_NAMES)


PIECES: Final = (
    *("/", "/", "/", ".", "..", "...", "%2e", "%2E", ".%2e", "\\", "\\..", "a", "b", ";", "..;", ".;", "..;x", "%2e;"),
    *(
        "%3",
        "%34",
        "%2f",
        "%2F",
        "%5c",
        "%5C",
        "%",
        "%4",
        "%zz",
        "%25",
        "%252e",
        "%00",
        "~",
        "%7E",
        "%41",
        "%c3%a9",
        "%3b",
        "%3F",
    ),
    *("|", "^", "[", "]", "{", "}", "`", '"', "<", ">", "'", "*", "=", "@", ":", "!", "$", "&", "(", ")", "+", ","),
)
hostile_paths = st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: "/" + "".join(pieces))
printable = st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="?#")


@given(path=hostile_paths | st.text(printable).map("/{}".format))
@example(path="/a/..;%00/b")
@example(path="/a\\..;x/b")
@example(path="/a/.%2e;x/b")
@example(path="/%4%41")
@example(path="/%%34%31")
@example(path="/%%341/%2%2e")
@effort(400)
def test_hostile_paths(edge: Path, path: str) -> None:
    status, headers, _ = _exchange(edge, _head("GET", path, [HOST]))
    seen = dict(headers).get("x-seen-path", "[]")[1:-1]
    assert (status, seen) == ((200, normalise(path)) if normalise(path) is not None else (400, ""))


names = st.sampled_from(
    ["Host", "Origin", "origin", "X-Part", "Cookie", "Connection", "TE", "Expect", "Upgrade", "X Y"]
)
options = st.sampled_from(["close", "upgrade", "origin", "x-part", "host", "te", "x-forwarded-for", "", " "])
header_values = st.text(st.characters(max_codepoint=0xFF, exclude_characters="\r\n"), max_size=8)
lines_of = st.lists(st.tuples(names, header_values | st.lists(options, max_size=11).map(",".join)), max_size=8)


@given(method=st.sampled_from(["GET", "OPTIONS", "HEAD", "QUERY"]), path=hostile_paths, lines=lines_of)
@effort(300)
def test_hostile_requests(edge: Path, method: str, path: str, lines: Lines) -> None:
    _assert_same(edge, method, path, [HOST, *lines])
