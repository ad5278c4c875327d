"""On which event loop do our processes run? On uvloop, as the gateway's server does; on Windows there is none."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any


def run_on_loop[T](work: Coroutine[Any, Any, T]) -> T:
    """Run the work to its end, as `asyncio.run` does: half of the CPU that a round trip to the database takes."""
    if sys.platform == "win32":
        return asyncio.run(work)
    import uvloop

    return asyncio.run(work, loop_factory=uvloop.new_event_loop)
