"""What the data plane makes of header lines: which it joins, and of a request's, which it drops and writes itself.

Measured on Envoy 1.40 with `use_remote_address`. Names are lower case here, values trimmed. It knows nothing of routes.
"""

from collections.abc import Iterable
from typing import Final, TypeAlias

Line: TypeAlias = tuple[str, str]

JOINED: Final = frozenset(
    """
    accept accept-encoding access-control-request-headers access-control-request-method
    access-control-request-private-network authorization cache-control connection content-encoding content-length
    content-type expect grpc-accept-encoding grpc-timeout host if-match if-modified-since if-none-match if-range
    if-unmodified-since keep-alive origin pragma proxy-connection proxy-status referer te transfer-encoding upgrade
    user-agent via x-client-trace-id x-envoy-attempt-count x-envoy-decorator-operation
    x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-expected-rq-timeout-ms
    x-envoy-external-address x-envoy-force-trace x-envoy-hedge-on-per-try-timeout x-envoy-internal x-envoy-ip-tags
    x-envoy-is-timeout-retry x-envoy-max-retries x-envoy-original-host x-envoy-original-path x-envoy-original-url
    x-envoy-retriable-header-names x-envoy-retriable-status-codes x-envoy-retry-grpc-on x-envoy-retry-on
    x-envoy-upstream-alt-stat-name x-envoy-upstream-rq-per-try-timeout-ms x-envoy-upstream-rq-timeout-alt-response
    x-envoy-upstream-rq-timeout-ms x-envoy-upstream-stream-duration-ms x-forwarded-client-cert x-forwarded-for
    x-forwarded-host x-forwarded-port x-forwarded-proto x-request-id
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
"""Several lines of these become one value, joined with `,`, empty ones left out; they also count as one header."""

JOINED_IN_RESPONSES: Final = frozenset(
    """
    access-control-allow-credentials access-control-allow-headers access-control-allow-methods
    access-control-allow-origin access-control-allow-private-network access-control-expose-headers
    access-control-max-age age cache-control content-encoding content-type etag expires grpc-message grpc-status
    last-modified location proxy-status vary via x-request-id
    """.split()  # noqa: SIM905 - as above
)
"""The same of responses, whether an upstream or the gateway wrote the lines."""

_HOP_BY_HOP: Final = frozenset({"keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", "connection"})
_WRITTEN: Final = frozenset({"x-envoy-external-address", "x-forwarded-for", "x-forwarded-proto", "x-request-id"})
"""What the gateway writes itself. But for the scheme their values (addresses, random numbers) are not known here."""

_CONTROLS: Final = frozenset(name for name in JOINED if name.startswith("x-envoy-")) - {
    "x-envoy-attempt-count",
    "x-envoy-is-timeout-retry",
}
"""By these a trusted peer tunes retries and timeouts; nobody outside may."""

_DROPPED: Final = _HOP_BY_HOP | _WRITTEN | _CONTROLS | {"host", "x-forwarded-client-cert"}

_CONNECTION_OPTIONS: Final = frozenset({"close", "connection", "http2-settings", "keep-alive", "upgrade"})
_NEVER_NOMINATED: Final = frozenset({"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
_NOMINATED_AT_MOST: Final = 9
_NOMINATED_TE_AT_MOST: Final = 255


def values(lines: Iterable[Line], name: str) -> tuple[str, ...]:
    """Return the values that a test of the header `name` sees: one for the joined names, else one a line."""
    found = [value for key, value in lines if key == name]
    if not found:
        return ()
    return (",".join(filter(None, found)),) if name in JOINED else tuple(found)


def index(lines: Iterable[Line]) -> dict[str, tuple[str, ...]]:
    """Return what `values` says of every name in `lines`."""
    found: dict[str, list[str]] = {}
    for name, value in lines:
        found.setdefault(name, []).append(value)
    return {name: (",".join(filter(None, each)),) if name in JOINED else tuple(each) for name, each in found.items()}


def count(lines: Iterable[Line]) -> int:
    """Return how many headers the data plane counts towards its limit."""
    names = [name for name, _ in lines]
    return sum(name not in JOINED for name in names) + len(JOINED.intersection(names))


def nominated(lines: Iterable[Line]) -> frozenset[str] | None:
    """Return the headers that `Connection` names (RFC 9110 §7.6.1), or None where that is refused.

    Refused are ten names or more, pseudo headers, the three forwarding headers that others trust, and a long `TE`.
    """
    options = [option for option in "".join(values(lines, "connection")).split(",") if option]
    names = frozenset(option.strip(" \t").lower() for option in options) - _CONNECTION_OPTIONS
    is_long_te = "te" in names and len("".join(values(lines, "te"))) > _NOMINATED_TE_AT_MOST
    if len(options) > _NOMINATED_AT_MOST or names & _NEVER_NOMINATED or is_long_te:
        return None
    return None if any(name.startswith(":") for name in names) else names


def upgrade(lines: Iterable[Line]) -> str | None:
    """Return the protocol that a request wants to change to, lower case; `h2c` is ignored (RFC 9110 §7.8)."""
    wanted = values(lines, "upgrade")
    if not wanted or wanted[0].lower() == "h2c":
        return None
    options = [option.strip(" \t").lower() for option in "".join(values(lines, "connection")).split(",")]
    if "upgrade" not in options:
        return None
    return wanted[0].lower()


def forwarded_scheme(lines: Iterable[Line]) -> str | None:
    """Return the scheme that a trusted proxy names in `X-Forwarded-Proto`, None where it names none.

    Several values are no scheme, and none of them is preferred.
    """
    named = "".join(values(lines, "x-forwarded-proto"))
    return named.lower() if named.lower() in {"http", "https"} else None


def sanitised(lines: Iterable[Line], *, scheme: str, is_trusted: bool = False) -> tuple[Line, ...]:
    """Return the lines as routes and policies see them: hop-by-hop, internal and `Host` lines are gone.

    `scheme` is that of the connection. Where the sender `is_trusted`, what it says of the scheme stays.
    """
    kept_options = {"connection", "upgrade"} if upgrade(lines) is not None else set[str]()
    dropped = _DROPPED - kept_options
    kept = [(name, value) for name, value in lines if name not in dropped]
    kept = [line for line in kept if line[0] != "expect" or line[1].lower() != "100-continue"]
    if any("trailers" in (part.strip(" \t") for part in value.split(",")) for value in values(lines, "te")):
        kept.append(("te", "trailers"))
    said = "".join(values(lines, "x-forwarded-proto")) if is_trusted else ""
    return (*kept, ("x-forwarded-proto", said or scheme))
