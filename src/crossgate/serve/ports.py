"""Ports: whether a listener can have its own, and which one it gets where any would do.

Envoy sets SO_REUSEPORT, with which two programs of one user share a port in silence, each getting some of the
connections. So a port is tried here first, in the ordinary way. Must not know Envoy's process.
"""

import errno
import ipaddress
import os
import socket
import sys
from collections.abc import Iterable, Mapping
from copy import deepcopy

from crossgate.records import replace
from crossgate.serve.errors import Problem
from crossgate.serve.loaded import ListenerAddress, Loaded
from crossgate.serve.orphans import orphan_at
from crossgate.xds.address import TcpAddress
from crossgate.xds.snapshot import Resources
from crossgate.xds.type_urls import LISTENER


def find_unavailable(listeners: Iterable[ListenerAddress], held: Iterable[tuple[str, int]] = ()) -> list[Problem]:
    """Return what is wrong with the addresses of these listeners; `held` are those that are ours already."""
    tried = set(held)
    problems: list[Problem] = []
    for listener in listeners:
        address = (listener.host, listener.port)
        if listener.port == 0 or any(_overlap(address, other) for other in tried):
            continue
        tried.add(address)
        if (reason := why_unavailable(*address)) is not None:
            problems.append(_problem(listener, reason))
    return problems


def _problem(listener: ListenerAddress, reason: str) -> Problem:
    place = f"listener `{listener.name}` can't have `{_shown(listener.host, listener.port)}`"
    if (orphan := orphan_at(listener.port)) is not None:
        return Problem(
            message=f"{place}: the Envoy of a crossgate that was killed still serves there (process {orphan})",
            help=f"end it with `kill {orphan}`, and start again",
        )
    return Problem(
        message=f"{place}: {reason}",
        help=f"move it with `--listen {listener.name}=127.0.0.1:0` (any free port), or name another port",
    )


def why_unavailable(host: str, port: int) -> str | None:
    """Return why a server can't listen on an address, None if it can."""
    try:
        with _bound(host, port, socket.SO_REUSEADDR):
            return None
    except ValueError:
        return "this is not an IP address"
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                return "another program listens there"
            case errno.EACCES | errno.EPERM:
                return "this user may not open a port of that number"
            case errno.EADDRNOTAVAIL | errno.EAFNOSUPPORT:
                return "this machine has no such address"
            case _:
                return os.strerror(error.errno or 0)


class PortReservations:
    """Free ports for the listeners that ask for any, theirs until all are given up.

    Envoy could choose for itself, but would choose anew after each restart. So the port is chosen here, and kept by a
    socket that is bound and never listens: no connection gets to it, and no other program gets the port. Elsewhere than
    on Linux, Envoy doesn't share ports, and the port is only chosen.
    """

    def __init__(self) -> None:
        """Begin without a port."""
        self._sockets: list[socket.socket] = []
        self._ports: dict[str, int] = {}

    def assign(self, loaded: Loaded) -> Loaded:
        """Return the configuration with a port for each listener that asks for any; raises `OSError`."""
        anywhere = {listener.resource: listener.host for listener in loaded.listeners if listener.port == 0}
        for resource, host in anywhere.items():
            if resource not in self._ports:
                self._reserve(resource, host)
        if not anywhere:
            return loaded
        listeners = tuple(
            replace(listener, port=self._ports[listener.resource]) if listener.port == 0 else listener
            for listener in loaded.listeners
        )
        return replace(
            loaded, resources=_with_ports(loaded, {name: self._ports[name] for name in anywhere}), listeners=listeners
        )

    def close(self) -> None:
        """Give up all ports."""
        for reserved in self._sockets:
            reserved.close()
        self._sockets.clear()
        self._ports.clear()

    def _reserve(self, resource: str, host: str) -> None:
        reserved = _bound(host, 0, socket.SO_REUSEPORT)
        self._ports[resource] = reserved.getsockname()[1]
        if sys.platform == "linux":
            self._sockets.append(reserved)
        else:
            reserved.close()


def url_of(listener: ListenerAddress) -> str:
    """Return a URL under which a program on this machine reaches a listener."""
    address = reachable_address(listener)
    return f"{listener.scheme}://{address}"


def reachable_address(listener: ListenerAddress) -> TcpAddress:
    """Return the address to connect to; for a listener on all addresses it is the loopback one."""
    address = ipaddress.ip_address(listener.host)
    if address.is_unspecified:
        return TcpAddress(host="127.0.0.1" if address.version == 4 else "::1", port=listener.port)  # noqa: PLR2004
    return TcpAddress(host=listener.host, port=listener.port)


def _bound(host: str, port: int, option: int) -> socket.socket:
    """Return a socket bound to an address; raises `ValueError` for no IP address, `OSError` if it can't be had."""
    family = socket.AF_INET if ipaddress.ip_address(host).version == 4 else socket.AF_INET6  # noqa: PLR2004
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, option, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _overlap(one: tuple[str, int], other: tuple[str, int]) -> bool:
    """Tell whether two addresses are the same, or one of them is all addresses on the other's port."""
    is_on_all = any(host in ("0.0.0.0", "::") for host, _ in (one, other))  # noqa: S104 - compared, not bound
    return one[1] == other[1] and (one[0] == other[0] or is_on_all)


def _with_ports(loaded: Loaded, ports: Mapping[str, int]) -> Resources:
    """Return the resources, with these ports in the addresses of these listeners."""
    listeners = dict(loaded.resources[LISTENER])
    for resource, port in ports.items():
        listener = deepcopy(dict(listeners[resource]))
        listener["address"]["socket_address"]["port_value"] = port
        listeners[resource] = listener
    return {**loaded.resources, LISTENER: listeners}


def _shown(host: str, port: int) -> str:
    return str(TcpAddress(host=host, port=port))
