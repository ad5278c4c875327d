"""How do steps that run at once share one read? Who asks for what is being read already gets the same answer."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Any


class UnderWay[Key: Hashable, Answer]:
    """Reads by key. Nothing is kept: who asks once an answer is there has it read again.

    A read goes on though who asked for it is cancelled, since others may wait for it; it ends by its own limit. What it
    raises, all raise.
    """

    def __init__(self, read: Callable[[Key], Awaitable[Answer]]) -> None:
        self._read = read
        self._under_way: dict[Key, asyncio.Task[Answer]] = {}

    async def of(self, key: Key) -> Answer:
        """The answer of the read of this key that is under way, or of a new one."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(self._begin(key))
            task.add_done_callback(_retrieve)
        return await asyncio.shield(task)

    async def _begin(self, key: Key) -> Answer:
        try:
            return await self._read(key)
        finally:
            del self._under_way[key]


def _retrieve(task: asyncio.Task[Any]) -> None:
    """Its failure is no news where all who asked have given up: asyncio would warn of it once it is collected."""
    if not task.cancelled():
        task.exception()
