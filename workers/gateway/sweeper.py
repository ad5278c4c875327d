"""What repeats the signals that got lost? A sweeper beside the gateway; nothing but its cancellation ends it."""

import asyncio
from collections.abc import Awaitable, Collection
from datetime import timedelta
from types import TracebackType
from typing import Self

import structlog
from prometheus_client import Counter

from contracts.request import HolderChanged, MessageArrived
from storage.database import Database
from storage.desk import untold_holders
from storage.inbox import Undelivered, claim_overdue, undelivered_messages
from storage.requests import read_request
from workers.gateway.delivery import Delivery

log = structlog.get_logger(__name__)

SWEEP_AFTER = timedelta(seconds=2)
TELL_AGAIN_AFTER = timedelta(minutes=10)
"""A message whose signal went, and that no turn has finished by then, is signalled again: its workflow may be gone."""
PAUSE = 1.0
"""Seconds between two sweeps."""
FAILURES = Counter("handrail_sweep_failures", "What the sweeper could not do, by kind of error", ["error"])


class Sweeper:
    """Repeats messages and changes of holder that waited too long for their signal; an async context manager."""

    def __init__(self, database: Database, delivery: Delivery, packs: Collection[str]) -> None:
        self._database = database
        self._delivery = delivery
        self._packs = packs
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Start sweeping."""
        self._task = asyncio.create_task(self._sweep_forever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop sweeping."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(PAUSE)
            await _survive(self.sweep())

    async def sweep(self) -> int:
        """Repeat what waited too long; returns how many signals went. One that fails does not hold up the others."""
        async with self._database.begin() as connection:
            missed = await undelivered_messages(connection, older=SWEEP_AFTER, packs=self._packs)
            untold = await untold_holders(connection, older=SWEEP_AFTER)
            overdue = await claim_overdue(connection, older=TELL_AGAIN_AFTER, packs=self._packs)
        sent = 0
        for request_id, epoch, holder in untold:
            changed = HolderChanged.model_validate({"epoch": epoch, "holder": holder})
            sent += await _survive(self._delivery.tell_holder(request_id, changed))
        for message in (*missed, *overdue):
            sent += await _survive(self._send(message))
        return sent

    async def _send(self, message: Undelivered) -> bool:
        async with self._database.begin() as connection:
            row = await read_request(connection, message.request_id)
        arrived = MessageArrived(message_key=message.message_key, seq=message.seq)
        return row is not None and await self._delivery.deliver(row, arrived)


async def _survive(work: Awaitable[int]) -> int:
    """The outermost edge of the sweeper: whatever fails is counted and tried again at the next sweep."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - the outermost edge of the sweeper; logged and counted
        FAILURES.labels(type(error).__name__).inc()
        log.error("sweep_failed", error=type(error).__name__)
        return 0
