"""Are events numbered without gaps, in the order of their commits?"""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from storage.database import Database
from storage.events import append_event, events_after

WRITERS, EACH = 20, 5


async def write(database: Database, request_id: str, writer: int) -> None:
    """Five transactions that dawdle before their commit."""
    dice = random.Random(writer)
    for number in range(EACH):
        async with database.begin() as connection:
            await append_event(connection, request_id, "status", {"writer": writer, "number": number})
            await asyncio.sleep(dice.random() * 0.004)


async def give_up(database: Database, request_id: str) -> None:
    """A transaction that takes a number and fails."""
    async with database.begin() as connection:
        await append_event(connection, request_id, "status", {"writer": "failing"})
        await asyncio.sleep(0.002)
        raise ZeroDivisionError


async def fail_now_and_then(database: Database, request_id: str) -> None:
    for _ in range(EACH):
        with pytest.raises(ZeroDivisionError):
            await give_up(database, request_id)


async def read_until(database: Database, request_id: str, count: int) -> list[int]:
    """Follow the stream as the gateway does: what is above the last number that was seen."""
    seen: list[int] = []
    while len(seen) < count:
        async with database.begin() as connection:
            seen.extend(event.n for event in await events_after(connection, request_id, seen[-1] if seen else 0))
        await asyncio.sleep(0.001)
    return seen


async def test_twenty_writers_leave_no_gap_and_a_reader_misses_nothing(database: Database, request_id: str) -> None:
    reader = asyncio.create_task(read_until(database, request_id, WRITERS * EACH))
    work: list[Callable[[], Awaitable[None]]] = [
        *(lambda writer=writer: write(database, request_id, writer) for writer in range(WRITERS)),
        lambda: fail_now_and_then(database, request_id),
    ]
    await asyncio.gather(*(job() for job in work))
    assert await asyncio.wait_for(reader, 20) == list(range(1, WRITERS * EACH + 1))


async def test_numbers_count_per_request(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        assert await append_event(connection, request_id, "status", {}) == 1
        assert await append_event(connection, request_id, "status", {}) == 2
        assert [event.n for event in await events_after(connection, request_id, 1)] == [2]


async def test_what_an_event_says_is_read_back_unchanged(database: Database, request_id: str) -> None:
    said = {"text": 'A "quoted" <NAME_1>, 12 € \\ {"n":1}', "lines": [{"label": "a", "value": None}]}
    async with database.begin() as connection:
        await append_event(connection, request_id, "confirm", said)
        (event,) = await events_after(connection, request_id, 0)
    assert event.data == said
