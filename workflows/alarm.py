"""When does a waiting request wake by itself? By one timer that outlives turns, set anew only where it is late."""

import asyncio
from datetime import datetime

from temporalio import workflow


class Alarm:
    """Rings once, at the earliest time it was set to.

    Every turn moves the time at which a request closes; cancelling and starting a timer for that would cost two events
    of the history a turn. So a timer that stands early enough stays: it rings, and whoever waits looks again at what is
    due and sets the alarm for the rest.
    """

    def __init__(self) -> None:
        self._rings_at: datetime | None = None
        self._timer: asyncio.Task[None] | None = None

    @property
    def is_set(self) -> bool:
        """Whether it will still ring."""
        return self._rings_at is not None

    def set(self, at: datetime) -> None:
        """Ring at this time, or before."""
        if self._rings_at is not None and self._rings_at <= at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._rings_at = at
        self._timer = asyncio.create_task(self._ring(at))

    async def _ring(self, at: datetime) -> None:
        await workflow.sleep((at - workflow.now()).total_seconds(), summary="look at what is due")
        self._rings_at = None
