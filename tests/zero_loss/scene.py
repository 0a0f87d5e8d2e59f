"""A gateway in front of upstreams, with the configuration that changes under load, as long as a block lasts."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.zero_loss.changes import Changes
from tests.zero_loss.clients import Address
from tests.zero_loss.gateway import Gateway
from tests.zero_loss.load import Target
from tests.zero_loss.site import BACKENDS, BASE, KINDS, Site
from tests.zero_loss.upstream import Upstream

_THERE = frozenset({200})
_NOW_AND_THEN = frozenset({200, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All that is there."""

    site: Site
    gateway: Gateway
    upstreams: Mapping[str, Upstream]
    addresses: Mapping[str, Address]
    changes: Changes

    def targets(self) -> list[Target]:
        """Return what can be asked at every gateway all the time; the extra route is there or not."""
        return [
            Target(address=self.addresses[kind.listener], host=kind.host, path=path, statuses=statuses)
            for kind in KINDS
            for path, statuses in (("/stable", _THERE), ("/moving", _THERE), ("/extra", _NOW_AND_THEN))
        ]


@contextlib.asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """Start everything, and end it with the block."""
    with tempfile.TemporaryDirectory(prefix="zero-loss-") as folder:
        site = Site(Path(folder))
        upstreams = {name: await Upstream(name).start() for name in (BASE, *BACKENDS)}
        gateway = Gateway(*site.arguments({name: upstream.port for name, upstream in upstreams.items()}))
        try:
            addresses = await asyncio.to_thread(gateway.ready, len(KINDS))
            yield Scene(
                site=site,
                gateway=gateway,
                upstreams=upstreams,
                addresses=addresses,
                changes=Changes(site, addresses),
            )
        finally:
            await asyncio.to_thread(gateway.clean_up)
            for upstream in upstreams.values():
                await upstream.stop()
