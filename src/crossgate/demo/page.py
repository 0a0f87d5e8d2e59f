"""The page of the demonstration: three files of its own, and the plan that its script works through.

It has two names, `localhost` and `127.0.0.1`, and so two origins, of which the policies admit the first. Any other Host
is refused, or a foreign site could read the page by a name that it points here.
"""

import json
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Final

from crossgate.demo.plan import page_url, plan
from crossgate.demo.stage import Stage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from crossgate.demo.wsgi import Application

COOKIE: Final = "crossgate-demo=hello"
"""What arrives at a gateway with credentials: cookies count for a host, whatever the port."""

_NAMES: Final = ("localhost", "127.0.0.1")
_DEFAULT_PORT: Final = 80
_FILES: Final = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_PLAN: Final = "/plan.json"

Headers = list[tuple[str, str]]


def page_origins(port: int) -> tuple[str, str]:
    """Return the origins of the page at a port, the one that the policies admit first."""
    suffix = "" if port == _DEFAULT_PORT else f":{port}"
    admitted, other = (f"http://{name}{suffix}" for name in _NAMES)
    return admitted, other


def page(stage: Stage) -> "Application":
    """Return the page as an application."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, headers, body = _answer(stage, environ)
        start_response(status, [*headers, *_guards(stage), ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


def _answer(stage: Stage, environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    origins = page_origins(int(environ["SERVER_PORT"]))
    origin = f"http://{environ.get('HTTP_HOST', '')}".lower()
    path = environ["PATH_INFO"]
    if origin not in origins:
        return _plain("421 Misdirected Request", "this page is not served under that name")
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return _plain("405 Method Not Allowed", "there is nothing to change here", ("Allow", "GET, HEAD"))
    if path == _PLAN:
        other = next(name for name in origins if name != origin)
        found = plan(stage, origin, other, is_listed=origin == origins[0])
        if found is None:
            return _plain("503 Service Unavailable", "the gateways are not ready yet", ("Retry-After", "1"))
        return "200 OK", [("Content-Type", "application/json")], json.dumps(found).encode()
    if path not in _FILES:
        return _plain("404 Not Found", "there is no such page")
    name, content_type = _FILES[path]
    headers = [("Content-Type", content_type), ("Set-Cookie", f"{COOKIE}; Path=/; HttpOnly; SameSite=Lax")]
    return "200 OK", headers, _file(name)


def _plain(status: str, text: str, *headers: tuple[str, str]) -> tuple[str, Headers, bytes]:
    return status, [("Content-Type", "text/plain; charset=utf-8"), *headers], f"{text}\n".encode()


def _file(name: str) -> bytes:
    return (resources.files("crossgate.demo") / "assets" / name).read_bytes()


def _guards(stage: Stage) -> Headers:
    """Return the headers that keep the page to itself, and to the gateways that it is for."""
    gateways = " ".join(sorted({page_url(url) for url in stage.urls.values()}))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors 'none'; connect-src 'self' {gateways}"
    )
    return [
        ("Content-Security-Policy", policy.rstrip()),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
    ]
