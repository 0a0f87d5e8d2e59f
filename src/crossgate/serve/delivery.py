"""What is being served: the last good configuration, and the steps from it to the next one.

Everything that a changed configuration passes before it counts is here, in order: its ports, its snapshot, Envoy's
consent. What fails on the way leaves the last good configuration in place. Must not know files or processes.
"""

import asyncio
import time
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from crossgate.serve.admin import Admin
from crossgate.serve.console import Console
from crossgate.serve.errors import Problem, StartError, start_error
from crossgate.serve.loaded import ListenerAddress, Loaded
from crossgate.serve.ports import PortReservations, find_unavailable, reachable_address, url_of
from crossgate.serve.probe import wait_until_answering
from crossgate.serve.progress import wait_until_warm
from crossgate.xds.address import Address
from crossgate.xds.delta import Accepted, Refused
from crossgate.xds.server import Publication, Server
from crossgate.xds.snapshot import Snapshot, SnapshotError, build_snapshot, count_changes
from crossgate.xds.type_urls import message_name

_MOST_NAMES: Final = 5


class _Served(Struct, frozen=True, kw_only=True):
    """A configuration, as loaded and with its ports, and its snapshot."""

    loaded: Loaded
    placed: Loaded
    snapshot: Snapshot


class Delivery:
    """Delivers configurations to one Envoy, the one whose node id it is told, and remembers the last good one."""

    def __init__(self, node: str, *, admin: Admin, console: Console, ready_within: float) -> None:
        """Make a delivery that has nothing to deliver yet."""
        self._server = Server(self._observe)
        self._node = node
        self._admin = admin
        self._console = console
        self._ready_within = ready_within
        self._ports = PortReservations()
        self._good: _Served | None = None
        self._newest: Snapshot | None = None
        self._publication: Publication | None = None
        self._awaited: Publication | None = None
        self._announced: dict[str, str] = {}
        self._is_failing = False

    async def listen(self, address: Address) -> None:
        """Let Envoy connect; raises `StartError`."""
        try:
            await self._server.start(address)
        except OSError as error:
            raise start_error(f"the control plane can't listen at `{address}`: {error}") from error

    async def start(self, loaded: Loaded) -> None:
        """Deliver the first configuration, and say which listeners are ready; raises `StartError`."""
        try:
            async with asyncio.timeout(self._ready_within):
                served = await self._prepare(loaded)
                outcome = await self._publish(served.snapshot)
                if isinstance(outcome, Refused):
                    raise start_error(_refusal(outcome))
                self._good = served
                await self._announce(served.placed)
        except TimeoutError as error:
            raise start_error(self._unanswering(loaded)) from error
        except (SnapshotError, OSError) as error:
            raise start_error(str(error)) from error

    async def update(self, loaded: Loaded, began: float) -> None:
        """Deliver a changed configuration; `began` is when it changed (`time.monotonic`)."""
        try:
            served = await self._prepare(loaded)
        except StartError as error:
            self.keep(error.problems)
        except (SnapshotError, OSError) as error:
            self.keep((Problem(message=str(error)),))
        else:
            match await self._publish(served.snapshot):
                case Refused() as refusal:
                    self._roll_back()
                    self.keep((Problem(message=_refusal(refusal)),))
                case Accepted():
                    await self._accept(served, began)

    def keep(self, problems: Iterable[Problem] = ()) -> None:
        """Say why the last good configuration is kept; without a reason, that was said already."""
        self._console.complain(problems)
        self._is_failing = True
        self._console.say("still serving the last good configuration")

    def check_ports(self) -> list[Problem]:
        """Return which of the ports that Envoy had are not to be had any more, now that it is gone."""
        # As loaded: the ports that were chosen for listeners without one are still ours.
        return find_unavailable(() if self._good is None else self._good.loaded.listeners)

    async def wait_until_answering(self) -> None:
        """Wait until all listeners of the last good configuration answer."""
        listeners = () if self._good is None else self._good.placed.listeners
        for listener in listeners:
            await wait_until_answering(reachable_address(listener), listener.scheme)

    def give_up_candidate(self, reason: str) -> None:
        """Treat a configuration that Envoy has not answered yet as refused, say because Envoy died of it."""
        if self._awaited is not None and self._good is not None:
            refusal = Refused(snapshot_version=self._awaited.snapshot.version, type_url="", names=(), detail=reason)
            self._awaited.settle(self._node, refusal)

    async def stop(self) -> None:
        """Hang up on Envoy, and give up the ports that were held for it."""
        await self._server.stop()
        self._ports.close()

    async def _prepare(self, loaded: Loaded) -> _Served:
        """Find ports and build the snapshot; raises `StartError`, `SnapshotError` or `OSError`."""
        held = () if self._good is None else self._good.placed.listeners
        if problems := find_unavailable(loaded.listeners, ((listener.host, listener.port) for listener in held)):
            raise StartError(problems)
        placed = self._ports.assign(loaded)
        # Encoding is pure computation, seconds of it at 10,000 routes: Envoy's stream must not wait for it.
        snapshot = await asyncio.to_thread(build_snapshot, placed.resources, self._newest)
        self._newest = snapshot
        return _Served(loaded=loaded, placed=placed, snapshot=snapshot)

    async def _publish(self, snapshot: Snapshot) -> Accepted | Refused:
        """Publish a snapshot, unless it is the one that is out already, and wait for Envoy's answer."""
        publication = self._publication
        if publication is None or publication.snapshot.version != snapshot.version:
            publication = self._publication = self._server.publish(snapshot)
        self._awaited = publication
        try:
            return await publication.outcome(self._node)
        finally:
            self._awaited = None

    def _roll_back(self) -> None:
        if self._good is not None:
            self._publication = self._server.publish(self._good.snapshot)

    async def _accept(self, served: _Served, began: float) -> None:
        before, self._good = self._good, served
        changes = 0 if before is None else count_changes(before.snapshot, served.snapshot)
        if changes:
            await wait_until_warm(self._admin, self._ready_within)
            took = round((time.monotonic() - began) * 1000)
            self._console.say(
                f"configuration reloaded: {changes} changed resource{'' if changes == 1 else 's'}, {took} ms"
            )
        elif self._is_failing:
            self._console.say("the configuration is good again, and the same as before")
        self._is_failing = False
        try:
            async with asyncio.timeout(self._ready_within):
                await self._announce(served.placed)
        except TimeoutError:
            self._console.complain((Problem(message=self._unanswering(served.placed)),))

    async def _announce(self, loaded: Loaded) -> None:
        """Say of each listener that is new or has moved that it is ready, once it is, in their order."""
        names = {listener.name for listener in loaded.listeners}
        self._announced = {name: url for name, url in self._announced.items() if name in names}
        for listener in self._unannounced(loaded.listeners):
            await wait_until_answering(reachable_address(listener), listener.scheme)
            self._announced[listener.name] = url_of(listener)
            self._console.ready(listener.name, url_of(listener))

    def _unannounced(self, listeners: Iterable[ListenerAddress]) -> list[ListenerAddress]:
        return [listener for listener in listeners if self._announced.get(listener.name) != url_of(listener)]

    def _unanswering(self, loaded: Loaded) -> str:
        names = ", ".join(f"`{listener.name}`" for listener in self._unannounced(loaded.listeners))
        return f"envoy doesn't answer within {self._ready_within:g} s at {names or 'its control plane'}"

    def _observe(self, _node: str, outcome: Accepted | Refused) -> None:
        """Report a refusal that nobody waits for: of a restarted Envoy, or of the last good configuration."""
        if isinstance(outcome, Refused) and self._awaited is None:
            self._console.complain((Problem(message=_refusal(outcome)),))


def _refusal(refused: Refused) -> str:
    detail = "; ".join(line.strip() for line in refused.detail.splitlines() if line.strip())
    kind = message_name(refused.type_url).rpartition(".")[2] or "configuration"
    named = ", ".join(f"`{name}`" for name in refused.names) if len(refused.names) <= _MOST_NAMES else ""
    return f"envoy refuses the new {kind} {named}".rstrip() + f": {detail}"
