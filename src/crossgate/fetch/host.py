"""Hosts as browsers read them: names in any script and letter case, IP addresses in any spelling.

Source: https://url.spec.whatwg.org/#host-parsing. This module knows nothing of the rest of a URL.
"""

import re
from typing import Final

from crossgate.fetch.addresses import ends_in_number, parse_ipv4, parse_ipv6

_ENCODED: Final = re.compile(rb"%([0-9A-Fa-f]{2})")
_FORBIDDEN: Final = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
"""The forbidden domain code points."""


def parse_host(text: str) -> str | None:
    """Return a host as it is serialized, or None where it is none."""
    if text.startswith("["):
        address = parse_ipv6(text[1:-1]) if text.endswith("]") else None
        return None if address is None else f"[{address}]"
    written = _ENCODED.sub(lambda found: bytes([int(found[1], 16)]), text.encode(errors="replace")).decode(
        errors="replace"
    )
    host = written.lower() if written.isascii() else _in_ascii(written)
    if not host or _FORBIDDEN.search(host):
        return None
    return parse_ipv4(host) if ends_in_number(host) else host


def _in_ascii(domain: str) -> str | None:
    from crossgate.fetch.domain import to_ascii  # noqa: PLC0415 - its tables are large, and few names need them

    return to_ascii(domain)
