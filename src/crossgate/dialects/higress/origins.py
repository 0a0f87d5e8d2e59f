"""`allow_origins` and `allow_origin_patterns` as origin sets.

Letter case and one trailing slash do not count. A pattern's `*` stands for a part of the host or for a port:
`http://*.example.com` for its subdomains, `:[8080,9090]` for these ports, `:[*]` for any port and for none.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from crossgate.model.origins import (
    NO_PORT,
    AnyOrigin,
    ExactOrigin,
    Normalisation,
    OriginEntry,
    OriginSet,
    RegexOrigin,
    Subject,
    WildcardOrigin,
)
from crossgate.model.policy import Declared
from crossgate.source import Span

NORMALISATION: Final = Normalisation(fold_case=True, trailing_slash=True)

_PORTS: Final = re.compile(r"(?P<text>.*):\[(?P<ports>\*|[0-9]{1,5}(?:,[0-9]{1,5})*)\]", re.DOTALL)
_PLAIN: Final = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<host>[^/@,\s]*)", re.DOTALL)
_ADDRESS: Final = re.compile(r"(?:(?<=://)|^)\[[0-9A-Fa-f:.]+\]")
_FIXED_PORT: Final = re.compile(r"(?P<host>[^:]*|\[[^\]]*\]):(?P<port>[0-9]{1,5})")
_RUN: Final = r"[^/@,\s]*"


def origin_set(origins: Iterable[Declared[str]], patterns: Iterable[Declared[str]]) -> OriginSet:
    """Return the origins of a policy: the exact ones first, then the patterns, in the order of the document."""
    entries = [
        *(_exact(origin.value, origin.span) for origin in origins),
        *(entry for pattern in patterns for entry in _pattern(pattern.value, pattern.span)),
    ]
    return OriginSet(entries=tuple(entries), normalisation=NORMALISATION)


def has_stray_bracket(pattern: str) -> bool:
    """Say whether a pattern has brackets that are neither a list of ports nor round an IPv6 address.

    They are taken literally, so that such a pattern matches nothing.
    """
    listed = _PORTS.fullmatch(pattern)
    text = _ADDRESS.sub("", listed["text"] if listed else pattern)
    return "[" in text or "]" in text


def _exact(value: str, span: Span | None) -> OriginEntry:
    return AnyOrigin(span=span) if value == "*" else exact_origin(value, span)


def exact_origin(value: str, span: Span | None) -> ExactOrigin:
    """Return the entry of an origin from which a slash was taken off; a second one counts, as it does in requests."""
    return ExactOrigin(written=f"{value}/" if value.endswith("/") else value, span=span)


def _pattern(value: str, span: Span | None) -> Iterator[OriginEntry]:
    """Yield the entries that a pattern means; there are several only for a list of ports of one host."""
    if value == "*":
        yield AnyOrigin(span=span)
        return
    listed = _PORTS.fullmatch(value)
    text = (listed["text"] if listed else value).lower()
    ports = _ports(listed["ports"]) if listed else frozenset({NO_PORT})
    plain = _PLAIN.fullmatch(text)
    if listed is None and "*" not in text:
        yield exact_origin(value, span)
    elif plain is None or (plain["scheme"] is None and "://" in text):
        yield _other(value, text, ports, span)
    else:
        host, ports = _without_fixed_port(plain["host"], ports)
        yield WildcardOrigin(written=value, scheme=plain["scheme"], host=host, ports=ports, span=span)


def _without_fixed_port(host: str, ports: frozenset[str] | None) -> tuple[str, frozenset[str] | None]:
    """Move a port that the host ends with to the ports: `*.example.com:8080`."""
    fixed = _FIXED_PORT.fullmatch(host)
    if fixed is None or ports != frozenset({NO_PORT}) or "*" not in fixed["host"]:
        return host, ports
    return fixed["host"], frozenset({fixed["port"]})


def _ports(listed: str) -> frozenset[str] | None:
    return None if listed == "*" else frozenset(listed.split(","))


def _other(value: str, text: str, ports: frozenset[str] | None, span: Span | None) -> OriginEntry:
    """Return the entry of a pattern with a wildcard outside its host, such as `http*://example.com`."""
    after = "(?::[0-9]{1,5})?" if ports is None else "(?:" + "|".join(f":{p}" if p else "" for p in sorted(ports)) + ")"
    pattern = "[a-z0-9+.-]*".join(re.escape(part) for part in text.partition("://")[0].split("*"))
    rest = _RUN.join(re.escape(part) for part in text.partition("://")[2].split("*"))
    return RegexOrigin(written=value, pattern=f"(?i){pattern}://{rest}{after}", subject=Subject.ORIGIN, span=span)
