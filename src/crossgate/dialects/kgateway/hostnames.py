"""Hostnames as the Gateway API has them: which are valid, and which names a listener and a route both mean.

Source: https://gateway-api.sigs.k8s.io/reference/spec/#hostname and #precisehostname.
"""

import re
from typing import Final

from crossgate.diagnostics import Diagnostics
from crossgate.dialects.fields import Fields
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.source import Span

_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ADDRESS: Final = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
_LONGEST: Final = 253


def read_hostname(item: Fields, report: Diagnostics, key: str = "hostname") -> Hostname | None:
    """Read a hostname, any host where there is none; None where it is not one."""
    text = item.string(key)
    return ANY_HOST if text is None or not text.value else parse_hostname(text.value, text.span, report)


def parse_hostname(value: str, span: Span, report: Diagnostics, *, is_precise: bool = False) -> Hostname | None:
    """Return a hostname: a name or, unless a precise one is wanted, `*.` and a name; in lower case, no address."""
    name = value if is_precise else value.removeprefix("*.")
    if _NAME.fullmatch(name) and not _ADDRESS.fullmatch(name) and len(value) <= _LONGEST:
        return Hostname(pattern=value)
    hint = "a name in lower case" if is_precise else "a name in lower case, or `*.` and a name"
    report.error("invalid-hostname", f"`{value}` is not a hostname", span, hint)
    return None


def intersection(listener: Hostname, route: Hostname) -> Hostname | None:
    """Return the names that a listener and a route both mean, or None where there are none."""
    if listener.covers(route):
        return route
    return listener if route.covers(listener) else None
