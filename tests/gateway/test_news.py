"""Is a reader woken by news that come between its look and its wait, and by those of its own request only?"""

import asyncio
import json

import pytest

from storage.database import Database
from workers.gateway import listener
from workers.gateway.listener import EventListener


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> EventListener:
    monkeypatch.setattr(listener, "POLL", 3600.0)
    return EventListener(Database("postgresql://nobody@127.0.0.1:1/none"))


def notify(events: EventListener, *requests: str) -> None:
    events._heard(None, 0, "handrail_events", json.dumps(requests))  # pyright: ignore[reportPrivateUsage]


async def test_news_between_the_look_and_the_wait_are_not_missed(events: EventListener) -> None:
    with events.watch("request-1") as news:
        notify(events, "request-1")
        async with asyncio.timeout(5):
            await news.wait(3600)


async def test_old_news_wake_nobody_again(events: EventListener) -> None:
    with events.watch("request-1") as news:
        notify(events, "request-1", "request-2")
        await news.wait(3600)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await news.wait(3600)


async def test_every_reader_of_a_request_is_woken_and_nobody_elses(events: EventListener) -> None:
    with events.watch("request-1") as one, events.watch("request-1") as two, events.watch("request-2") as other:
        notify(events, "request-1")
        await asyncio.gather(one.wait(3600), two.wait(3600))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await other.wait(3600)


class SilentlyLost:
    """A connection whose network went away: nothing ever comes, and no question is answered."""

    def __init__(self) -> None:
        self.closed = False

    def add_termination_listener(self, _: object) -> None:
        """It is never called."""

    async def add_listener(self, *_: object) -> None:
        """The last thing that worked."""

    async def execute(self, _: str, timeout: float) -> None:  # noqa: ASYNC109 - as asyncpg has it
        raise TimeoutError

    async def close(self, timeout: float) -> None:  # noqa: ASYNC109 - as asyncpg has it
        self.closed = True


async def test_a_connection_that_is_silently_lost_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    connections: list[SilentlyLost] = []
    second = asyncio.Event()

    async def connect(**_: object) -> SilentlyLost:
        connections.append(SilentlyLost())
        if len(connections) == 2:
            second.set()
        return connections[-1]

    monkeypatch.setattr(listener.asyncpg, "connect", connect)
    monkeypatch.setattr(listener, "CHECK", 0.01)
    async with EventListener(Database("postgresql://nobody@127.0.0.1:1/none")), asyncio.timeout(10):
        await second.wait()
    assert connections[0].closed
