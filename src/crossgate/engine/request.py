"""A request as routes and policies see it, and the requests that are answered before any route is looked for.

The data plane's HTTP/1.1 parser and connection manager refuse much by themselves; `admit` says what, and what they
answer, as measured on Envoy 1.40 (`tests/differential/test_http_edge.py`). It knows nothing of routes and policies.

Text that came or goes over the wire is a string of bytes, a character a byte (ISO 8859-1), as in the Fetch Standard.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from msgspec import Struct

from crossgate.engine import grpc, header_lines
from crossgate.engine.paths import normalise
from crossgate.fetch.headers import OWS
from crossgate.fetch.methods import is_token
from crossgate.model.hosts import is_address, split_port

_METHODS: Final = frozenset(
    """
    ACL BIND CHECKOUT CONNECT COPY DELETE GET HEAD LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MOVE MSEARCH NOTIFY
    OPTIONS PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH SOURCE SUBSCRIBE TRACE UNBIND UNLINK
    UNLOCK UNSUBSCRIBE
    """.split()  # noqa: SIM905 - a list of names is read more easily so
)
"""All methods that the HTTP/1.1 parser knows, in this letter case only."""

_SIZE_AT_MOST: Final = 60 * 1024
_FIRST_READ: Final = 16 * 1024
_COUNT_AT_MOST: Final = 100
_LENGTH_BELOW: Final = 2**64
_LENGTH_DIGITS: Final = len(str(_LENGTH_BELOW))
_PORT_AT_MOST: Final = 65535

_URL: Final = re.compile(r"(?is)(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<target>[^#]*)(?:#.*)?")
_HOST_AND_PORT: Final = re.compile(r"(?P<host>\[[^\[\]]+\]|[^:\[\]]+)(?::(?P<port>[0-9]{0,5}))?")
_TARGET: Final = re.compile(r"/[!-~]*")
_AUTHORITY: Final = re.compile(r"[A-Za-z0-9!$%&'()*+,\-.:;=@\[\]_~]*")
_FORBIDDEN_IN_VALUE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that reaches the routes.

    `target` is the path with its query as in the request line; `headers` have lower-case names and trimmed values, in
    order, without Host. `server_name` is what a TLS client asked for (SNI), in lower case. `scheme` is the one that the
    client used; where a proxy that is trusted stands between, `connection_scheme` is that of its connection. Raises
    ValueError for a target that `admit` would refuse.
    """

    method: str
    scheme: str
    authority: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    server_name: str | None = None
    connection_scheme: str | None = None
    path: str = field(init=False)
    query: str = field(init=False)
    _values: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        written, _, query = self.target.partition("?")
        path = normalise(written)
        if path is None:
            raise ValueError(f"the path `{written}` cannot be normalised")
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "query", query)
        object.__setattr__(self, "_values", header_lines.index((*self.headers, ("host", self.authority))))

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values that a matcher tries one by one: one for the headers that are joined, else one a line.

        Host is among them, as the authority.
        """
        return self._values.get(name, ())

    def header(self, name: str) -> str | None:
        """Return the value of a header, its lines joined with `,`, or None where it is absent."""
        found = self._values.get(name)
        if found is None or len(found) != 1:
            return None if found is None else ",".join(found)
        return found[0]

    @property
    def socket_scheme(self) -> str:
        """What is spoken at the socket that the request arrives at."""
        return self.connection_scheme or self.scheme

    @property
    def path_and_query(self) -> str:
        """The normalised path with the query as written: what an upstream and a redirect get."""
        return self.path + self.target[len(self.target.partition("?")[0]) :]


class BadRequest(Struct, frozen=True, kw_only=True):
    """The answer to a request that no route is looked for, as the client sees it; `reason` is for people."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str
    reason: str


class _Fault(Struct, frozen=True, kw_only=True):
    """Why a request is refused. The parser's own answers have a body, the connection manager's have none."""

    reason: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    is_parser: bool = True


