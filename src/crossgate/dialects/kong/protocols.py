"""What a route does at a listener of each scheme, by the protocols that it allows.

Source: the route's reference (`protocols`, `https_redirect_status_code`). Such an answer comes before the plugins of
routes and services run.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.enforcement import report_unenforced
from crossgate.dialects.fields import Fields
from crossgate.dialects.kong.answers import error
from crossgate.model.gateway import Scheme
from crossgate.model.routes import HeaderMatch, Redirect, Target
from crossgate.model.table import Respond

UPGRADE_REQUIRED: Final = 426
REDIRECTS: Final = (UPGRADE_REQUIRED, 301, 302, 307, 308)

_HTTP: Final = frozenset({"http", "https"})
_GRPC: Final = frozenset({"grpc", "grpcs"})
_STREAM: Final = frozenset({"tcp", "tls", "udp", "tls_passthrough"})
PROTOCOLS: Final = (*sorted(_HTTP), *sorted(_GRPC), *sorted(_STREAM))

_IS_GRPC: Final = HeaderMatch(name="content-type", value="application/grpc.*", is_regex=True)
_USE_HTTPS: Final = error(UPGRADE_REQUIRED, "Please use HTTPS protocol")
_NOT_GRPC: Final = error(415, "Non-gRPC request matched gRPC route")
_USE_GRPCS: Final = Respond(status=UPGRADE_REQUIRED, body="gRPC request matched gRPCs route")


class Branch(Struct, frozen=True, kw_only=True):
    """What becomes of the requests that a route matches and that have some headers; the first such branch counts."""

    target: Target
    headers: tuple[HeaderMatch, ...] = ()
    runs_plugins: bool = True


class Protocols(Struct, frozen=True, kw_only=True):
    """The protocols that a route allows, and how it answers a request over HTTP that should come over HTTPS."""

    names: frozenset[str] = _HTTP
    status: int = UPGRADE_REQUIRED

    @property
    def needs_tls(self) -> bool:
        """Whether only requests over TLS are served."""
        return bool(self.names & {"https", "grpcs"}) and not self.names & {"http", "grpc"}

    def branches(self, scheme: Scheme, target: Target) -> Iterator[Branch]:
        """Yield what a route to `target` does at listeners of a scheme."""
        is_refused = scheme is Scheme.HTTP and self.needs_tls
        if self.names & _GRPC:
            if is_refused:
                yield Branch(target=_USE_GRPCS, headers=(_IS_GRPC,), runs_plugins=False)
            else:
                yield Branch(target=target, headers=(_IS_GRPC,))
            yield Branch(target=_NOT_GRPC, runs_plugins=False)
        elif is_refused:
            yield Branch(target=self._upgrade(), runs_plugins=False)
        else:
            yield Branch(target=target)

    def _upgrade(self) -> Target:
        return _USE_HTTPS if self.status == UPGRADE_REQUIRED else Redirect(status=self.status, scheme="https")


def read_protocols(route: Fields, report: Diagnostics) -> Protocols | None:
    """Read the protocols of a route; None for one that is not of HTTP, which is said."""
    written = route.strings("protocols")
    status = route.integer("https_redirect_status_code")
    names = frozenset(text.value for text in written)
    if status is not None and status.value not in REDIRECTS:
        message = f"expected one of: {', '.join(map(str, REDIRECTS))}"
        report.error("invalid-value", message, status.span)
        status = None
    for text in written:
        if text.value in _STREAM:
            message = f"routes of the protocol `{text.value}` are not served: only HTTP and gRPC are"
            report_unenforced(report, text.value, message, text.span, is_harmless=True)
            return None
    return Protocols(names=names or _HTTP, status=UPGRADE_REQUIRED if status is None else status.value)
