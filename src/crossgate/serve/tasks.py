"""Ending a task that nobody needs any more. Must not know what the task does."""

import asyncio
import contextlib
from typing import Any


async def cancel(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it has cleaned up; a task that is done already keeps its result."""
    if not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
