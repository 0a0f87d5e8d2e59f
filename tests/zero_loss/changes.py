"""Changes of the configuration, one after the other, each awaited until a request shows it."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Mapping

from tests.zero_loss.clients import Address, Answer, Http1, Request
from tests.zero_loss.site import BACKENDS, KINDS, ORIGIN, Kind, Site, version_header
from tests.zero_loss.upstream import NAME

WITHIN = 60.0
_ASK_AGAIN_AFTER = 0.005

Shows = Callable[[Answer], bool]


class Changes:
    """Changes without end: of policies, of backends, of routes that come and go, at one gateway after the other."""

    def __init__(self, site: Site, addresses: Mapping[str, Address]) -> None:
        self._site = site
        self._addresses = addresses
        self._order: Iterator[tuple[Kind, int]] = (
            (kind, step) for step in itertools.cycle(range(len(_STEPS))) for kind in KINDS
        )
        self.took: list[float] = []

    async def make(self) -> None:
        """Make the next change, and wait until a request shows it."""
        kind, step = next(self._order)
        began = time.monotonic()
        path, shows = _STEPS[step](self._site, kind)
        request = Request(host=kind.host, path=path, headers=(("origin", ORIGIN),))
        await until_shown(self._addresses[kind.listener], request, shows)
        self.took.append(time.monotonic() - began)


async def until_shown(address: Address, request: Request, shows: Shows) -> None:
    """Ask on a connection of its own until an answer shows what is awaited."""
    client = await Http1.open(address)
    try:
        async with asyncio.timeout(WITHIN):
            while not shows(await client.exchange(request)):
                if client.is_closing:
                    await client.close()
                    client = await Http1.open(address)
                await asyncio.sleep(_ASK_AGAIN_AFTER)
    finally:
        await client.close()


def _policy(site: Site, kind: Kind) -> tuple[str, Shows]:
    version = site.change(kind, version=site.states[kind.name].version + 1).version
    return "/moving", lambda answer: answer.value("access-control-expose-headers") == version_header(version)


def _added(site: Site, kind: Kind) -> tuple[str, Shows]:
    site.change(kind, has_extra=True)
    return "/extra", lambda answer: answer.status == 200


def _backend(site: Site, kind: Kind) -> tuple[str, Shows]:
    backend = site.change(kind, backend=1 - site.states[kind.name].backend).backend
    return "/moving", lambda answer: answer.value(NAME) == BACKENDS[backend]


def _removed(site: Site, kind: Kind) -> tuple[str, Shows]:
    site.change(kind, has_extra=False)
    return "/extra", lambda answer: answer.status == 404


_STEPS: tuple[Callable[[Site, Kind], tuple[str, Shows]], ...] = (_policy, _added, _backend, _policy, _removed)
