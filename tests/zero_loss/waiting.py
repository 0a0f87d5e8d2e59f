"""Waiting for what other tasks bring about."""

import asyncio
from collections.abc import Callable

WITHIN = 30.0


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(WITHIN):
        while not condition():  # noqa: ASYNC110 - several tasks have a part in it
            await asyncio.sleep(0.005)
