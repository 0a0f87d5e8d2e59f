"""The demonstration as a program: what it says, what its commands get, how it starts and stops."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from tests.demo.conftest import Start
from tests.demo.harness import FREE, LISTENERS, PROGRAM, RunningDemo, commands_in, origins_in
from tests.serve.harness import WITHIN, get, is_running

ALLOW_ORIGIN = "access-control-allow-origin"
ALLOW_METHODS = "access-control-allow-methods"
ALLOW_HEADERS = "access-control-allow-headers"
ALLOW_CREDENTIALS = "access-control-allow-credentials"
EXPOSE_HEADERS = "access-control-expose-headers"
MAX_AGE = "access-control-max-age"
CORS = (ALLOW_ORIGIN, ALLOW_METHODS, ALLOW_HEADERS, ALLOW_CREDENTIALS, EXPOSE_HEADERS, MAX_AGE)

REFUSED = "Invalid CORS request"
ALLOWED_ORIGIN = "http://httpbin2.example.org:9090"


@dataclass(frozen=True, kw_only=True)
class Documented:
    """What a document promises: all CORS headers that there are, and other headers and the body as far as it says."""

    status: int
    cors: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


DOCUMENTED = [
    Documented(
        status=200,
        cors={
            ALLOW_ORIGIN: "https://example.com/",
            ALLOW_CREDENTIALS: "true",
            ALLOW_METHODS: "GET, POST, OPTIONS",
            ALLOW_HEADERS: "Origin",
            MAX_AGE: "86400",
            EXPOSE_HEADERS: "Origin, X-HTTPRoute-Header",
        },
    ),
    Documented(
        status=200,
        cors={
            ALLOW_ORIGIN: "https://notallowed.com/",
            ALLOW_CREDENTIALS: "true",
            ALLOW_METHODS: "GET, POST, PUT, DELETE, PATCH, OPTIONS",
            ALLOW_HEADERS: "Origin",
            MAX_AGE: "3600",
        },
    ),
    Documented(
        status=200,
        cors={
            ALLOW_ORIGIN: ALLOWED_ORIGIN,
            EXPOSE_HEADERS: "X-Custom-Header,X-Env-UTM",
            ALLOW_CREDENTIALS: "true",
        },
        headers={"x-cors-version": "1.0.0"},
    ),
    Documented(
        status=200,
        cors={
            ALLOW_ORIGIN: ALLOWED_ORIGIN,
            ALLOW_METHODS: "GET,POST,PATCH",
            ALLOW_HEADERS: "Content-Type,Token,Authorization",
            EXPOSE_HEADERS: "X-Custom-Header,X-Env-UTM",
            ALLOW_CREDENTIALS: "true",
            MAX_AGE: "3600",
        },
        headers={"x-cors-version": "1.0.0", "content-length": "0"},
        body="",
    ),
    *[Documented(status=403, headers={"x-cors-version": "1.0.0", "content-type": "text/plain"}, body=REFUSED)] * 3,
    Documented(status=200, cors={ALLOW_ORIGIN: "http://example.net", ALLOW_CREDENTIALS: "true"}),
    Documented(status=200, cors={ALLOW_ORIGIN: "http://example.net", ALLOW_CREDENTIALS: "true"}),
    Documented(
        status=200,
        cors={
            ALLOW_ORIGIN: "https://shop.example.org",
            ALLOW_METHODS: "GET,POST,OPTIONS",
            ALLOW_HEADERS: "Content-Type,X-Auth-Token",
            ALLOW_CREDENTIALS: "true",
            MAX_AGE: "3600",
        },
        headers={"vary": "Origin", "content-length": "0"},
        body="",
    ),
    Documented(status=404, body='{\n  "message":"no Route matched with those values"\n}'),
    Documented(status=200, cors={ALLOW_ORIGIN: "http://example.net", ALLOW_CREDENTIALS: "true"}),
]
"""The documents' answers, in the order of the guide. Kong leaves it to httpbin whether credentials are allowed."""


@pytest.fixture(scope="module")
def urls(demo: RunningDemo) -> dict[str, str]:
    return demo.ready()


