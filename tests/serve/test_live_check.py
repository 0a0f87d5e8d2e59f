"""`crossgate check --live` against `crossgate run`: of the same files nothing differs, of others what does is named."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest

from crossgate.cli import main
from tests.unit.cli.configurations import PLUGIN, SERVICE
from tests.zero_loss.clients import Address
from tests.zero_loss.gateway import Gateway

ROUTE: Final = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: n}
spec: {gatewayClassName: kgateway, listeners: [{name: http, port: 8081, protocol: HTTP}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: orders, namespace: n}
spec:
  parentRefs: [{name: g}]
  rules:
    - matches: [{path: {type: PathPrefix, value: /orders}}]
      filters:
        - type: CORS
          cors:
            allowOrigins: ['https://app.test']
            allowMethods: [GET, PATCH]
            allowHeaders: [X-A]
      backendRefs: [{name: s, port: 80}]
    - matches: [{path: {type: PathPrefix, value: /moved}}]
      filters:
        - type: CORS
          cors: {allowOrigins: ['https://app.test']}
        - {type: RequestRedirect, requestRedirect: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /orders}}}
---
apiVersion: v1
kind: Service
metadata: {name: s, namespace: n}
spec: {ports: [{port: 80}]}
"""
FILES: Final = {"kong": SERVICE, "higress": PLUGIN, "n/g/http": ROUTE}
"""By the name of the listener."""


class _Upstream(BaseHTTPRequestHandler):
    """Answers 200 to everything, and says nothing of CORS."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_OPTIONS = do_PUT = do_PATCH = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Address]]:
    folder = tmp_path_factory.mktemp("served")
    for place, text in enumerate(FILES.values()):
        (folder / f"{place}.yaml").write_text(text)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Upstream) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        backends = ("orders.test:80", "plain.test:80", "s.n:80")
        gateway = Gateway(
            str(folder),
            *(f"--listen={name}=127.0.0.1:0" for name in FILES),
            *(f"--resolve={backend}=127.0.0.1:{server.server_port}" for backend in backends),
        )
        try:
            yield gateway.ready(len(FILES))
        finally:
            gateway.clean_up()
            server.shutdown()
            thread.join()


class Checks:
    """Checks of one file against a live gateway."""

    def __init__(self, file: Path, address: Address, capsys: pytest.CaptureFixture[str]) -> None:
        self._file = file
        self._connect = f"{address[0]}:{address[1]}"
        self._capsys = capsys

    def printed(self, *arguments: str, url: str = "http://orders.test/orders") -> tuple[int, str]:
        fetch = ("--url", url, *(() if "--origin" in arguments else ("--origin", "https://app.test")), *arguments)
        with pytest.raises(SystemExit) as end:
            main(["check", str(self._file), "--live", "--connect", self._connect, *fetch])
        out = self._capsys.readouterr().out
        return int(end.value.code or 0), out

    def differences(self, *arguments: str) -> tuple[int, list[tuple[str, str]]]:
        code, out = self.printed(*arguments, "--format", "json")
        found: list[dict[str, Any]] = json.loads(out)["live"]["differences"]
        return code, [(each["exchange"], each["name"]) for each in found]


def checks(text: str, address: Address, folder: Path, capsys: pytest.CaptureFixture[str]) -> Checks:
    file = folder / "checked.yaml"
    file.write_text(text)
    return Checks(file, address, capsys)


@pytest.mark.parametrize("listener", FILES)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), 0),
        (("--method", "{method}", "--request-header", "X-A: 1"), 0),
        (("--method", "DELETE"), 1),
        (("--request-header", "X-B: 1"), 1),
        (("--credentials",), 1),
        (("--origin", "https://evil.test"), 1),
        (("--origin", "null"), 1),
    ],
)
def test_the_same_files_say_what_is_live(
    addresses: dict[str, Address],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    listener: str,
    arguments: tuple[str, ...],
    code: int,
) -> None:
    filled = [each.format(method="PUT" if listener == "kong" else "PATCH") for each in arguments]
    found, out = checks(FILES[listener], addresses[listener], tmp_path, capsys).printed(*filled)
    assert "  as the files say, header by header\n" in out
    assert f"live: {'blocked' if code else 'allowed'}" in out
    assert found == code


def edited(listener: str, *changes: tuple[str, str]) -> str:
    text = FILES[listener]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    ("listener", "changes", "arguments", "found"),
    [
        (
            "kong",
            [("methods: [GET, PUT]", "methods: [GET, PUT, PATCH]\n          max_age: 60")],
            ("--method", "PUT"),
            [("preflight", "access-control-allow-methods"), ("preflight", "access-control-max-age")],
        ),
        (
            "kong",
            [("methods: [GET, PUT]", "credentials: true\n          exposed_headers: [X-B]")],
            (),
            [("actual", "access-control-expose-headers"), ("actual", "access-control-allow-credentials")],
        ),
        (
            "higress",
            [("          - X-A\n", "          - X-A\n        max_age: 5\n        expose_headers: [X-B]\n")],
            ("--method", "PATCH"),
            [
                ("preflight", "access-control-expose-headers"),
                ("preflight", "access-control-max-age"),
                ("actual", "access-control-expose-headers"),
            ],
        ),
        (
            "higress",
            [("https://app.test", "https://other.test")],
            (),
            [("actual", "status"), ("actual", "access-control-allow-origin")],
        ),
        (
            "n/g/http",
            [("[X-A]", "[X-A, X-B]\n            maxAge: 60\n            allowCredentials: true")],
            ("--method", "PATCH"),
            [
                ("preflight", "access-control-allow-headers"),
                ("preflight", "access-control-allow-credentials"),
                ("preflight", "access-control-max-age"),
                ("actual", "access-control-allow-credentials"),
            ],
        ),
    ],
)
def test_each_header_that_differs_is_named(
    addresses: dict[str, Address],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    listener: str,
    changes: list[tuple[str, str]],
    arguments: tuple[str, ...],
    found: list[tuple[str, str]],
) -> None:
    differing = checks(edited(listener, *changes), addresses[listener], tmp_path, capsys).differences(*arguments)
    assert differing == (1, found)


def test_a_redirect_is_followed_and_compared(
    addresses: dict[str, Address], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = addresses["n/g/http"]
    same = checks(ROUTE, address, tmp_path, capsys).printed(url="http://orders.test:8081/moved/1")
    assert same[0] == 0
    assert "actual request: GET http://orders.test:8081/orders/1 < 200" in same[1]
    other = ROUTE.replace("replacePrefixMatch: /orders", "replacePrefixMatch: /orders/2")
    code, out = checks(other, address, tmp_path, capsys).printed(url="http://orders.test:8081/moved/1")
    assert code == 1
    assert "differs: location of the actual answer" in out
