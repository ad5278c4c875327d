"""Does every effect begin at most once, and only while it may (PROTOCOLS 4: T1, T2, T3)?"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from governance.effects import EVENTS, STATES, TRANSITIONS, EffectEvent, EffectState
from storage.control import set_switch
from storage.control_tables import pack_versions
from storage.database import Database
from storage.desk import change_holder
from storage.effects import (
    EffectRow,
    Obstacle,
    authorise_effects,
    begin_resending,
    begin_sending,
    change_effect,
    effects_of,
    find_obstacle,
    intend_effect,
    prove_unsent,
    read_effect,
    withdraw_effects,
)
from storage.pack_activations import activate_version
from storage.unsettled import unsettled_effects

BUDGET = timedelta(seconds=10)
SENT = b'{"amount":4500}'


def effect(request_id: str, step: int = 1, **changes: Any) -> EffectRow:
    """A payment that is authorised, so that only one thing at a time stands in its way."""
    row = EffectRow(
        effect_id=f"{request_id}/t1.{step}.1",
        request_id=request_id,
        turn=1,
        step=step,
        ordinal=1,
        tool="charge_payment",
        arguments={"amount": {"amount": 4500, "currency": "EUR"}},
        digest="d1",
        set_id="set-1",
        authorised=True,
    )
    return row.model_copy(update=changes)


async def intend(database: Database, row: EffectRow) -> EffectRow:
    async with database.begin() as connection:
        return await intend_effect(connection, row, [{"guard": "contract", "outcome": "allow"}])


async def send(database: Database, row: EffectRow, **changed: Any) -> Any:
    given: dict[str, Any] = {"digest": row.digest, "sent": SENT, "budget": BUDGET, **changed}
    async with database.begin() as connection:
        return await begin_sending(connection, row.effect_id, given["digest"], given["sent"], budget=given["budget"])


async def become(database: Database, row: EffectRow, state: EffectState) -> None:
    """Put the effect into a state, whatever led there."""
    statement = text("UPDATE handrail.effects SET state = :s, attempt = 1, sent = :b WHERE effect_id = :e")
    async with database.begin() as connection:
        await connection.execute(statement, {"s": state, "b": SENT, "e": row.effect_id})


# --- T1 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("set_id", ["set-1", None])
async def test_the_same_write_under_two_steps_is_one_effect(
    database: Database, request_id: str, set_id: str | None
) -> None:
    first = await intend(database, effect(request_id, 1, set_id=set_id))
    second = await intend(database, effect(request_id, 2, set_id=set_id))
    assert second.effect_id == first.effect_id
    async with database.begin() as connection:
        assert len(await effects_of(connection, request_id)) == 1


async def test_twenty_intents_at_once_are_one_effect(database: Database, request_id: str) -> None:
    rows = await asyncio.gather(*(intend(database, effect(request_id, step)) for step in range(20)))
    assert len({row.effect_id for row in rows}) == 1


async def test_repeating_a_payment_takes_a_new_confirmation(database: Database, request_id: str) -> None:
    first = await intend(database, effect(request_id, 1))
    second = await intend(database, effect(request_id, 2, set_id="set-2"))
    assert second.effect_id != first.effect_id


@pytest.mark.parametrize("state", ["rejected", "compensated"])
async def test_what_was_rejected_or_undone_may_be_intended_again(
    database: Database, request_id: str, state: EffectState
) -> None:
    first = await intend(database, effect(request_id, 1))
    await become(database, first, state)
    assert (await intend(database, effect(request_id, 2))).effect_id != first.effect_id


@pytest.mark.parametrize("state", ["executing", "uncertain", "executed", "verified"])
async def test_what_may_have_happened_is_not_intended_again(
    database: Database, request_id: str, state: EffectState
) -> None:
    first = await intend(database, effect(request_id, 1))
    await become(database, first, state)
    assert (await intend(database, effect(request_id, 2))).state == state


# --- T2 --------------------------------------------------------------------------------------------------------------


async def test_an_authorised_effect_begins_once_and_keeps_its_bytes(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    tries = await asyncio.gather(*(send(database, row) for _ in range(10)))
    (sending,) = [one for one in tries if one is not None]
    assert sending.attempt == 1
    assert sending.send_until - sending.now == BUDGET
    async with database.begin() as connection:
        stored = await read_effect(connection, row.effect_id)
    assert (stored.state, stored.attempt, stored.sent) == ("executing", 1, SENT)


async def _confirmed_too_long_ago(connection: AsyncConnection, row: EffectRow) -> None:
    until = datetime.now(UTC) - timedelta(seconds=1)
    await authorise_effects(connection, row.request_id, row.set_id or "", "C101", until)


async def _unauthorised(connection: AsyncConnection, row: EffectRow) -> None:
    await connection.execute(
        text("UPDATE handrail.effects SET authorised = false WHERE effect_id = :e"), {"e": row.effect_id}
    )


def _switched_off(kind: str, name: str) -> Callable[[AsyncConnection, EffectRow], Awaitable[None]]:
    async def switch(connection: AsyncConnection, row: EffectRow) -> None:
        pack = row.request_id
        await set_switch(connection, pack, kind, name or pack, on=False, by="op", reason="test")

    return switch


async def _intent_switched_off(connection: AsyncConnection, row: EffectRow) -> None:
    await connection.execute(
        text("UPDATE handrail.requests SET intent = 'change_flight' WHERE request_id = :r"), {"r": row.request_id}
    )
    await _switched_off("intent", "change_flight")(connection, row)


async def _its_own_intent_switched_off(connection: AsyncConnection, row: EffectRow) -> None:
    """The request is about something else by now."""
    change = "UPDATE handrail.effects SET intent = 'cancel_flight' WHERE effect_id = :e"
    await connection.execute(text(change), {"e": row.effect_id})
    await _switched_off("intent", "cancel_flight")(connection, row)


async def _policy_activated(connection: AsyncConnection, row: EffectRow) -> None:
    digest, version = row.request_id, {"digest": row.request_id, "pack": row.request_id, "version": "1.0.0"}
    await connection.execute(insert(pack_versions).values(**version, stored_by="test"))
    done = await activate_version(connection, row.request_id, digest, by="op", reason="test")
    assert done.epoch == 1


async def _taken_over(connection: AsyncConnection, row: EffectRow) -> None:
    assert await change_holder(connection, row.request_id, epoch=0, holder="person", by="A1") == 1


async def _judged_while_a_person_had_it(connection: AsyncConnection, row: EffectRow) -> None:
    await _taken_over(connection, row)
    await connection.execute(text("UPDATE handrail.effects SET epoch = 1 WHERE effect_id = :e"), {"e": row.effect_id})


async def _taken_over_and_given_back(connection: AsyncConnection, row: EffectRow) -> None:
    assert await change_holder(connection, row.request_id, epoch=0, holder="person", by="A1") == 1
    assert await change_holder(connection, row.request_id, epoch=1, holder="agent", by=None) == 2


async def _withdrawn(connection: AsyncConnection, row: EffectRow) -> None:
    assert await withdraw_effects(connection, [row.effect_id], "declined") == 1


type Obstruct = Callable[[AsyncConnection, EffectRow], Awaitable[None]]
OBSTACLES: dict[str, tuple[Obstruct, Obstacle]] = {
    "nobody authorised it": (_unauthorised, "not_authorised_now"),
    "the authorisation expired": (_confirmed_too_long_ago, "expired"),
    "its tool is switched off": (_switched_off("tool", "charge_payment"), "switched_off"),
    "its pack is switched off": (_switched_off("pack", ""), "switched_off"),
    "its intent is switched off": (_intent_switched_off, "switched_off"),
    "the intent it serves is switched off": (_its_own_intent_switched_off, "switched_off"),
    "another policy is in force": (_policy_activated, "policies_changed"),
    "a person took over": (_taken_over, "held"),
    "a person had it meanwhile": (_taken_over_and_given_back, "held"),
    "a person has it since before": (_judged_while_a_person_had_it, "held"),
    "the set was declined": (_withdrawn, "taken"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
async def test_nothing_is_sent_and_the_reason_is_told_when(database: Database, request_id: str, obstacle: str) -> None:
    row = await intend(database, effect(request_id))
    obstruct, reason = OBSTACLES[obstacle]
    async with database.begin() as connection:
        await obstruct(connection, row)
    assert await send(database, row) is None
    async with database.begin() as connection:
        assert await find_obstacle(connection, row.effect_id) == reason
        assert (await read_effect(connection, row.effect_id)).attempt == 0


async def test_other_arguments_than_the_confirmed_ones_are_not_sent(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    assert await send(database, row, digest="another") is None
    assert await send(database, row) is not None


@pytest.mark.parametrize("state", ["executing", "executed", "verified", "rejected", "uncertain", "compensated"])
async def test_only_an_intended_effect_begins(database: Database, request_id: str, state: EffectState) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, state)
    assert await send(database, row) is None


async def test_a_switch_of_another_tool_stops_nothing(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    async with database.begin() as connection:
        await _switched_off("tool", "change_flight")(connection, row)
        await set_switch(connection, request_id, "tool", "charge_payment", on=True, by="op", reason="")
    assert await send(database, row) is not None


async def test_a_confirmation_authorises_its_own_set_and_no_other(database: Database, request_id: str) -> None:
    mine = await intend(database, effect(request_id, 1, authorised=False))
    other = await intend(database, effect(request_id, 2, set_id="set-2", authorised=False))
    async with database.begin() as connection:
        later = datetime.now(UTC) + timedelta(minutes=10)
        assert await authorise_effects(connection, request_id, "set-1", "C101", later) == 1
    assert await send(database, other) is None
    assert await send(database, mine) is not None


async def test_a_yes_counts_from_the_holder_of_its_moment(database: Database, request_id: str) -> None:
    """Who took over and gave back before it stops nothing; whoever does so after it stops what has not begun."""
    asked, again = [await intend(database, effect(request_id, n, set_id=f"s{n}", authorised=False)) for n in (1, 2)]
    later = datetime.now(UTC) + timedelta(minutes=10)
    async with database.begin() as connection:
        await _taken_over_and_given_back(connection, asked)
        for row in (asked, again):
            assert await authorise_effects(connection, request_id, row.set_id or "", "C101", later) == 1
    assert await send(database, asked) is not None
    async with database.begin() as connection:
        assert await change_holder(connection, request_id, epoch=2, holder="person", by="A1") == 3
        assert await change_holder(connection, request_id, epoch=3, holder="agent", by=None) == 4
    assert await send(database, again) is None


async def test_a_compensation_runs_whatever_stopped_the_rest(database: Database, request_id: str) -> None:
    paid = await intend(database, effect(request_id, 1))
    undo = await intend(database, effect(request_id, 2, tool="refund_payment", set_id=None, compensates=paid.effect_id))
    async with database.begin() as connection:
        await _taken_over(connection, undo)
    assert await send(database, undo) is not None


async def test_the_same_write_again_is_the_one_that_stands(database: Database, request_id: str) -> None:
    """Not one that was refused before it."""
    states: tuple[EffectState, ...] = ("rejected", "compensated", "executing")
    for step, state in enumerate(states, start=1):
        await become(database, await intend(database, effect(request_id, step)), state)
    again = await intend(database, effect(request_id, 4))
    assert (again.effect_id, again.state) == (f"{request_id}/t1.3.1", "executing")


# --- T3 and retries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["executing", "uncertain"])
async def test_a_late_success_is_recorded_whatever_the_attempt(
    database: Database, request_id: str, state: EffectState
) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, state)
    async with database.begin() as connection:
        assert await change_effect(connection, row.effect_id, "succeed_late", result={"payment_id": "pay_1"})
        assert not await change_effect(connection, row.effect_id, "succeed_late", result={"payment_id": "pay_2"})
        stored = await read_effect(connection, row.effect_id)
    assert (stored.state, stored.result) == ("executed", {"payment_id": "pay_1"})


BY_THEIR_OWN = frozenset[EffectEvent]({"send", "resend", "prove_unsent"})
"""Events with a statement of their own, tested above and below."""


@pytest.mark.parametrize("before", STATES)
async def test_an_effect_becomes_what_the_table_says_and_nothing_else(
    database: Database, request_id: str, before: EffectState
) -> None:
    for step, event in enumerate(EVENTS):
        if event in BY_THEIR_OWN:
            continue
        row = await intend(database, effect(request_id, step, set_id=f"set-{step}"))
        await become(database, row, before)
        async with database.begin() as connection:
            changed = await change_effect(connection, row.effect_id, event)
            after = (await read_effect(connection, row.effect_id)).state
        expected = TRANSITIONS.get((before, event))
        assert (changed, after) == (expected is not None, expected or before), event


@pytest.mark.parametrize("before", STATES)
async def test_only_the_one_attempt_that_there_was_can_be_proven_unsent(
    database: Database, request_id: str, before: EffectState
) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, before)
    async with database.begin() as connection:
        assert not await prove_unsent(connection, row.effect_id, 2)
        assert await prove_unsent(connection, row.effect_id, 1) is (before == "executing")
        assert not await prove_unsent(connection, row.effect_id, 1)


async def test_a_refusal_of_an_earlier_attempt_says_nothing_of_the_next_one(
    database: Database, request_id: str
) -> None:
    row = await intend(database, effect(request_id))
    await send(database, row, budget=timedelta(0))
    async with database.begin() as connection:
        assert await begin_resending(connection, row.effect_id, 1, budget=BUDGET, skew=timedelta(0)) is not None
        assert not await change_effect(connection, row.effect_id, "refuse", attempt=1)
        assert not await prove_unsent(connection, row.effect_id, 2), "the first may have arrived"
        assert (await read_effect(connection, row.effect_id)).state == "executing"
        assert await change_effect(connection, row.effect_id, "refuse", attempt=2)


async def test_of_ten_that_want_to_send_again_one_may(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    assert (await send(database, row, budget=timedelta(0))).attempt == 1

    async def again(attempt: int) -> Any:
        async with database.begin() as connection:
            now = timedelta(0)
            return await begin_resending(connection, row.effect_id, attempt, budget=now, skew=now)

    tries = [one for one in await asyncio.gather(*(again(1) for _ in range(10))) if one is not None]
    assert [one.attempt for one in tries] == [2]
    assert await again(1) is None, "its attempt is over"
    async with database.begin() as connection:
        stored = await read_effect(connection, row.effect_id)
        assert stored.sent == SENT
        await change_effect(connection, row.effect_id, "succeed_late", result={})
    assert await again(2) is None, "what has succeeded is not sent again"


async def test_nobody_sends_again_while_the_first_may_still_arrive(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    await send(database, row, budget=timedelta(milliseconds=300))
    skews = {"its time is not over": timedelta(0), "clocks may differ": timedelta(seconds=30)}
    async with database.begin() as connection:
        for why, skew in skews.items():
            taken = await begin_resending(connection, row.effect_id, 1, budget=BUDGET, skew=skew)
            assert taken is None, why
    await asyncio.sleep(0.35)
    async with database.begin() as connection:
        late = await begin_resending(connection, row.effect_id, 1, budget=BUDGET, skew=timedelta(seconds=30))
        assert late is None, "clocks may differ"
        assert await begin_resending(connection, row.effect_id, 1, budget=BUDGET, skew=timedelta(0)) is not None


async def test_what_was_sent_stays_when_it_is_sent_again_with_other_bytes(database: Database, request_id: str) -> None:
    row = await intend(database, effect(request_id))
    await send(database, row)
    async with database.begin() as connection:
        assert await prove_unsent(connection, row.effect_id, 1)
    assert (await send(database, row, sent=b"other")).attempt == 2
    async with database.begin() as connection:
        assert (await read_effect(connection, row.effect_id)).sent == SENT


@pytest.mark.parametrize(
    ("state", "open_ones"),
    [
        *(("intended", 1), ("executing", 1), ("executed", 1), ("uncertain", 1)),
        *(("verified", 0), ("rejected", 0), ("compensated", 0)),
    ],
)
async def test_a_request_stays_open_while_an_effect_is_unsettled(
    database: Database, request_id: str, state: EffectState, open_ones: int
) -> None:
    row = await intend(database, effect(request_id))
    await become(database, row, state)
    async with database.begin() as connection:
        assert await unsettled_effects(connection, request_id) == open_ones
