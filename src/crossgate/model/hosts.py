"""Hostnames, and the order in which they are asked: the exact one, the longest wildcard, then any.

Hosts compare in lower case and without port. A wildcard stands for one or more labels, as the Gateway API, Ingress
and Envoy have it.
"""

from ipaddress import ip_address

from msgspec import Struct


class Hostname(Struct, frozen=True, kw_only=True):
    """`*` (any), `*.example.com` (a suffix), `example.*` (a prefix) or a whole name."""

    pattern: str

    def __post_init__(self) -> None:
        if self.pattern != self.pattern.lower():
            raise ValueError(f"a hostname is lower case: {self.pattern!r}")
        stars = self.pattern.count("*")
        at_edge = self.pattern == "*" or self.pattern.startswith("*.") or self.pattern.endswith(".*")
        if not self.pattern or stars > 1 or (stars == 1 and not at_edge):
            raise ValueError(f"not a hostname: {self.pattern!r}")

    @property
    def is_exact(self) -> bool:
        """Whether it means one name only."""
        return "*" not in self.pattern

    @property
    def precedence(self) -> tuple[int, int]:
        """Sort key: smaller is asked first. Exact, then suffixes and then prefixes by length, then any."""
        if self.is_exact:
            return (0, 0)
        if self.pattern == "*":
            return (3, 0)
        return (1 if self.pattern.startswith("*") else 2, -len(self.pattern))

    def matches(self, host: str) -> bool:
        """Say whether a host (lower case, no port) is meant."""
        if self.pattern == "*":
            return True
        if self.pattern.startswith("*"):
            return host.endswith(self.pattern[1:]) and len(host) >= len(self.pattern)
        if self.pattern.endswith("*"):
            return host.startswith(self.pattern[:-1]) and len(host) >= len(self.pattern)
        return host == self.pattern

    def covers(self, other: "Hostname") -> bool:
        """Say whether every name that `other` means is meant here too."""
        if self.pattern == "*" or self == other:
            return True
        if other.is_exact:
            return self.matches(other.pattern)
        if self.pattern.startswith("*") and other.pattern.startswith("*."):
            return other.pattern[1:].endswith(self.pattern[1:])
        if self.pattern.endswith("*") and other.pattern.endswith(".*"):
            return other.pattern[:-1].startswith(self.pattern[:-1])
        return False

    def overlaps(self, other: "Hostname") -> bool:
        """Say whether some name is meant by both."""
        if self.covers(other) or other.covers(self):
            return True
        return (
            {self.pattern[0], other.pattern[0]} != {"*"}
            and not (self.is_exact or other.is_exact)
            and (self.pattern[0] == "*" or other.pattern[0] == "*")
        )


ANY_HOST = Hostname(pattern="*")


def is_address(host: str) -> bool:
    """Say whether a host, without brackets, is an IP address and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def split_port(authority: str) -> tuple[str, str]:
    """Split an authority into host (lower case, brackets kept) and port text, at the last colon outside brackets."""
    host, colon, port = authority.rpartition(":")
    if not colon or "]" in port:
        return authority.lower(), ""
    return host.lower(), port
