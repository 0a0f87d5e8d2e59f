"""A server for pages of any host, and for answers that each request asks for, as the upstream of the gateways."""

import html
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from crossgate.engine.respond import Response

PAGE: Final = "/page"
"""The path of the page, on every host."""
COMPARED: Final = (
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "authorization",
    "content-type",
    "range",
    "x-a",
    "x-b",
    "x-http-method-override",
)
"""The request headers that browsers are compared by: those of CORS, and of a page's those that have no default."""

_RUNNER: Final = """
    function upload(url, options) {
        const request = new XMLHttpRequest();
        request.open(options.method, url);
        for (const [name, value] of options.headers) request.setRequestHeader(name, value);
        request.withCredentials = options.credentials === "include";
        request.upload.onprogress = () => {};
        return new Promise((resolve) => {
            request.onloadend = () => {
                const lines = request.getAllResponseHeaders().trim().split("\\r\\n");
                const headers = lines.map((line) => line.split(":")[0].toLowerCase());
                resolve({ type: request.status ? "cors" : "error", status: request.status, headers });
            };
            request.send(new Uint8Array(1));
        });
    }
    async function one([url, options]) {
        if (options.upload) return upload(url, options);
        const headers = new Headers();
        for (const [name, value] of options.headers) headers.append(name, value);
        try {
            const answer = await fetch(url, { cache: "no-store", ...options, headers });
            return { type: answer.type, status: answer.status, headers: [...answer.headers.keys()] };
        } catch (error) {
            return { type: "error", status: 0, headers: [], said: String(error) };
        }
    }
    async function all(fetches, width) {
        const found = [];
        const queue = fetches.map((each, place) => [each, place]);
        async function work() {
            for (let next = queue.shift(); next !== undefined; next = queue.shift())
                found[next[1]] = await one(next[0]);
        }
        await Promise.all(Array.from({ length: width }, work));
        return found;
    }
"""
_FRAME: Final = (
    f"<script>{_RUNNER} onmessage = async ({{ data }}) => parent.postMessage(await all(...data), '*');</script>"
)
_ATTRIBUTE: Final = html.escape(_FRAME)
HTML: Final = f"""<!DOCTYPE html><title>page</title><link rel=icon href="data:,"><script>{_RUNNER}</script>
<iframe id="sandboxed" sandbox="allow-scripts" srcdoc="{_ATTRIBUTE}"></iframe>
<iframe id="data" src="data:text/html,{quote(_FRAME)}"></iframe>
<iframe id="srcdoc" srcdoc="{_ATTRIBUTE}"></iframe>
<iframe id="blob"></iframe><script>
    const inFrame = document.getElementById("srcdoc").getAttribute("srcdoc");
    document.getElementById("blob").src = URL.createObjectURL(new Blob([inFrame], {{ type: "text/html" }}));
</script>"""
"""The page, with frames."""
FRAMES: Final = {"sandboxed": True, "data": True, "srcdoc": False, "blob": False}
"""The frames of the page, and whether the origin of each is opaque; of the others it is the page's."""

IN_PAGE: Final = "return all(...arguments);"
"""The script that runs fetches in the page: a list of them, and how many at once."""


def in_frame(name: str) -> str:
    """Return the same for a frame."""
    return f"""
        const given = [...arguments];
        return new Promise((resolve) => {{
            addEventListener("message", ({{ data }}) => resolve(data), {{ once: true }});
            document.getElementById({json.dumps(name)}).contentWindow.postMessage(given, "*");
        }});
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a URL asks its upstream to answer, to an OPTIONS request and to others."""

    preflight: Response = field(default_factory=Response)
    actual: Response = field(default_factory=Response)

    def query(self) -> str:
        """Return it as the query of a URL."""
        return "answers=" + quote(json.dumps([_as_json(self.preflight), _as_json(self.actual)]), safe="")

    def answer(self, method: str) -> Response:
        """Return the answer to a method."""
        return self.preflight if method == "OPTIONS" else self.actual


def _as_json(answer: Response) -> Any:
    return [answer.status, answer.headers]


def asked_of(target: str) -> Asked:
    """Return what a URL or a path asks for."""
    values = parse_qs(urlsplit(target).query).get("answers")
    if values is None:
        return Asked()
    both = [
        Response(status=status, headers=tuple((name, value) for name, value in headers))
        for status, headers in json.loads(values[0])
    ]
    return Asked(preflight=both[0], actual=both[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A request that arrived: its method, and the headers that browsers are compared by, in lower case."""

    method: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A running server: its port, and by path what arrived, in order."""

    port: int
    arrived: dict[str, list[Arrived]]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: "_Server"

    def handle_one_request(self) -> None:
        """Answer a request of any method."""
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == PAGE:
            self._send(Response(headers=(("Content-Type", "text/html"),)), HTML.encode())
        else:
            self._note()
            self._send(asked_of(self.path).answer(self.command), b"")

    def _note(self) -> None:
        compared = {name: self.headers[name] for name in COMPARED if name in self.headers}
        path = urlsplit(self.path).path
        self.server.arrived.setdefault(path, []).append(Arrived(method=self.command, headers=compared))

    def _send(self, answer: Response, body: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: dict[str, list[Arrived]] = {}


@contextmanager
def serving_pages() -> Iterator[Site]:
    """Serve, and yield what there is."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Site(port=server.server_port, arrived=server.arrived)
        finally:
            server.shutdown()
            thread.join()
