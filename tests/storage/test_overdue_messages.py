"""Is a message that no turn finishes looked after again, also where its signal went?"""

import asyncio
from datetime import timedelta

from sqlalchemy import func, update

from contracts.ids import message_key
from storage.database import Database
from storage.inbox import Undelivered, accept_message, claim_overdue, mark_delivered, mark_processed
from storage.requests import update_request
from storage.tables import inbox

LATE = timedelta(minutes=10)


async def delivered(database: Database, request_id: str, *names: str, ago: timedelta) -> list[str]:
    """Messages whose signals went so long ago."""
    keys = [message_key(request_id, name) for name in names]
    async with database.begin() as connection:
        for key in keys:
            await accept_message(connection, request_id, key, "h", "text")
            await mark_delivered(connection, request_id, key)
        mine = update(inbox).where(inbox.c.request_id == request_id)
        await connection.execute(mine.values(delivered_at=func.now() - ago))
    return keys


async def overdue(database: Database, pack: str) -> list[Undelivered]:
    async with database.begin() as connection:
        return await claim_overdue(connection, older=LATE, packs=[pack])


async def test_what_waits_too_long_is_found_in_order_and_once_a_while(database: Database, request_id: str) -> None:
    keys = await delivered(database, request_id, "m1", "m2", "m3", ago=2 * LATE)
    async with database.begin() as connection:
        await mark_processed(connection, request_id, keys[0], "processed")
    found = await overdue(database, request_id)
    assert [(one.message_key, one.seq) for one in found] == [(keys[1], 2), (keys[2], 3)]
    assert await overdue(database, request_id) == [], "the next time after as long again"


async def test_neither_fresh_nor_closed_nor_other_companies_messages_are_found(
    database: Database, request_id: str
) -> None:
    await delivered(database, request_id, "m1", ago=LATE / 2)
    assert await overdue(database, request_id) == []
    await delivered(database, request_id, "m2", ago=2 * LATE)
    assert await overdue(database, "another company") == []
    async with database.begin() as connection:
        await update_request(connection, request_id, status="closed")
    assert await overdue(database, request_id) == []


async def test_two_sweepers_at_once_tell_each_message_once(database: Database, request_id: str) -> None:
    await delivered(database, request_id, *(f"m{n}" for n in range(20)), ago=2 * LATE)
    both = await asyncio.gather(overdue(database, request_id), overdue(database, request_id))
    assert sorted(one.seq for found in both for one in found) == list(range(1, 21))
