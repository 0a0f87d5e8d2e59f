"""Waiting for what Envoy does in its own time: warming what is new, finishing what is under way.

Must not know why somebody waits.
"""

import asyncio
from typing import Final

from crossgate.serve.admin import Admin, AdminError

_ASK_AGAIN_AFTER: Final = 0.02
_WARMING: Final = r"^(listener_manager\.total_listeners_warming|cluster_manager\.warming_clusters)$"
_ACTIVE_REQUESTS: Final = r"^http\..*\.downstream_rq_active$"
_OWN: Final = "http.admin."


async def wait_until_warm(admin: Admin, within: float) -> None:
    """Wait until every accepted listener and cluster is in use, at most so many seconds."""
    await _wait_until_zero(admin, _WARMING, within)


async def drain(admin: Admin, within: float) -> None:
    """Close the listeners and wait until the last request is answered, at most so many seconds.

    Open connections without a request don't count; those with one are told to close with its response.
    """
    try:
        await admin.announce_drain()
        await admin.close_listeners()
    except AdminError:
        return
    await _wait_until_zero(admin, _ACTIVE_REQUESTS, within)


async def _wait_until_zero(admin: Admin, pattern: str, within: float) -> None:
    """Envoy tells no one that a gauge has changed, so it is asked."""
    try:
        async with asyncio.timeout(within):
            while await _total(admin, pattern) > 0:  # noqa: ASYNC110 - what is awaited is in another process
                await asyncio.sleep(_ASK_AGAIN_AFTER)
    except (AdminError, TimeoutError):
        return


async def _total(admin: Admin, pattern: str) -> int:
    gauges = await admin.gauges(pattern)
    return sum(value for name, value in gauges.items() if not name.startswith(_OWN))
