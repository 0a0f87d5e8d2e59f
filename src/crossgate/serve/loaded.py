"""What a configuration amounts to once it is read and compiled: all that serving needs to know of it.

Must not know files, policies or gateway products.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from crossgate.xds.address import Address
from crossgate.xds.snapshot import Resources


class BootstrapAddresses(Struct, frozen=True, kw_only=True):
    """Where the Envoy to be configured finds its control plane, and where it offers its admin interface."""

    xds_socket: Path
    admin: Address


class ListenerAddress(Struct, frozen=True, kw_only=True):
    """A listener by the name that the user knows, and the Envoy listener that serves it.

    `host` is a numeric address; port 0 is any free one. Several names may share one resource, and so one socket.
    """

    name: str
    resource: str
    host: str
    port: int
    scheme: Literal["http", "https"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration that can be served; `listeners` in the order in which the user wrote them.

    `bootstrap` makes Envoy's bootstrap (node, admin, dynamic resources from the control plane, runtime) as proto3 JSON.
    """

    resources: Resources = field(repr=False)
    bootstrap: Callable[[BootstrapAddresses], dict[str, Any]] = field(repr=False)
    listeners: tuple[ListenerAddress, ...]
