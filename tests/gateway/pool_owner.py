"""Who has a pool of finders and waits to be killed? `python -m tests.gateway.pool_owner` prints its children."""

import asyncio
from typing import Any, cast

import psutil

from tests.gateway import stuck_finder
from workers.gateway import tokenise
from workers.gateway.tokenise import Tokeniser

PROCESSES = 2


async def own() -> None:
    """Have a pool, one process of which is busy for ever, and say which processes it has."""
    tokenise._load = stuck_finder.load  # pyright: ignore[reportPrivateUsage]  # the real one takes seconds
    tokeniser = Tokeniser(cast("Any", None), cast("Any", None), processes=PROCESSES)
    await tokeniser.cover([])
    print(*(child.pid for child in psutil.Process().children()), flush=True)  # noqa: T201 - read by the test
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(own())