@pytest.fixture(scope="module")
def guide(demo: RunningDemo, urls: dict[str, str]) -> str:
    del urls
    return demo.guide()


def answer_to(command: str) -> tuple[int, dict[str, str], str]:
    """Run a command as a shell does; return status, headers and body."""
    ran = subprocess.run(
        ["bash", "-c", f"{command} -sS -i"], capture_output=True, text=True, check=True, timeout=WITHIN
    )
    head, _, body = ran.stdout.replace("\r\n", "\n").partition("\n\n")
    status, *lines = head.split("\n")
    parted = [line.partition(":") for line in lines]
    return int(status.split()[1]), {name.lower(): value.strip() for name, _, value in parted}, body


def test_standard_output_has_the_ready_lines_in_order(urls: dict[str, str]) -> None:
    assert tuple(urls) == LISTENERS
    assert all(re.fullmatch(r"http://127\.0\.0\.1:\d+", url) for url in urls.values())
    assert len(set(urls.values())) == 3


def test_there_is_a_command_for_each_documented_request(guide: str) -> None:
    assert len(commands_in(guide)) == len(DOCUMENTED)


@pytest.mark.parametrize("number", range(len(DOCUMENTED)))
def test_a_command_of_the_guide_gets_the_documented_answer(guide: str, number: int) -> None:
    documented = DOCUMENTED[number]

    status, headers, body = answer_to(commands_in(guide)[number])

    assert status == documented.status
    assert {name: value for name, value in headers.items() if name in CORS} == documented.cors
    assert documented.headers.items() <= headers.items()
    assert documented.body is None or body == documented.body


def test_the_upstream_is_httpbin(guide: str) -> None:
    simple = next(command for command in commands_in(guide) if "anything/get" in command)

    _, _, body = answer_to(simple)

    assert '"foo": "1"' in body
    assert '"Host": "httpbin.org"' in body


def test_the_guide_names_the_page_and_how_to_stop(guide: str) -> None:
    listed, other = origins_in(guide)

    assert listed.replace("localhost", "127.0.0.1") == other != listed
    assert "Ctrl-C stops it all" in guide
    assert get(f"{other}/").startswith("<!doctype html>")


def test_a_request_is_a_line_of_the_access_log(demo: RunningDemo, guide: str) -> None:
    preflight = next(command for command in commands_in(guide) if "DELETE" in command)

    answer_to(preflight)

    demo.wait_until_logged(method="OPTIONS", origin=ALLOWED_ORIGIN, outcome="preflight-refused")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything(start: Start, number: signal.Signals) -> None:
    demo = start(*FREE)
    demo.ready()
    demo.guide()
    envoy = demo.envoy()
    assert is_running(envoy)

    assert demo.stop(number) == 0

    assert not is_running(envoy)
    assert demo.out.rest() == []
    assert [line for line in demo.err.rest() if line] == ["crossgate: stopping"]


def test_a_documented_port_that_is_taken_is_replaced_by_a_free_one(start: Start) -> None:
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # somebody else may have it, which is as good
            stack.enter_context(socket.create_server(("127.0.0.1", 8000)))
        demo = start(*(argument for argument in FREE if not argument.startswith("--listen=kong=")))
        url = demo.ready()["kong"]
        guide = demo.guide()

    assert not url.endswith(":8000")
    assert "crossgate: `kong` gets a free port, for it can't have 8000: another program listens there" in guide
    assert f"curl -i {url}/get" in guide


def test_a_place_for_the_page_that_is_taken_is_named_with_the_cure(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        demo = start(*FREE[:-1], f"--listen=page={place}")

        assert demo.process.wait(WITHIN) == 2

    assert demo.err.rest() == [
        f"error: the page can't have `{place}`: another program listens there",
        "  help: name another place with `--listen page=HOST:PORT`",
    ]


@pytest.mark.parametrize("module", ["httpbin", "waitress", "grpc"])
def test_a_missing_package_is_named_with_the_cure(module: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.modules[{module!r}] = None; {PROGRAM}", "demo"],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
        env=os.environ,
    )

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines() == [
        f"error: {module} is missing, which the demonstration needs",
        "  = help: pip install 'crossgate[demo]'",
    ]
