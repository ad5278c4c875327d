"""On which event loop do our processes run? On uvloop, as the gateway's server does; on Windows there is none."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from typing import Any

_RESOLVERS = "16"
"""Threads of libuv's pool, half of which may look names up: with its four, two dead names would hold up all others."""


def run_on_loop[T](work: Coroutine[Any, Any, T]) -> T:
    """Run the work to its end, as `asyncio.run` does: half of the CPU that a round trip to the database takes."""
    if sys.platform == "win32":
        return asyncio.run(work)
    os.environ.setdefault("UV_THREADPOOL_SIZE", _RESOLVERS)
    import uvloop

    return asyncio.run(work, loop_factory=uvloop.new_event_loop)
