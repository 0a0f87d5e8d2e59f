"""Redirects of routes. Envoy keeps the port of `Host` where none is given, and writes each that is: neither is wanted.

A `Location` without the request's port is a header edit, made before all others of its route.
"""

from typing import Final

from crossgate.envoy.matchers import Json
from crossgate.fetch.headers import LOCATION
from crossgate.fetch.origin import DEFAULT_PORTS
from crossgate.model.gateway import Scheme
from crossgate.model.routes import PathRewrite, Redirect

_STATUSES: Final = {
    301: "MOVED_PERMANENTLY",
    302: "FOUND",
    303: "SEE_OTHER",
    307: "TEMPORARY_REDIRECT",
    308: "PERMANENT_REDIRECT",
}

_HOST: Final = (
    r"%CEL(re.extract(request.headers[':authority'], "
    r"'^(?:([[].*[]]):.*|([[].*)|(|[^[].*):[^:]*|(.*))$', '\\1\\2\\3\\4'))%"
)
"""The authority up to its last colon; that of an address in brackets stands behind a bracket."""

_PATH: Final = r"/%CEL(re.extract(request.headers[':path'], '^/?(.*)$', '\\1'))%"
"""The path, rewritten by then, with its query; a rewriting may have left no slash in front."""


def redirect(wanted: Redirect, scheme: Scheme) -> Json:
    """Return the fields of the Envoy route of a redirect, for a listener that speaks `scheme`."""
    final = wanted.scheme or scheme.value
    port = None if wanted.port == DEFAULT_PORTS.get(final) else wanted.port
    action: Json = {"response_code": _STATUSES[wanted.status]}
    if wanted.scheme is not None:
        action["scheme_redirect"] = wanted.scheme
    if wanted.host is not None:
        action["host_redirect"] = wanted.host
    if port is not None:
        action["port_redirect"] = port
    if wanted.path_rewrite is not None:
        action["regex_rewrite"] = regex_rewrite(wanted.path_rewrite)
    made: Json = {"redirect": action}
    if wanted.host is None and port is None and (wanted.scheme is not None or wanted.port is not None):
        made["response_headers_to_add"] = [_location(wanted.scheme or "%REQ(:SCHEME)%")]
    return made


def _location(scheme: str) -> Json:
    """Return the edit that writes the location without the request's port."""
    return {
        "header": {"key": LOCATION, "value": f"{scheme}://{_HOST}{_PATH}"},
        "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
    }


def regex_rewrite(rewrite: PathRewrite) -> Json:
    """Return a rewriting of paths."""
    return {"pattern": {"regex": rewrite.pattern}, "substitution": rewrite.substitution}