def admit(method: str, url: str, headers: Sequence[tuple[str, str]], *, trusted_hops: int = 0) -> Request | BadRequest:
    """Return the request that the routes see, or the answer that it gets before.

    `url` is absolute; its authority is the Host unless `headers` has one, and its fragment is left out, for no client
    sends it (RFC 9110 §7.1). Raises ValueError for a URL that is none, or names no http or https host.
    """
    scheme, authority, target = split_url(url)
    is_given = any(name.lower() == "host" for name, _ in headers)
    lines = headers if is_given else [("host", authority), *headers]
    server_name = server_name_of(authority)
    return receive(method, target, lines, scheme=scheme, server_name=server_name, trusted_hops=trusted_hops)


def server_name_of(authority: str) -> str | None:
    """Return the server name that TLS clients ask for to reach an authority: its host, unless it is an IP address.

    Source: RFC 6066 §3, by which there is no dot at its end.
    """
    host, _ = split_port(authority)
    return None if is_address(host.strip("[]")) else host.removesuffix(".")


def split_url(url: str) -> tuple[str, str, str]:
    """Return scheme, authority and request target of an absolute http or https URL; raises ValueError for others."""
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError(f"`{url}` is not an absolute http or https URL")
    authority = found["authority"].rpartition("@")[2]
    place = _HOST_AND_PORT.fullmatch(authority)
    if place is None or int(place["port"] or 0) > _PORT_AT_MOST:
        raise ValueError(f"the URL `{url}` has no valid host and port")
    target = found["target"]
    return found["scheme"].lower(), authority, target if target.startswith("/") else f"/{target}"


def receive(  # noqa: PLR0913 - what the connection says, beside what the request does
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]],
    *,
    scheme: str,
    server_name: str | None = None,
    trusted_hops: int = 0,
) -> Request | BadRequest:
    """Return what becomes of a request with this request line and these header lines, Host among them.

    `scheme` is that of the connection; `server_name` counts where the request arrives at a listener that speaks TLS.
    Behind one of `trusted_hops` proxies the request's own scheme is what `X-Forwarded-Proto` says.
    CR and LF in a value are refused, although the data plane drops a bare CR and reads LF as the end of the line:
    no HTTP client sends them. Raises ValueError for a target that is no path (RFC 9112 §3.2.1).
    """
    if not target.startswith("/"):
        raise ValueError(f"the request target `{target}` is not in origin form")
    method, target = _on_the_wire(method), _on_the_wire(target)
    sent = [(_on_the_wire(name), _on_the_wire(value)) for name, value in headers]
    lines = [(name.lower(), value.strip(OWS)) for name, value in sent]
    fault = _parser_fault(method, target, sent) or _message_fault(method, lines)
    # A request that changes the protocol keeps its `Connection` as it is, and all that it names.
    nominated = header_lines.nominated(lines) if header_lines.upgrade(lines) is None else frozenset[str]()
    if fault is None and nominated is None:
        fault = _Fault(reason="`Connection` names a header that it may not")
    lines = [line for line in lines if nominated is None or line[0] not in nominated]
    fault = fault or _manager_fault(method, target, lines)
    if fault is None and trusted_hops and header_lines.values(lines, "x-forwarded-proto") == ("",):
        fault = _Fault(reason="`X-Forwarded-Proto` is empty", status=HTTPStatus.NOT_FOUND, is_parser=False)
    if fault is not None:
        return _answer(fault, method, lines)
    return Request(
        method=method,
        scheme=(header_lines.forwarded_scheme(lines) if trusted_hops else None) or scheme,
        connection_scheme=scheme,
        authority=header_lines.values(lines, "host")[0],
        target=target,
        headers=header_lines.sanitised(lines, scheme=scheme, is_trusted=trusted_hops > 0),
        server_name=server_name,
    )


