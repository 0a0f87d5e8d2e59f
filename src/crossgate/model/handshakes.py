"""TLS handshakes on a port that several listeners may share: what a client is shown, and whose routes it then reaches.

A connection belongs to the listeners whose certificate it was shown, so that no listener's routes are reached through
another's certificate. A request on it for a host whose own connections belong to others is misdirected (RFC 9110
§15.5.20): browsers that take a connection for two hosts, since its certificate names both, make another one then.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from crossgate.model.host_index import HostIndex
from crossgate.model.hosts import ANY_HOST, Hostname
from crossgate.model.listeners import Certificate, HostRoutes, Listener, Unmatched
from crossgate.model.table import Respond

MISDIRECTED: Final = Unmatched(answer=Respond(status=421))
"""What a request gets on a connection that was made for other hosts."""


class Handshake(Struct, frozen=True, kw_only=True):
    """A certificate that is shown for some server names, several ones of different keys, and whose it is.

    The names are hostnames, `*` standing for clients that no other name means, those among them that name none.
    """

    names: tuple[Hostname, ...]
    certificates: tuple[Certificate, ...]
    listeners: tuple[Listener, ...]

    @property
    def owners(self) -> tuple[str, ...]:
        """The names of its listeners."""
        return tuple(listener.name for listener in self.listeners)


class Handshakes:
    """The handshakes of the listeners that share a port."""

    def __init__(self, listeners: tuple[Listener, ...]) -> None:
        self.all = tuple(_handshakes(listeners))
        self._index = HostIndex((name, handshake) for handshake in self.all for name in handshake.names)
        self._hosts = {handshake.owners: _hosts(handshake) for handshake in self.all}

    def find(self, server_name: str) -> Handshake | None:
        """Return the handshake for a server name in lower case, empty for none; None where it fails."""
        return self._index.find(server_name)

    def is_misdirected(self, handshake: Handshake, host: str) -> bool:
        """Say whether requests for a host (lower case, no port) belong on connections to other listeners."""
        own = self._index.find(host)
        return own is not None and own.owners != handshake.owners

    def host(self, handshake: Handshake, host: str) -> tuple[Listener, HostRoutes] | None:
        """Return the most specific hostname of the handshake's listeners that means a host, with its listener."""
        return self._hosts[handshake.owners].find(host)

    def owned(self, handshake: Handshake) -> tuple[HostRoutes, ...]:
        """Return the hosts that are served on connections of a handshake, one for each hostname.

        Hosts that others serve are among them, where it takes them to part these from wider ones.
        """
        by_hostname: dict[Hostname, HostRoutes] = {}
        for host in (host for listener in handshake.listeners for host in listener.hosts):
            by_hostname.setdefault(host.hostname, host)
        if all(other.owners == handshake.owners for other in self.all):
            return tuple(by_hostname.values())
        index = HostIndex(by_hostname.items())
        names = dict.fromkeys([*by_hostname, *(name for other in self.all for name in other.names)])
        return tuple(self._at(name, handshake, by_hostname.get(name) or index.find(name.pattern)) for name in names)

    def _at(self, name: Hostname, handshake: Handshake, host: HostRoutes | None) -> HostRoutes:
        if self.is_misdirected(handshake, name.pattern):
            return HostRoutes(hostname=name, routes=(), unmatched=MISDIRECTED)
        if host is None:
            return HostRoutes(hostname=name, routes=(), unmatched=handshake.listeners[0].unmatched)
        return HostRoutes(hostname=name, routes=host.routes, unmatched=host.unmatched)


def _hosts(handshake: Handshake) -> HostIndex[tuple[Listener, HostRoutes]]:
    return HostIndex((host.hostname, (listener, host)) for listener in handshake.listeners for host in listener.hosts)


def _handshakes(listeners: Iterable[Listener]) -> Iterator[Handshake]:
    """Yield the handshakes, those of one certificate together; of two listeners for one name both are meant."""
    shown: dict[Hostname, list[tuple[Listener, Certificate]]] = {}
    for listener in listeners:
        for certificate in listener.certificates:
            for name in certificate.names or (ANY_HOST.pattern,):
                shown.setdefault(Hostname(pattern=name), []).append((listener, certificate))
    names: dict[tuple[tuple[Certificate, ...], tuple[str, ...]], list[Hostname]] = {}
    owners: dict[tuple[str, ...], tuple[Listener, ...]] = {}
    for hostname, pairs in shown.items():
        by_name = {listener.name: listener for listener, _ in pairs}
        owners[tuple(by_name)] = tuple(by_name.values())
        certificates = tuple(dict.fromkeys(certificate for _, certificate in pairs))
        names.setdefault((certificates, tuple(by_name)), []).append(hostname)
    for (certificates, owned), found in names.items():
        yield Handshake(names=tuple(found), certificates=certificates, listeners=owners[owned])
