"""What a route matches by beside its path: hosts with their ports, and headers.

Source: the route's reference (`hosts`, `headers`, `snis`).
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields, Text
from crossgate.dialects.regex import check_regex
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.routes import HeaderMatch

_HOST: Final = re.compile(r"(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?\.?")
_IPV6: Final = re.compile(r"\[[0-9A-Fa-f:.]+\]")
_PORT: Final = re.compile(r"(?P<host>\[.*\]|[^:]*):(?P<port>[0-9]{1,5})")
_PORT_AT_MOST: Final = 65535
_EXPRESSION: Final = "~*"
"""What a header's value begins with that is an expression."""


class Host(Struct, frozen=True, kw_only=True):
    """A host of a route: a hostname, and the port that the request's host must have where one is written."""

    hostname: Hostname
    port: int | None = None

    @property
    def written(self) -> str:
        """The host as routes have it."""
        return self.hostname.pattern if self.port is None else f"{self.hostname.pattern}:{self.port}"

    def headers(self, implied: int) -> tuple[HeaderMatch, ...]:
        """Return what the request's host must be for the port; `implied` is the port of a host without one."""
        if self.port is None:
            return ()
        optional = "?" if self.port == implied else ""
        return (HeaderMatch(name="host", value=rf"(?:\[.*\]|[^:]*)(?::{self.port}){optional}", is_regex=True),)


ANYWHERE: Final = Host(hostname=ANY_HOST)


def read_hosts(route: Fields, report: Diagnostics) -> tuple[Host, ...]:
    """Read the hosts of a route."""
    return tuple(host for text in route.strings("hosts") if (host := _host(text, report)) is not None)


def _host(text: Text, report: Diagnostics) -> Host | None:
    name, port = _split(text.value)
    if port is not None and port > _PORT_AT_MOST:
        report.error("invalid-hostname", "invalid port number", text.span)
        return None
    if _IPV6.fullmatch(name) or (_HOST.fullmatch(name) and name.count("*") <= 1):
        return Host(hostname=Hostname(pattern=name.lower()), port=port)
    report.error("invalid-hostname", f"invalid hostname: {text.value}", text.span, "`*` is one whole label at an edge")
    return None


def _split(written: str) -> tuple[str, int | None]:
    """Split a host from its port; an IPv6 address gets the brackets that it has in requests (RFC 3986 §3.2.2)."""
    found = _PORT.fullmatch(written)
    if found is not None:
        return found["host"], int(found["port"])
    return (f"[{written}]" if written.count(":") > 1 and not written.startswith("[") else written), None


def read_headers(route: Fields, report: Diagnostics, *, lists_expressions: bool) -> tuple[HeaderMatch, ...]:
    """Read the header matches; one of a header's values has to be there, in any letter case.

    A value that begins with `~*` is an expression that holds somewhere in the header's; where `lists_expressions` is
    false, only if it is the header's one value.
    """
    headers = route.mapping("headers")
    if headers is None:
        return ()
    found = []
    for key in headers.unknown():
        values = headers.strings(key.text)
        if key.text.lower() == "host":
            message = "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
            report.error("invalid-value", message, key.span, "write it under `hosts`")
            continue
        patterns = list(_patterns(values, report, has_expressions=lists_expressions or len(values) == 1))
        if patterns:
            value = f"(?i)(?:{'|'.join(patterns)})"
            found.append(HeaderMatch(name=key.text.lower(), value=value, is_regex=True))
    return tuple(found)


def _patterns(values: list[Text], report: Diagnostics, *, has_expressions: bool) -> Iterator[str]:
    for text in values:
        if not (has_expressions and text.value.startswith(_EXPRESSION)):
            yield re.escape(text.value)
            continue
        expression = text.value.removeprefix(_EXPRESSION)
        if check_regex(text, report, expression):
            yield f"(?s:.*)(?:{expression})(?s:.*)"


def spellings(headers: tuple[HeaderMatch, ...]) -> Iterator[tuple[HeaderMatch, ...]]:
    """Yield header matches by the names that requests may have: an underscore in a route means a dash, too."""
    yield headers
    if any("_" in header.name for header in headers):
        yield tuple(
            HeaderMatch(name=header.name.replace("_", "-"), value=header.value, is_regex=header.is_regex)
            for header in headers
        )


def read_server_names(route: Fields) -> frozenset[str]:
    """Read the server names (SNI) of a route; the dot that ends a full name does not count."""
    return frozenset(text.value.lower().removesuffix(".") for text in route.strings("snis"))
