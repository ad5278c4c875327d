"""Who is told of new events when? At once, or with the next ones where nobody waits for them."""

import asyncio

import pytest

from storage.database import Database, EventWaker


class Heard(EventWaker):
    """Remembers what would have been told."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine, interval=0)
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
