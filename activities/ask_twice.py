"""What if a model gives no sign of an answer? It is asked a second time, once; whoever begins first answers alone."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta

import structlog

from contracts.errors import ModelFailed
from contracts.model_port import Begun, ModelEvent

log = structlog.get_logger(__name__)

type Ask = Callable[[], AsyncGenerator[ModelEvent]]
MOST_ASKS = 2


async def ask_twice(ask: Ask, *, patience: timedelta) -> AsyncGenerator[ModelEvent]:
    """The events of the first stream that begins. A second one starts after `patience` without a sign of the first.

    Both belong to one attempt of the call and one of them is chosen before any word was read, so that nothing is ever
    retracted for it. Raises ModelFailed, for another model to take over, where neither begins within `patience` again.
    """
    asked: list[_Asked] = []
    try:
        winner = await _first_to_begin(ask, asked, patience)
        yield Begun(asks=len(asked))
        async for event in winner:
            yield event
    finally:
        for one in asked:
            await one.end()


class _Asked:
    """One stream, and the task that awaits its first event."""

    def __init__(self, ask: Ask) -> None:
        self.stream = ask()
        self.first = asyncio.create_task(_begin(self.stream))

    async def end(self) -> None:
        """Stop waiting and close the stream, which ends its connection."""
        self.first.cancel()
        await asyncio.gather(self.first, return_exceptions=True)
        await self.stream.aclose()


async def _begin(stream: AsyncGenerator[ModelEvent]) -> None:
    if await anext(stream, None) is None:
        raise ModelFailed("model.broken_stream", "the model's stream ended before it began", retryable=True)


async def _first_to_begin(ask: Ask, asked: list[_Asked], patience: timedelta) -> AsyncGenerator[ModelEvent]:
    for _ in range(MOST_ASKS):
        if asked:
            log.warning("model_asked_again")
        asked.append(_Asked(ask))
        winner = await _await_one(asked, patience)
        if winner is not None:
            return winner.stream
    raise ModelFailed("model.silent", "the model gave no sign of an answer", retryable=False)


async def _await_one(asked: list[_Asked], patience: timedelta) -> _Asked | None:
    """The first that begins; None after `patience`. Raises ModelFailed where every one has failed."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience.total_seconds()
    while waiting := [one.first for one in asked if not one.first.done()]:
        await asyncio.wait(waiting, timeout=deadline - loop.time(), return_when=asyncio.FIRST_COMPLETED)
        for one in asked:
            if one.first.done() and one.first.exception() is None:
                return one
        if loop.time() >= deadline:
            return None
    await asked[-1].first
    return None
