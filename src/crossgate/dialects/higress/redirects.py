"""The annotations by which an Ingress redirects instead of forwarding."""

from typing import Final
from urllib.parse import urlsplit

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Text
from crossgate.dialects.higress.annotations import Annotations
from crossgate.model.routes import PathRewrite, Redirect

_TO_HTTPS: Final = Redirect(status=308, scheme="https")
_STATUSES: Final = frozenset({301, 302, 303, 307, 308})


def read_redirect(annotations: Annotations, report: Diagnostics) -> tuple[Redirect | None, Redirect | None]:
    """Return the redirects of requests that arrive by HTTP and by HTTPS; `temporal-redirect` goes before the others."""
    ssl, force = annotations.boolean("ssl-redirect"), annotations.boolean("force-ssl-redirect")
    temporal, permanent = annotations.text("temporal-redirect"), annotations.text("permanent-redirect")
    code = annotations.integer("permanent-redirect-code")
    moved = _moved(temporal, 302, report)
    if moved is None:
        status = 301 if code is None or code.value not in _STATUSES else code.value
        moved = _moved(permanent, status, report)
    if moved is not None:
        return moved, moved
    secures = any(found is not None and found.value for found in (ssl, force))
    return (_TO_HTTPS if secures else None), None


def read_app_root(annotations: Annotations) -> Redirect | None:
    """Return the redirect of `/`, None where it stays."""
    root = annotations.text("app-root")
    if root is None or not root.value.startswith("/"):
        return None
    return Redirect(path_rewrite=PathRewrite(pattern="^.*$", substitution=root.value.replace("\\", "\\\\")))


def _moved(url: Text | None, status: int, report: Diagnostics) -> Redirect | None:
    """Return the redirect to a URL: its scheme, host and path take the place of the request's."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        report.warning("invalid-annotation", f"`{url.value}` is passed over: it is no URL of http or https", url.span)
        return None
    written = f"[{host}]" if ":" in host else host
    path = PathRewrite(pattern="^.*$", substitution=parts.path.replace("\\", "\\\\")) if parts.path else None
    return Redirect(status=status, scheme=parts.scheme, host=written, port=port, path_rewrite=path)
