"""The upstream of the demonstration: httpbin, which answers every request with what it got.

It has its own opinion on CORS: it allows every origin everything. What a gateway leaves to it, it grants.
"""

import logging
from typing import Final
from urllib.parse import parse_qsl

from crossgate.demo.wsgi import Application, Served
from crossgate.engine.request import Request
from crossgate.engine.respond import Response
from crossgate.fetch import headers as names
from crossgate.model.routes import Endpoint

_LOOPBACK: Final = "127.0.0.1"


def start_httpbin() -> Endpoint:
    """Serve httpbin at a free port of loopback; return where. Raises `ImportError` where it is not installed."""
    # It warns at import that it has no interactive page, which nobody misses behind a gateway.
    logging.getLogger("httpbin").setLevel(logging.ERROR)
    from httpbin import app  # noqa: PLC0415 - the logger's level comes first

    application: Application = app
    served = Served(application, _LOOPBACK, 0)
    served.start()
    return Endpoint(host=_LOOPBACK, port=served.port)


def httpbin_answer(request: Request) -> Response:
    """Return what httpbin answers as far as CORS goes (`set_cors_headers` in its source), and what it is asked to."""
    headers = [
        (names.ALLOW_ORIGIN, request.header(names.ORIGIN) or "*"),
        (names.ALLOW_CREDENTIALS, "true"),
    ]
    if request.method == "OPTIONS":
        headers += [(names.ALLOW_METHODS, "GET, POST, PUT, DELETE, PATCH, OPTIONS"), (names.MAX_AGE, "3600")]
        asked = request.header(names.REQUEST_HEADERS)
        headers += [] if asked is None else [(names.ALLOW_HEADERS, asked)]
    if request.path == "/response-headers":
        headers += [(name.lower(), value) for name, value in parse_qsl(request.query)]
    return Response(headers=tuple(headers))