def _on_the_wire(text: str) -> str:
    """Return `text` with a character a byte: as it is where it can be, else as UTF-8."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("latin-1")
    return text


def _parser_fault(method: str, target: str, sent: Sequence[tuple[str, str]]) -> _Fault | None:
    """Find what the parser refuses line by line; the size is looked at when a read has arrived."""
    line_size = len(f"{method} {target} HTTP/1.1\r\n")
    size = line_size + sum(len(f"{name}: {value}\r\n") for name, value in sent) + len("\r\n")
    is_large = size > _SIZE_AT_MOST
    if not (is_large and line_size > _FIRST_READ):
        if method not in _METHODS:
            return _Fault(reason=f"the method `{method[:40]}` is none that HTTP/1.1 parsers know")
        if _TARGET.fullmatch(target) is None:
            return _Fault(reason="the request target holds a space, a control character or a byte outside ASCII")
    if is_large:
        return _too_large(f"the headers are {size} bytes, of {_SIZE_AT_MOST} allowed")
    for name, value in sent:
        if not is_token(name):
            return _Fault(reason=f"the header name `{name[:40]}` is not a token")
        if _FORBIDDEN_IN_VALUE.search(value):
            return _Fault(reason=f"the value of `{name[:40]}` holds a control character")
    return None


def _too_large(reason: str) -> _Fault:
    return _Fault(reason=reason, status=HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


def _message_fault(method: str, lines: Sequence[tuple[str, str]]) -> _Fault | None:
    """Find what the parser refuses of the headers as a whole: their number and the length of the body."""
    lengths = [value for name, value in lines if name == "content-length"]
    if len(lengths) > 1 or not all(_is_length(text) for text in lengths):
        return _Fault(reason="`Content-Length` is not one number")
    if header_lines.count(lines) > _COUNT_AT_MOST:
        return _too_large(f"there are more than {_COUNT_AT_MOST} headers")
    codings = header_lines.values(lines, "transfer-encoding")
    if codings and lengths and not (method == "CONNECT" and lengths == ["0"]):
        return _Fault(reason="there are both `Content-Length` and `Transfer-Encoding`")
    if codings and (method == "CONNECT" or codings[0].lower() != "chunked"):
        return _Fault(reason="the `Transfer-Encoding` is not `chunked`", status=HTTPStatus.NOT_IMPLEMENTED)
    return None


def _is_length(text: str) -> bool:
    digits = text.lstrip("0") or text[-1:]
    return digits.isascii() and digits.isdecimal() and len(digits) <= _LENGTH_DIGITS and int(digits) < _LENGTH_BELOW


def _manager_fault(method: str, target: str, lines: Sequence[tuple[str, str]]) -> _Fault | None:
    """Find what is refused of a message that could be parsed; `lines` are those that `Connection` left."""
    hosts = header_lines.values(lines, "host")
    if method == "CONNECT":
        return _Fault(reason="CONNECT has a host and a port, not a path")
    if not all(_AUTHORITY.fullmatch(host) for host in hosts):
        return _Fault(reason=f"the Host `{hosts[0][:40]}` holds a character that no authority may")
    reason = None
    if not hosts:
        reason = "there is no Host"
    elif method == "QUERY" and not any(header_lines.values(lines, "content-type")):
        reason = "QUERY has no `Content-Type`"
    elif "#" in target or normalise(target.partition("?")[0]) is None:
        reason = "the path holds a `#` or an encoded NUL"
    if reason is not None:
        return _Fault(reason=reason, is_parser=False)
    protocol = header_lines.upgrade(lines)
    if protocol in {None, "websocket"}:
        return None
    return _Fault(reason=f"`Upgrade` to `{protocol}`", status=HTTPStatus.FORBIDDEN, is_parser=False)


def _answer(fault: _Fault, method: str, lines: Sequence[tuple[str, str]]) -> BadRequest:
    body = fault.status.phrase if fault.is_parser else ""
    status: int = fault.status
    headers: tuple[tuple[str, str], ...] = (("content-length", str(len(body))),)
    if fault.is_parser:
        headers += (("content-type", "text/plain"),)
    elif grpc.is_grpc("".join(header_lines.values(lines, "content-type"))):
        status = HTTPStatus.OK
        headers += (("content-type", grpc.CONTENT_TYPE), ("grpc-status", grpc.status_of(fault.status)))
    if method == "HEAD":
        # The parser answers HEAD with the length of the body that a GET would get; the manager says no length at all.
        headers, body = headers if fault.is_parser else headers[1:], ""
    return BadRequest(status=int(status), headers=headers, body=body, reason=fault.reason)
