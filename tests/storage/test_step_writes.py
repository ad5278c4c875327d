"""Does a step leave everything behind by one statement, and only once?"""

import asyncio

from contracts.model import Contract
from storage.calls import open_call
from storage.database import Database
from storage.entries import Entry, read_transcript
from storage.events import append_event, events_after
from storage.requests import read_request
from storage.step_writes import NewEvent, StepWrites, write_step

PLAN = {"steps": [{"id": "s1", "title": "Look", "tool": None, "state": "open"}]}


def entry(n: int, text: str = "Hello.") -> Entry:
    return Entry(entry_key=f"t1.1.{n}", turn=1, step=1, n=n, kind="reply", body={"text": text})


def event(said: str) -> NewEvent:
    return NewEvent(type="status", data={"said": said})


async def write(database: Database, request_id: str, writes: StepWrites) -> bool:
    async with database.begin() as connection:
        return await write_step(connection, request_id, writes)


async def told(database: Database, request_id: str) -> list[tuple[int, str]]:
    async with database.single() as connection:
        return [(one.n, one.data["said"]) for one in await events_after(connection, request_id, 0)]


async def test_events_are_numbered_in_their_order_behind_those_before(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await append_event(connection, request_id, "status", {"said": "before"})
    writes = StepWrites((entry(0), entry(1)), (event("one"), event("two")), {"goal": "Fly", "plan": PLAN})
    assert await write(database, request_id, writes)
    async with database.single() as connection:
        request = await read_request(connection, request_id)
        kept = await read_transcript(connection, request_id)
    assert await told(database, request_id) == [(1, "before"), (2, "one"), (3, "two")]
    assert request is not None
    assert (request.goal, request.plan, request.next_event) == ("Fly", PLAN, 3)
    assert [one.entry_key for one in kept] == ["t1.1.0", "t1.1.1"]


async def test_a_repetition_changes_nothing(database: Database, request_id: str) -> None:
    assert await write(database, request_id, StepWrites((entry(0),), (event("one"),), {"goal": "Fly"}))
    again = StepWrites((entry(0, "Other."),), (event("two"),), {"goal": "Stay"})
    assert not await write(database, request_id, again)
    async with database.single() as connection:
        request = await read_request(connection, request_id)
        kept = await read_transcript(connection, request_id)
    assert await told(database, request_id) == [(1, "one")]
    assert [one.body["text"] for one in kept] == ["Hello."]
    assert request is not None
    assert request.goal == "Fly"


async def test_of_two_at_once_one_is_kept(database: Database, request_id: str) -> None:
    both = [StepWrites((entry(0, said),), (event(said),)) for said in ("one", "two")]
    done = await asyncio.gather(*(write(database, request_id, writes) for writes in both))
    assert sorted(done) == [False, True]
    assert await told(database, request_id) == [(1, both[done.index(True)].events[0].data["said"])]


async def test_without_entries_events_and_columns_are_written_each_time(database: Database, request_id: str) -> None:
    assert await write(database, request_id, StepWrites(events=(event("one"),)))
    assert await write(database, request_id, StepWrites(events=(event("two"),), columns={"goal": None}))
    assert await told(database, request_id) == [(1, "one"), (2, "two")]


async def test_a_calls_outcome_is_kept_though_its_entries_are_known(database: Database, request_id: str) -> None:
    call = f"{request_id}/t1.1"

    async def opened() -> Contract:
        async with database.begin() as connection:
            return await open_call(connection, call, request_id, turn=1, step=1, tier="fast", model="m")

    await opened()
    await write(database, request_id, StepWrites((entry(0),)))
    async with database.begin() as connection:
        await write_step(connection, request_id, StepWrites((entry(0),), outcome=(call, {"outcome": "replied"})))
    async with database.begin() as connection:
        await connection.exec_driver_sql(f"UPDATE handrail.calls SET state = 'done' WHERE call_id = '{call}'")
    assert (await opened()).model_dump()["outcome"] == {"outcome": "replied"}


def test_of_a_column_written_twice_the_later_value_counts() -> None:
    both = StepWrites(columns={"goal": "a", "plan": None}).then(StepWrites(columns={"goal": "b"}))
    assert both.columns == {"goal": "b", "plan": None}
