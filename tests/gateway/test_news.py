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
