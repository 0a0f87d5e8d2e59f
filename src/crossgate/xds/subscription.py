"""The state of one incremental ADS stream, without I/O.

Fed with the client's requests and the publisher's snapshots, it answers with messages to send and events to report
(https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#incremental-xds). The rules of this module:

- One response of a type is in flight at a time, so a NACK always speaks of known resources.
- Updates go in the order of their types, each after the ACK of the one before; removals come last, in the opposite
  order. What the client asks for by name is answered as soon as nothing is in flight before it.
- After a NACK nobody knows what the client kept (Envoy keeps the good part), so all of that response is uncertain, and
  the snapshot is not pushed further: the publisher decides what comes next.

Must not know the network, nor whether there are other streams.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from crossgate.xds.delta import Accepted, Output, Refused, Request, Response
from crossgate.xds.snapshot import Resource, Snapshot
from crossgate.xds.type_urls import LISTENER, WILDCARD_TYPES, in_update_order

ABSENT: Final = ""
"""In place of a version: the client knows that there is no such resource."""

_UNCERTAIN: Final = "?"
"""In place of a version: the client refused a response with this resource, and may or may not hold it."""

_WILDCARD: Final = "*"


class _InFlight(Struct, kw_only=True):
    """A response without an answer yet; `versions` has ABSENT for what it removes."""

    nonce: str
    snapshot_version: str
    versions: dict[str, str]
    claims: dict[str, str | None]


class _Watch(Struct, kw_only=True):
    """What a client wants of one type, and what it is known to hold."""

    wildcard: bool
    names: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)
    claims: dict[str, str | None] = field(default_factory=dict)
    demanded: set[str] = field(default_factory=set)
    """Names to answer even if nothing changed: the client may have dropped them."""
    is_answered: bool = False
    in_flight: _InFlight | None = None

    def is_interested(self, name: str) -> bool:
        """Tell whether the client wants to hear about a resource."""
        return self.wildcard or name in self.names


class Subscription:
    """One client's stream: call `on_request` and `on_snapshot`, send and report what they return, in order."""

    def __init__(self) -> None:
        """Begin a stream of which nothing is known yet, with nothing published."""
        self._snapshot: Snapshot | None = None
        self._watches: dict[str, _Watch] = {}
        self._nonces = 0
        self._is_halted = False
        self._is_reported = False

    def on_request(self, request: Request) -> list[Output]:
        """Take a request of the client: what it wants, and what it says to the last response."""
        watch = self._watches.get(request.type_url)
        if watch is None:
            watch = self._watches[request.type_url] = _first_watch(request)
        else:
            _subscribe(watch, request.subscribe)
        _unsubscribe(watch, request.unsubscribe)
        events: list[Output] = []
        sent = watch.in_flight
        if sent is not None and request.nonce == sent.nonce:
            watch.in_flight = None
            if request.refusal is None:
                _confirm(watch, sent)
            else:
                events.append(self._refuse(watch, sent, request))
        return events + self._advance()

    def on_snapshot(self, snapshot: Snapshot) -> list[Output]:
        """Take a published snapshot; publishing one that was refused before tries it again."""
        self._snapshot = snapshot
        self._is_halted = False
        self._is_reported = False
        return self._advance()

    def _refuse(self, watch: _Watch, sent: _InFlight, request: Request) -> Refused:
        for name in sent.versions:
            if watch.is_interested(name):
                watch.known[name] = _UNCERTAIN
                watch.claims[name] = None
        if self._snapshot is not None and sent.snapshot_version == self._snapshot.version:
            self._is_halted = True
        return Refused(
            snapshot_version=sent.snapshot_version,
            type_url=request.type_url,
            names=tuple(sent.versions),
            detail=request.refusal or "",
        )

    def _advance(self) -> list[Output]:
        """Send what may be sent now; report the snapshot as accepted once there is nothing left."""
        snapshot = self._snapshot
        if snapshot is None:
            return []
        outputs: list[Output] = []
        for type_url in in_update_order(self._watches):
            watch = self._watches[type_url]
            if watch.in_flight is None:
                outputs += self._send(
                    type_url, watch, _updates(watch, snapshot, type_url, only_demanded=self._is_halted)
                )
            if watch.in_flight is not None:
                return outputs
        if self._is_halted:
            return outputs
        for type_url in reversed(list(in_update_order(self._watches))):
            watch = self._watches[type_url]
            outputs += self._send(type_url, watch, _removals(watch, snapshot, type_url))
            if watch.in_flight is not None:
                return outputs
        if not self._is_reported and self._has_all_required(snapshot):
            self._is_reported = True
            outputs.append(Accepted(snapshot_version=snapshot.version))
        return outputs

    def _send(self, type_url: str, watch: _Watch, names: Iterable[str]) -> list[Output]:
        """Send these names as they stand in the snapshot, or as removed where they don't."""
        snapshot = self._snapshot
        names = tuple(names)
        owes_first_answer = watch.wildcard and not watch.is_answered and not self._is_halted
        if snapshot is None or not (names or owes_first_answer):
            return []
        available = snapshot.of_type(type_url)
        resources = tuple(available[name] for name in names if name in available)
        removed = [name for name in names if name not in available]
        if type_url == LISTENER:
            removed += _usurped(watch, resources, available, removed)
        self._nonces += 1
        watch.is_answered = True
        watch.demanded.difference_update(names)
        versions = {resource.name: resource.version for resource in resources} | dict.fromkeys(removed, ABSENT)
        watch.in_flight = _InFlight(
            nonce=str(self._nonces),
            snapshot_version=snapshot.version,
            versions=versions,
            claims={resource.name: resource.claim for resource in resources},
        )
        response = Response(
            type_url=type_url,
            nonce=watch.in_flight.nonce,
            snapshot_version=snapshot.version,
            resources=resources,
            removed=tuple(removed),
        )
        return [response]

    def _has_all_required(self, snapshot: Snapshot) -> bool:
        for type_url, names in snapshot.required.items():
            if not names:
                continue
            watch = self._watches.get(type_url)
            if watch is None:
                return False
            available = snapshot.of_type(type_url)
            if any(watch.known.get(name) != available[name].version for name in names):
                return False
        return True


