"""How does Temporal notice within two seconds that a takeover or a dead worker ended an activity?"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from temporalio import activity

INTERVAL = 0.7
"""Seconds between heartbeats; the heartbeat timeout is 2 s."""


@asynccontextmanager
async def heartbeats() -> AsyncGenerator[None]:
    """Heartbeat from a timer while the block runs, also before the first token.

    What is over within the first interval sends none: each heartbeat is a commit of Temporal's server.
    """

    async def beat() -> None:
        while True:
            await asyncio.sleep(INTERVAL)
            activity.heartbeat()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
