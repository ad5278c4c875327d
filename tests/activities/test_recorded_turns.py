"""Does a turn that ends after its request was closed leave it closed?"""

import asyncio
from itertools import pairwise

import pytest
from one_company import OneCompany
from waiting import somebody_waits

from activities.runtime_words import RuntimeActivities
from contracts.ids import new_request_id
from contracts.request import Stimulus
from contracts.steps import RecordTurn, TurnRef
from storage.audit import append_audit, read_audit
from storage.database import Database
from storage.erasure import close_for_erasure
from storage.events import append_event, events_after
from storage.requests import insert_request, read_request


@pytest.fixture
async def request_id(database: Database) -> str:
    """A request in whose first turn we are."""
    made = new_request_id()
    row = {"request_id": made, "pack": "airline", "pack_digest": "d", "channel": "web", "role": "customer"}
    async with database.begin() as connection:
        await insert_request(connection, {**row, "assurance": "verified", "customer_id": "C101"})
    return made


def end_of_turn(request_id: str) -> RecordTurn:
    ref = TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message", key="m"))
    return RecordTurn(ref=ref, route="planner", reason="message", status="waiting_for_customer")


async def test_a_turn_says_whom_its_request_waits_for(database: Database, airline: OneCompany, request_id: str) -> None:
    await RuntimeActivities(database, airline).record_turn(end_of_turn(request_id))
    async with database.begin() as connection:
        request = await read_request(connection, request_id)
        shown = [event.type for event in await events_after(connection, request_id, 0)]
    assert request is not None
    assert (request.status, request.route, shown) == ("waiting_for_customer", "planner", ["status"])


async def chain_of(database: Database, request_id: str) -> list[str]:
    async with database.begin() as connection:
        records = await read_audit(connection, request_id)
        request = await read_request(connection, request_id)
    assert request is not None
    assert (request.next_audit, request.audit_head) == (len(records), records[-1].hash)
    assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(records))
    return [record.kind for record in records]


async def test_a_turn_that_is_recorded_again_changes_nothing(
    database: Database, airline: OneCompany, request_id: str
) -> None:
    for _ in range(2):
        await RuntimeActivities(database, airline).record_turn(end_of_turn(request_id))
    assert await chain_of(database, request_id) == ["turn"]
    async with database.begin() as connection:
        assert len(await events_after(connection, request_id, 0)) == 1


async def test_a_turn_goes_on_from_what_was_recorded_while_it_looked(
    database: Database, airline: OneCompany, request_id: str
) -> None:
    """A record and an event that are being written: what the turn has read no longer holds, and it looks again."""
    async with database.begin() as connection:
        await append_audit(connection, request_id, f"{request_id}#handoff1", "handoff", {})
        await append_event(connection, request_id, "handoff", {})
        recording = asyncio.create_task(RuntimeActivities(database, airline).record_turn(end_of_turn(request_id)))
        await somebody_waits(connection)
    await recording
    assert await chain_of(database, request_id) == ["handoff", "turn"]
    async with database.begin() as connection:
        assert [event.type for event in await events_after(connection, request_id, 0)] == ["handoff", "status"]


async def test_a_turn_need_not_look_again_for_what_it_has_not_read(
    database: Database, airline: OneCompany, request_id: str
) -> None:
    """An event alone changes nothing of what the turn's record says; its number is the next one all the same."""
    async with database.begin() as connection:
        await append_event(connection, request_id, "handoff", {})
        recording = asyncio.create_task(RuntimeActivities(database, airline).record_turn(end_of_turn(request_id)))
        await somebody_waits(connection)
    await recording
    async with database.begin() as connection:
        assert [event.n for event in await events_after(connection, request_id, 0)] == [1, 2]
    assert await chain_of(database, request_id) == ["turn"]


async def test_a_request_that_was_closed_meanwhile_stays_closed_and_shows_nothing_more(
    database: Database, airline: OneCompany, request_id: str
) -> None:
    async with database.begin() as connection:
        await close_for_erasure(connection, request_id)
    await RuntimeActivities(database, airline).record_turn(end_of_turn(request_id))
    async with database.begin() as connection:
        request = await read_request(connection, request_id)
        shown = await events_after(connection, request_id, 0)
        kinds = [record.kind for record in await read_audit(connection, request_id)]
    assert request is not None
    assert (request.status, shown) == ("closed", [])
    assert kinds == ["turn"], "that the turn ran is still on record"
