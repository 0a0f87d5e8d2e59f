"""Where a redirect sends a client: its `Location`, as the data plane writes it. Must not know tables."""

from crossgate.engine.regex import replaced
from crossgate.engine.request import Request
from crossgate.engine.wire import as_sent
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.routes import PathRewrite, Redirect


def location(redirect: Redirect, request: Request) -> str:
    """Return the absolute URL that a redirect answers a request with, its query kept."""
    scheme = redirect.scheme or request.scheme
    implied = redirect.scheme or request.socket_scheme
    path = request.path_and_query
    if redirect.path_rewrite is not None:
        path = _rewritten(redirect.path_rewrite, request.path) + path[len(request.path) :]
    return f"{scheme}://{_authority(redirect, implied, request.authority)}{path}"


def _authority(redirect: Redirect, scheme: str, authority: str) -> str:
    if redirect.port is None and redirect.scheme is None and redirect.host is None:
        return authority
    host = _without_port(authority) if redirect.host is None else as_sent(redirect.host)
    return host if redirect.port in {None, DEFAULT_PORTS.get(scheme)} else f"{host}:{redirect.port}"


def _without_port(authority: str) -> str:
    """Return what stands before the last colon, of an address in brackets before the last one behind a bracket."""
    end = authority.rfind("]:") + 1 or len(authority) if authority.startswith("[") else authority.rfind(":")
    return authority if end < 0 else authority[:end]


def _rewritten(rewrite: PathRewrite, path: str) -> str:
    """Return a path rewritten; it stays where nothing would be left of it, and begins with a slash."""
    found = replaced(rewrite.pattern, rewrite.substitution, path) or path
    return found if found.startswith("/") else f"/{found}"
