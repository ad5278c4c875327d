"""Who may accept a message? The winner of its claim, once, under the first claim's request."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from contracts.ids import message_key
from storage.database import Database
from storage.erasure import close_for_erasure
from storage.inbox import (
    accept_message,
    claim_message,
    find_message,
    keep_key,
    mark_delivered,
    mark_processed,
    release_claim,
    request_of_key,
    undelivered_messages,
    unprocessed_messages,
)

LEASE = timedelta(seconds=10)


async def claim(database: Database, scope: str, hmac: str, request_id: str, lease: timedelta = LEASE) -> dict[str, Any]:
    async with database.begin() as connection:
        return await claim_message(connection, scope, "m1", hmac, request_id, lease=lease)


async def give_back(database: Database, scope: str, held: dict[str, Any]) -> bool:
    async with database.begin() as connection:
        return await release_claim(connection, scope, "m1", held["lease"])


async def test_of_ten_that_claim_a_message_one_wins_and_all_learn_its_request(
    database: Database, request_id: str
) -> None:
    claims = await asyncio.gather(*(claim(database, request_id, "h", f"request-{n}") for n in range(10)))
    (winner,) = [one for one in claims if one["won"]]
    assert {one["request_id"] for one in claims} == {winner["request_id"]}


async def test_an_expired_lease_is_taken_over_under_the_first_request(database: Database, request_id: str) -> None:
    await claim(database, request_id, "h", "request-first", lease=timedelta(0))
    again = await claim(database, request_id, "h", "request-second")
    assert (again["won"], again["request_id"], again["hmac"]) == (True, "request-first", "h")
    assert not (await claim(database, request_id, "h", "request-third"))["won"]


async def test_another_text_never_takes_a_claim_over(database: Database, request_id: str) -> None:
    await claim(database, request_id, "h", "request-first", lease=timedelta(0))
    other = await claim(database, request_id, "another", "request-second")
    assert (other["won"], other["hmac"]) == (False, "h")


async def test_a_claim_given_back_is_free_at_once(database: Database, request_id: str) -> None:
    held = await claim(database, request_id, "h", "request-first")
    assert await give_back(database, request_id, held)
    assert (await claim(database, request_id, "h", "request-second"))["won"]


async def test_whoever_outlived_their_lease_does_not_give_back_the_next_ones(
    database: Database, request_id: str
) -> None:
    late = await claim(database, request_id, "h", "request-first", lease=timedelta(0))
    held = await claim(database, request_id, "h", "request-second")
    assert held["won"]
    assert not await give_back(database, request_id, late)
    assert not (await claim(database, request_id, "h", "request-third"))["won"], "the second is at work"
    assert await give_back(database, request_id, held)


async def test_an_idempotency_key_makes_one_request(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await keep_key(connection, request_id, "k", "h", "request-first")
    with pytest.raises(IntegrityError):
        async with database.begin() as connection:
            await keep_key(connection, request_id, "k", "h", "request-second")
    async with database.begin() as connection:
        assert await request_of_key(connection, request_id, "k") == ("request-first", "h")
        assert await request_of_key(connection, "somebody else", "k") is None


async def accept(database: Database, request_id: str, message_id: str) -> int:
    async with database.begin() as connection:
        return (await accept_message(connection, request_id, message_key(request_id, message_id), "h", "text")).seq


async def test_messages_accepted_at_once_are_numbered_without_gaps(database: Database, request_id: str) -> None:
    numbers = await asyncio.gather(*(accept(database, request_id, f"m{n}") for n in range(20)))
    assert sorted(numbers) == list(range(1, 21))
    async with database.begin() as connection:
        assert [one.seq for one in await unprocessed_messages(connection, request_id)] == list(range(1, 21))


async def test_a_message_is_swept_until_it_is_delivered_and_open_until_it_is_processed(
    database: Database, request_id: str
) -> None:
    await accept(database, request_id, "m1")
    key = message_key(request_id, "m1")
    now = timedelta(0)
    async with database.begin() as connection:
        swept = await undelivered_messages(connection, older=now, limit=1000)
        assert request_id in {one.request_id for one in swept}
        await mark_delivered(connection, request_id, key)
    async with database.begin() as connection:
        swept = await undelivered_messages(connection, older=now, limit=1000)
        assert request_id not in {one.request_id for one in swept}
        assert len(await unprocessed_messages(connection, request_id)) == 1
        await mark_processed(connection, request_id, key, "processed")
        await mark_delivered(connection, request_id, key)
        found = await find_message(connection, request_id, key)
        assert await unprocessed_messages(connection, request_id) == []
    assert found is not None
    assert found.state == "processed", "a late delivery must not reopen it"


async def test_what_an_erasure_closed_over_begins_no_workflow(database: Database, request_id: str) -> None:
    await accept(database, request_id, "m1")
    async with database.begin() as connection:
        await close_for_erasure(connection, request_id)
        assert await undelivered_messages(connection, older=timedelta(0), packs=[request_id]) == []


async def test_two_sweepers_send_each_message_once(database: Database, request_id: str) -> None:
    await accept(database, request_id, "m1")
    async with database.begin() as first, database.begin() as second:
        mine = await undelivered_messages(first, older=timedelta(0), limit=1000)
        yours = await undelivered_messages(second, older=timedelta(0), limit=1000)
    assert request_id in {one.request_id for one in mine}
    assert yours == []
