"""Where a server of the control plane listens: a Unix socket or a TCP address.

Must not know who listens or who connects.
"""

from pathlib import Path

from msgspec import Struct


class UnixAddress(Struct, frozen=True, kw_only=True):
    """A Unix socket; its folder, not its name, keeps others out."""

    path: Path

    def __str__(self) -> str:
        """Return the address in gRPC's spelling, `unix:/path`."""
        return f"unix:{self.path}"


class TcpAddress(Struct, frozen=True, kw_only=True):
    """A numeric IP address and a port; port 0 is any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return `host:port`, an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


Address = UnixAddress | TcpAddress
