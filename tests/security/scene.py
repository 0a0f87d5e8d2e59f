"""A gateway of each kind behind one `crossgate run`, an upstream that keeps every byte it is sent, and raw sockets.

The host says which gateway judges; the policies admit `https://app.example` and the subdomains of `wide.example`.
"""

import contextlib
import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.serve.harness import WITHIN, Lines

ALLOWED: Final = "https://app.example"
SUBDOMAIN: Final = "https://a.wide.example"
HOSTS: Final = {"kgateway": "kgateway.test", "higress": "higress.test", "kong": "kong.test", "wildcard": "a.wild.test"}
"""The gateways by the host that they answer for; `wildcard` has one where same origin is asked of any host."""

CONFIGURATION: Final = r"""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw}
spec:
  gatewayClassName: kgateway
  listeners: [{name: http, port: 8080, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: "100%REQ(cookie)%"}
spec:
  parentRefs: [{name: gw}]
  hostnames: [kgateway.test]
  rules:
    - filters:
        - type: CORS
          cors:
            allowOrigins: [https://app.example, "https://*.wide.example"]
            allowMethods: [GET, PUT]
            allowHeaders: [X-One]
            exposeHeaders: ["X-%PROTOCOL%"]
      backendRefs: [{name: upstream, port: 80}]
---
apiVersion: networking.higress.io/v1
kind: McpBridge
metadata: {name: default, namespace: higress-system}
spec: {registries: [{type: dns, name: upstream, domain: upstream.test, port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: higress-system, annotations: {higress.io/destination: upstream.dns}}
spec:
  ingressClassName: higress
  rules:
    - host: higress.test
      http: &all
        paths:
          - path: /
            pathType: Prefix
            backend: {resource: {apiGroup: networking.higress.io, kind: McpBridge, name: default}}
    - host: "*.wild.test"
      http: *all
---
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {name: cors, namespace: higress-system}
spec:
  url: oci://registry.example/plugins/cors:1.0.0
  defaultConfigDisable: true
  matchRules:
    - ingress: [shop]
      config:
        allow_origins: [https://app.example]
        allow_origin_patterns: ["https://*.wide.example"]
        allow_methods: [GET, PUT]
        allow_headers: [X-One]
        expose_headers: ["%REQ(cookie)%"]
---
_format_version: "3.0"
services:
  - name: upstream
    url: http://upstream.test:80
    routes: [{name: route, hosts: [kong.test], paths: [/], strip_path: false}]
plugins:
  - name: cors
    instance_name: cors
    config:
      origins: [https://app.example, 'https://([a-z0-9-]+\.)+wide\.example']
      methods: [GET, PUT]
      headers: [X-One]
      exposed_headers: ["%REQ(cookie)%"]
"""

_LISTENERS: Final = ("default/gw/http", "higress", "kong")
_BACKENDS: Final = ("upstream.default:80", "upstream.test:80")
_OF_HOST: Final = {
    "kgateway.test": "default/gw/http",
    "higress.test": "higress",
    "a.wild.test": "higress",
    "kong.test": "kong",
}


