"""Who may speak? Only the current attempt, and only while the agent holds the request (PROTOCOLS 3 and 10)."""

import asyncio
import json
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.calls import Closing, Usage, add_cost, close_call, open_call, release_sentence, was_heard
from storage.control import set_switch
from storage.database import Database
from storage.desk import change_holder
from storage.events import append_event, events_after
from storage.step_writes import StepWrites, write_step
from storage.turns import lock_turn

CALL = "t1.1"


async def opened(connection: AsyncConnection, request_id: str) -> int:
    """Take the next attempt of the request's one call."""
    call = f"{request_id}/{CALL}"
    taken = await open_call(connection, call, request_id, turn=1, step=1, tier="fast", model="gpt-4.1")
    return taken.attempt


async def say(database: Database, request_id: str, attempt: int, index: int = 0) -> int | str | None:
    """Release a sentence in a transaction of its own."""
    data = json.dumps({"turn": 1, "index": index})
    call = f"{request_id}/{CALL}"
    async with database.begin() as connection:
        return await release_sentence(connection, request_id, call, attempt, index, f"Sentence {index}.", data)


async def types_of(database: Database, request_id: str) -> list[str]:
    async with database.begin() as connection:
        return [event.type for event in await events_after(connection, request_id, 0)]


async def started[T](work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Work that has begun and, where it must, waits for a lock."""
    task = asyncio.create_task(work)
    await asyncio.sleep(0.3)
    return task


async def test_a_sentence_is_released_once_with_the_next_number(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        attempt = await opened(connection, request_id)
    assert [await say(database, request_id, attempt, index) for index in range(3)] == [1, 2, 3]
    async with database.begin() as connection:
        assert await was_heard(connection, f"{request_id}/{CALL}", attempt)


async def test_a_late_attempt_says_nothing_after_its_successor_began(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        assert await opened(connection, request_id) == 1
    async with database.begin() as connection:
        assert await opened(connection, request_id) == 2
    assert await say(database, request_id, 1) is None
    assert await say(database, request_id, 2) == 1
    assert await types_of(database, request_id) == ["reply.sentence"]


async def test_a_sentence_that_races_with_the_next_attempt_is_refused(database: Database, request_id: str) -> None:
    """It waits for the attempt that is being taken, and then must not come after the retraction."""
    async with database.begin() as connection:
        await opened(connection, request_id)
    assert await say(database, request_id, 1) == 1
    async with database.begin() as connection:
        assert await opened(connection, request_id) == 2
        late = await started(say(database, request_id, 1, index=1))
        assert not late.done(), "it must wait for the commit"
        await append_event(connection, request_id, "reply.retract", {"turn": 1})
    assert await late is None
    assert await types_of(database, request_id) == ["reply.sentence", "reply.retract"]


async def test_the_next_attempt_waits_for_a_sentence_under_way(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await opened(connection, request_id)

    async def retract() -> None:
        async with database.begin() as second:
            await opened(second, request_id)
            await append_event(second, request_id, "reply.retract", {"turn": 1})

    async with database.begin() as connection:
        call = f"{request_id}/{CALL}"
        assert await release_sentence(connection, request_id, call, 1, 0, "Yes.", "{}") == 1
        successor = await started(retract())
        assert not successor.done(), "it must wait for the sentence"
    await successor
    assert await types_of(database, request_id) == ["reply.sentence", "reply.retract"]


async def test_a_step_that_ends_an_earlier_call_hears_of_its_sentence_under_way(
    database: Database, request_id: str
) -> None:
    """Else nobody would retract it: the one who ends the call waits, and looks again."""
    async with database.begin() as connection:
        await opened(connection, request_id)

    async def next_step() -> tuple[str, ...]:
        async with database.begin() as second:
            call = f"{request_id}/t1.2"
            return (await open_call(second, call, request_id, turn=1, step=2, tier="fast", model="gpt-4.1")).abandoned

    async with database.begin() as connection:
        call = f"{request_id}/{CALL}"
        assert await release_sentence(connection, request_id, call, 1, 0, "Yes.", "{}") == 1
        successor = await started(next_step())
        assert not successor.done(), "it must wait for the sentence"
    assert await successor == (call,)


async def test_a_takeover_wins_against_a_sentence(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        await opened(connection, request_id)
    async with database.begin() as connection:
        assert await change_holder(connection, request_id, epoch=0, holder="person", by="A1") == 1
        late = await started(say(database, request_id, 1))
        assert not late.done(), "it must wait for the takeover"
    assert await late is None
    assert await say(database, request_id, 1) is None
    assert await types_of(database, request_id) == []


async def test_a_takeover_waits_for_the_final_transaction(database: Database, request_id: str) -> None:
    async def take() -> int | None:
        async with database.begin() as second:
            return await change_holder(second, request_id, epoch=0, holder="person", by="A1")

    async with database.begin() as connection:
        assert (await lock_turn(connection, request_id, 1)).request.holder == "agent"
        takeover = await started(take())
        assert not takeover.done(), "it comes before or after, never between"
        await append_event(connection, request_id, "reply.done", {"turn": 1})
    assert await takeover == 1
    async with database.begin() as connection:
        assert (await lock_turn(connection, request_id, 1)).request.holder == "person"


async def test_only_the_current_attempt_closes_the_call_and_then_its_outcome_stands(
    database: Database, request_id: str
) -> None:
    call = f"{request_id}/{CALL}"
    async with database.begin() as connection:
        await opened(connection, request_id)
        await opened(connection, request_id)
        assert not await close_call(connection, call, 1, Usage())
        assert await close_call(connection, call, 2, Usage(cost_micro=7))
        assert not await close_call(connection, call, 2, Usage(cost_micro=9))
        await write_step(connection, request_id, StepWrites(outcome=(call, {"outcome": "replied"})))
        again = await open_call(connection, call, request_id, turn=1, step=1, tier="fast", model="gpt-4.1")
    assert again.outcome == {"outcome": "replied"}
    assert again.attempt == 0
    assert await say(database, request_id, 2) is None, "a closed call says nothing more"


async def test_an_older_epoch_takes_nobody_over(database: Database, request_id: str) -> None:
    async with database.begin() as connection:
        assert await change_holder(connection, request_id, epoch=0, holder="desk", by=None) == 1
        assert await change_holder(connection, request_id, epoch=0, holder="person", by="A1") is None


async def test_a_model_that_was_switched_off_says_nothing_more_and_its_call_stays_open(
    database: Database, request_id: str
) -> None:
    async with database.begin() as connection:
        attempt = await opened(connection, request_id)
        await set_switch(connection, request_id, "model", "gpt-4.1", on=False, by="op", reason="")
    assert await say(database, request_id, attempt) == "off"
    async with database.begin() as connection:
        await set_switch(connection, request_id, "model", "gpt-4.1", on=True, by="op", reason="")
        await set_switch(connection, request_id, "tool", "fast", on=False, by="op", reason="")
    assert await say(database, request_id, attempt) == 1


async def test_a_later_step_ends_the_calls_before_it_and_names_those_that_were_heard(
    database: Database, request_id: str
) -> None:
    async with database.begin() as connection:
        await opened(connection, request_id)
    assert await say(database, request_id, 1) == 1
    async with database.begin() as connection:
        later = await open_call(
            connection, f"{request_id}/t1.2", request_id, turn=1, step=2, tier="fast", model="gpt-4.1"
        )
        again = await open_call(
            connection, f"{request_id}/{CALL}", request_id, turn=1, step=1, tier="fast", model="gpt-4.1"
        )
    assert (later.attempt, later.abandoned) == (1, (f"{request_id}/{CALL}",))
    assert (again.attempt, again.outcome) == (0, None)
    assert await say(database, request_id, 1, index=1) is None


async def test_closing_a_call_locks_its_request_and_tells_what_the_turn_has_cost(
    database: Database, request_id: str
) -> None:
    async with database.begin() as connection:
        await opened(connection, request_id)
        await add_cost(connection, f"{request_id}/{CALL}", 1, 3)
    async with database.begin() as connection:
        closing = await close_call(connection, f"{request_id}/{CALL}", 1, Usage(cost_micro=7))
        takeover = await started(take_over(database, request_id))
        assert not takeover.done(), "it comes before or after, never between"
    assert closing is not None
    assert (closing.cost_micro, closing.request.request_id, closing.request.holder) == (10, request_id, "agent")
    assert await takeover == 1


async def test_a_call_that_ends_behind_a_takeover_ends_with_a_person_in_charge(
    database: Database, request_id: str
) -> None:
    call = f"{request_id}/{CALL}"
    async with database.begin() as connection:
        await opened(connection, request_id)

    async def close() -> Closing | None:
        async with database.begin() as second:
            return await close_call(second, call, 1, Usage(cost_micro=7))

    async with database.begin() as connection:
        assert await change_holder(connection, request_id, epoch=0, holder="person", by="A1") == 1
        closing = await started(close())
        assert not closing.done(), "it waits for who takes over"
    closed = await closing
    assert closed is not None
    assert (closed.request.holder, closed.request.epoch, closed.cost_micro) == ("person", 1, 7)
    assert await say(database, request_id, 1) is None, "and nothing more is said"


async def take_over(database: Database, request_id: str) -> int | None:
    async with database.begin() as connection:
        return await change_holder(connection, request_id, epoch=0, holder="person", by="A1")
