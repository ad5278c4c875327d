"""Who is told of new events when? At once, or with the next ones where nobody waits for them."""

import asyncio
from typing import Any

import pytest

from storage.database import BURST, CHANNEL, Database, EventWaker


class Heard(EventWaker):
    """Remembers what would have been told."""

    def __init__(self, database: Database, interval: float = 0) -> None:
        super().__init__(database.engine, interval=interval)
        self.told: list[list[str]] = []
        self.heard = asyncio.Event()

    async def _notify(self, batch: list[str]) -> None:
        self.told.append(batch)
        self.heard.set()


@pytest.fixture
def waker() -> Heard:
    return Heard(Database("postgresql://nobody@127.0.0.1:1/none"))


async def test_what_can_wait_is_told_with_the_next(waker: Heard) -> None:
    waker.wake("one", soon=False)
    await asyncio.sleep(0)
    assert waker.told == []
    waker.wake("two")
    await waker.close()
    assert waker.told == [["one", "two"]]


async def test_what_can_wait_is_told_though_nothing_follows(waker: Heard) -> None:
    waker.wake("one", soon=False)
    async with asyncio.timeout(5):
        await waker.heard.wait()
    assert waker.told == [["one"]]


async def test_closing_leaves_nothing_untold(waker: Heard) -> None:
    waker.wake("one", soon=False)
    await waker.close()
    assert waker.told == [["one"]]


async def test_a_quiet_process_tells_at_once_and_a_busy_one_in_batches() -> None:
    waker = Heard(Database("postgresql://nobody@127.0.0.1:1/none"), interval=0.5)
    for n in range(10):
        waker.wake(f"request {n}")
        await asyncio.sleep(0.001)
    assert [len(batch) for batch in waker.told] == [1] * BURST, "each by itself, and then a pause"
    await waker.close()
    assert [len(batch) for batch in waker.told[BURST:]] == [10 - BURST], "all others at once"


async def test_a_server_that_was_started_again_is_told_at_once(database: Database) -> None:
    """The connection that the waker keeps may be gone; the wake-up is not."""
    heard, news = list[str](), asyncio.Event()

    def hear(*received: Any) -> None:
        heard.append(received[-1])
        news.set()

    async def told(request_id: str) -> None:
        news.clear()
        database.waker.wake(request_id)
        async with asyncio.timeout(5):
            await news.wait()

    async with database.single() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.add_listener(CHANNEL, hear)
        await told("request-one")
        mine = await driver.fetchval("SELECT pg_backend_pid()")
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> $1"
        )
        await driver.execute(ended, mine)
        await told("request-two")
        await driver.remove_listener(CHANNEL, hear)
    assert heard == ['["request-one"]', '["request-two"]']