def _first_watch(request: Request) -> _Watch:
    """Begin the watch of a type; after a reconnect the client says what it holds, and need not get that again."""
    names = set(request.subscribe) - {_WILDCARD}
    is_legacy_wildcard = not request.subscribe and request.type_url in WILDCARD_TYPES
    return _Watch(
        wildcard=is_legacy_wildcard or _WILDCARD in request.subscribe,
        names=names,
        known=dict(request.initial_versions),
        demanded=names.difference(request.initial_versions),
    )


def _subscribe(watch: _Watch, names: Iterable[str]) -> None:
    for name in names:
        if name == _WILDCARD:
            watch.is_answered = watch.is_answered and watch.wildcard
            watch.wildcard = True
        else:
            watch.names.add(name)
            watch.demanded.add(name)


def _unsubscribe(watch: _Watch, names: Iterable[str]) -> None:
    for name in names:
        if name == _WILDCARD:
            watch.wildcard = False
            continue
        watch.names.discard(name)
        # Under a wildcard the client can't know whether it keeps the resource: it has to be told.
        if watch.wildcard:
            watch.demanded.add(name)
    if not watch.wildcard:
        watch.demanded &= watch.names
        watch.known = {name: version for name, version in watch.known.items() if name in watch.names}


def _confirm(watch: _Watch, sent: _InFlight) -> None:
    for name, version in sent.versions.items():
        if version == ABSENT and name not in watch.names:
            watch.known.pop(name, None)
            watch.claims.pop(name, None)
        elif watch.is_interested(name):
            watch.known[name] = version
            watch.claims[name] = sent.claims.get(name)


def _updates(watch: _Watch, snapshot: Snapshot, type_url: str, *, only_demanded: bool) -> list[str]:
    """Return the names to send: demanded, or in the snapshot in a version that the client doesn't hold."""
    available = snapshot.of_type(type_url)
    if only_demanded:
        return sorted(watch.demanded)
    wanted = available if watch.wildcard else watch.names.intersection(available)
    changed = {name for name in wanted if watch.known.get(name) != available[name].version}
    return sorted(changed | watch.demanded)


def _removals(watch: _Watch, snapshot: Snapshot, type_url: str) -> list[str]:
    """Return the names that the client may hold, and that are not in the snapshot any more."""
    available = snapshot.of_type(type_url)
    return sorted(name for name, version in watch.known.items() if version != ABSENT and name not in available)


def _usurped(watch: _Watch, added: Iterable[Resource], available: Iterable[str], removed: Iterable[str]) -> list[str]:
    """Return the listeners to remove at once, because an added one takes their address.

    Envoy refuses a second listener on an address, and removes before it adds within one response.
    """
    taken = {resource.claim for resource in added if resource.claim is not None}
    gone = set(watch.known).difference(available, removed)
    return sorted(
        name
        for name in gone
        if watch.known[name] != ABSENT and taken and (watch.claims.get(name) is None or watch.claims[name] in taken)
    )
