"""What a rule does with a request: the sum of its filters, its backends and its timeouts, and of those it inherits.

An action becomes a target once it is known which requests it is for: the prefix that a rewrite replaces is that of
the match, and the port that a redirect keeps is that of the listener.
"""

import re
from typing import Final

from msgspec import Struct

from crossgate.model.edits import Edit
from crossgate.model.gateway import Scheme
from crossgate.model.routes import Forward, PathMatch, PathPrefix, PathRewrite, Redirect, Target, WeightedBackend
from crossgate.model.table import Respond
from crossgate.records import replace

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_FAILED: Final = Respond(status=500)


class PathModifier(Struct, frozen=True, kw_only=True):
    """A path to put in place of the request's: of all of it, or of the prefix that was matched."""

    value: str
    is_prefix: bool

    def rewrite(self, path: PathMatch) -> PathRewrite:
        """Return the rewrite for the requests of a match."""
        if not self.is_prefix:
            return PathRewrite(pattern="^.*$", substitution=_literal(self.value))
        prefix = path.prefix.rstrip("/") if isinstance(path, PathPrefix) else ""
        there = self.value.rstrip("/")
        there = there if there.startswith("/") or not there else f"/{there}"
        if there:
            return PathRewrite(pattern=f"^{re.escape(prefix)}", substitution=_literal(there))
        return PathRewrite(pattern=f"^{re.escape(prefix)}/?", substitution="/")


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\")


class Redirection(Struct, frozen=True, kw_only=True):
    """A RequestRedirect filter."""

    status: int = 302
    scheme: str | None = None
    host: str | None = None
    port: int | None = None
    path: PathModifier | None = None

    def on(self, path: PathMatch, port: int, scheme: Scheme) -> Redirect:
        """Return the redirect of the requests of a match, on a listener of this port.

        Without a port of its own it keeps the listener's where it keeps the scheme, unless that is what the scheme
        means anyway (https://gateway-api.sigs.k8s.io/reference/spec/#httprequestredirectfilter).
        """
        kept = None if self.scheme is not None or _DEFAULT_PORTS[scheme.value] == port else port
        return Redirect(
            status=self.status,
            scheme=self.scheme,
            host=self.host,
            port=kept if self.port is None else self.port,
            path_rewrite=None if self.path is None else self.path.rewrite(path),
        )


class Action(Struct, frozen=True, kw_only=True):
    """What a rule does. `answer` is an answer of the gateway's own, before which nothing else counts."""

    answer: Redirection | Respond | None = None
    backends: tuple[WeightedBackend, ...] = ()
    host: str | None = None
    path: PathModifier | None = None
    request_edits: tuple[Edit, ...] = ()
    response_edits: tuple[Edit, ...] = ()
    timeout: float | None = None
    has_timeout: bool = False

    @property
    def is_forwarding(self) -> bool:
        """Whether requests go to a backend."""
        return self.answer is None and sum(share.weight for share in self.backends) > 0

    def under(self, parent: "Action | None") -> "Action":
        """Return the action of a rule to which another one delegates: its own first, then what it leaves open."""
        if parent is None:
            return self
        is_rewriting = self.host is not None or self.path is not None
        return replace(
            self,
            host=self.host if is_rewriting else parent.host,
            path=self.path if is_rewriting else parent.path,
            request_edits=(*parent.request_edits, *self.request_edits),
            response_edits=(*parent.response_edits, *self.response_edits),
            timeout=self.timeout if self.has_timeout else parent.timeout,
            has_timeout=self.has_timeout or parent.has_timeout,
        )

    def target(self, path: PathMatch, port: int, scheme: Scheme) -> Target:
        """Return what happens to the requests of a match on a listener."""
        if isinstance(self.answer, Redirection):
            return self.answer.on(path, port, scheme)
        if self.answer is not None:
            return self.answer
        if not any(share.weight and share.backend is not None for share in self.backends):
            return _FAILED
        return Forward(
            backends=self.backends,
            host_rewrite=self.host,
            path_rewrite=None if self.path is None else self.path.rewrite(path),
            request_edits=self.request_edits,
            timeout=self.timeout,
        )