class Upstream(socketserver.ThreadingTCPServer):
    """Answers 200 to every request, and keeps the heads of all; `/events` begins a stream that never ends by itself."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Exchange)
        self.heads: list[bytes] = []
        self.more = threading.Event()

    @property
    def port(self) -> int:
        port: int = self.server_address[1]
        return port


class _Exchange(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Upstream)
        while head := self._head():
            self.server.heads.append(head)
            if b" /events" in head:
                self._stream(self.server.more)
                return
            lines = [line.partition(b":") for line in head.lower().split(b"\r\n")]
            length = next((int(value) for name, _, value in lines if name == b"content-length"), 0)
            self.rfile.read(length)
            if any(name == b"transfer-encoding" for name, _, _ in lines):
                while size := int(self.rfile.readline(), 16):
                    self.rfile.read(size + 2)
                self.rfile.readline()
            self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    def _head(self) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return b""
            head += line
        return head

    def _stream(self, more: threading.Event) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        while more.wait(WITHIN):
            more.clear()
            self.wfile.write(b"9\r\ndata: a\n\n\r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it came; names are lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def value(self, name: str) -> str | None:
        """Return the lines of a header joined with a comma, None where there is none."""
        found = [value for key, value in self.headers if key == name]
        return ",".join(found) if found else None

    @property
    def allowed_origin(self) -> str | None:
        return self.value("access-control-allow-origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is running."""

    process: "subprocess.Popen[str]"
    err: Lines
    upstream: Upstream
    ports: dict[str, int]
    folder: Path
    """Where the gateway makes its temporary files."""

    def port_of(self, host: str) -> int:
        return self.ports[_OF_HOST[host]]

    def send(self, host: str, octets: bytes) -> list[Answer]:
        """Send bytes to the gateway of a host, and return all answers; the last one has to end the connection."""
        with socket.create_connection(("127.0.0.1", self.port_of(host)), WITHIN) as connection:
            with contextlib.suppress(ConnectionError):  # it may have answered and hung up already
                connection.sendall(octets)
            return list(read_answers(connection))

    def ask(self, host: str, *lines: tuple[str, str], method: str = "GET", target: str = "/") -> Answer:
        """Send one request with these header lines, text as bytes of UTF-8, and return its answer."""
        given = [("Host", host), *lines, ("Connection", "close")]
        head = "".join(f"{name}: {value}\r\n" for name, value in given)
        (answer,) = self.send(host, f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode())
        return answer

    def logged(self, marker: str) -> str:
        """Wait for the line of the access log that has this text."""
        deadline = threading.Event()
        for _ in range(int(WITHIN / 0.01)):
            for line in self.err.kept_aside:
                if marker in line:
                    return line
            deadline.wait(0.01)
        raise AssertionError(f"no line with {marker}")


def read_answers(connection: socket.socket) -> Iterator[Answer]:
    """Yield the answers that come over a connection until the last one says that it is."""
    with connection.makefile("rb") as stream:
        while first := stream.readline():
            headers = []
            while (line := stream.readline().rstrip(b"\r\n")) != b"":
                name, _, value = line.partition(b":")
                headers.append((name.decode("latin-1").lower(), value.strip().decode("utf-8", "replace")))
            fields = dict(headers)
            if fields.get("transfer-encoding") == "chunked":
                body = b""
                while size := int(stream.readline(), 16):
                    body += stream.read(size)
                    stream.readline()
                stream.readline()
            else:
                body = stream.read(int(fields.get("content-length", "0")))
            yield Answer(status=int(first.split()[1]), headers=tuple(headers), body=body)
            if fields.get("connection") == "close":
                return  # Envoy keeps the connection for another second, so that nothing of the answer gets lost


@contextmanager
def running_scene(folder: Path, temporary: Path) -> Iterator[Scene]:
    """Run everything; the configuration is put into one folder, and temporary files go into the other."""
    for number, document in enumerate(CONFIGURATION.split("\n---\n")):
        (folder / f"{number}.yaml").write_text(document, encoding="utf-8")
    with Upstream() as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        options = [f"--listen={name}=127.0.0.1:0" for name in _LISTENERS]
        options += [f"--resolve={name}=127.0.0.1:{upstream.port}" for name in _BACKENDS]
        with program("run", str(folder), *options, temporary=temporary) as process:
            out, err = Lines(process.stdout), Lines(process.stderr, aside="{")
            try:
                ready = dict(out.next().removeprefix("ready: ").split() for _ in _LISTENERS)
                ports = {name: int(url.rpartition(":")[2].rstrip("/")) for name, url in ready.items()}
                yield Scene(process=process, err=err, upstream=upstream, ports=ports, folder=temporary)
            finally:
                process.terminate()
                process.wait(WITHIN)
                out.close()
                err.close()
        upstream.shutdown()


def program(*arguments: str, temporary: Path | None = None) -> "subprocess.Popen[str]":
    """Start `crossgate`."""
    environment = os.environ | ({} if temporary is None else {"TMPDIR": str(temporary)})
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", "from crossgate.cli import main; main()", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
