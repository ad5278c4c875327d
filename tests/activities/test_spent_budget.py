"""Is no model asked any more once the day's money, or the caller's part of it, is spent?"""

import asyncio
from contextlib import suppress

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.call_model import CallModelActivity
from activities.metrics import Metrics
from activities.systems import Systems
from contracts.ids import new_request_id
from contracts.request import Stimulus
from contracts.steps import CallModel, Thought, TurnRef
from governance.budget import Budget
from storage.calls import Usage, close_call, open_call
from storage.control import set_switch
from storage.requests import insert_request
from tests.models.scripted_port import NEVER, Course, ScriptedPort

DOLLAR = 1_000_000
"""Micro-USD: more than a call of these tests can cost."""
SHARED = Budget(daily_micro=1_000 * DOLLAR, caller_share=0.25, visitors_share=0.5)


async def opened(systems: Systems, customer: str | None) -> str:
    request_id, role = new_request_id(), "customer" if customer else "visitor"
    row = {"request_id": request_id, "pack": "airline", "pack_digest": "d", "channel": "web", "customer_id": customer}
    async with systems.database.begin() as connection:
        await insert_request(connection, {**row, "role": role, "assurance": "verified" if customer else "anonymous"})
    return request_id


async def spend(systems: Systems, request_id: str, dollars: int) -> None:
    async with systems.database.begin() as connection:
        call = f"{request_id}/t0.1"
        await open_call(connection, call, request_id, turn=0, step=1, tier="fast", model="m", billed=True)
        assert await close_call(connection, call, 1, Usage(cost_micro=dollars * DOLLAR)) is not None


@pytest.fixture
async def nothing_spent(systems: Systems) -> Systems:
    """Today nobody has spent anything yet."""
    async with systems.database.begin() as connection:
        await connection.execute(text("TRUNCATE handrail.calls, handrail.spending, handrail.held_spending"))
    return systems


async def spent_and_held(systems: Systems) -> tuple[int, int]:
    """What was spent in micro-USD, and for how many calls something is held."""
    query = text(
        "SELECT (SELECT COALESCE(sum(cost_micro), 0) FROM handrail.spending WHERE by = 'all') AS spent,"
        " (SELECT count(*) FROM handrail.held_spending) AS held"
    )
    async with systems.database.begin() as connection:
        row = (await connection.execute(query)).one()
    return int(row.spent), int(row.held)


async def switch_pack(systems: Systems, *, on: bool) -> None:
    async with systems.database.begin() as connection:
        await set_switch(connection, "airline", "pack", "airline", on=on, by="op", reason="test")


async def ask(systems: Systems, request_id: str, port: ScriptedPort, *, free: bool = False) -> Thought:
    activity = CallModelActivity(
        systems.database,
        systems.vault,
        systems.companies,
        port,
        budget=SHARED,
        default_is_free=free,
        metrics=Metrics(),
    )
    ref = TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message", key="m"))
    given = CallModel(ref=ref, step=1, tier="fast", route="fast")
    return await ActivityEnvironment().run(activity.call_model, given)


@pytest.mark.parametrize(
    ("whose", "dollars", "asks", "answers"),
    [
        ("C101", 249, "C101", True),
        ("C101", 250, "C101", False),
        ("C101", 250, "C102", True),
        (None, 500, "C102", True),
        (None, 499, None, True),
        (None, 500, None, False),
        ("C103", 1_000, "C102", False),
    ],
)
async def test_a_call_is_made_while_the_day_and_the_callers_part_have_some_left(
    nothing_spent: Systems, whose: str | None, dollars: int, asks: str | None, *, answers: bool
) -> None:
    systems, port = nothing_spent, ScriptedPort([Course(text="Hello there.")])
    await spend(systems, await opened(systems, whose), dollars)
    request_id = await opened(systems, asks)
    if answers:
        assert (await ask(systems, request_id, port)).outcome == "replied"
        assert port.asked == 1
    else:
        with pytest.raises(ApplicationError) as refused:
            await ask(systems, request_id, port)
        assert (refused.value.type, refused.value.non_retryable, port.asked) == ("model.budget_spent", True, 0)


async def test_what_costs_nothing_is_not_held_back(nothing_spent: Systems) -> None:
    systems, port = nothing_spent, ScriptedPort([Course(text="Hello there.")])
    await spend(systems, await opened(systems, "C101"), 1_000)
    assert (await ask(systems, await opened(systems, "C101"), port, free=True)).outcome == "replied"


async def test_a_call_that_is_cut_off_has_cost_what_was_heard(nothing_spent: Systems) -> None:
    systems, request_id = nothing_spent, await opened(nothing_spent, "C101")
    port = ScriptedPort([Course(text="Hello there, and much more than that. ", rest=NEVER)])
    asking = asyncio.create_task(ask(systems, request_id, port))
    await port.said.wait()
    assert await spent_and_held(systems) == (0, 1)
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    spent, held = await spent_and_held(systems)
    assert (spent > 0, held) == (True, 0)


async def test_a_call_whose_model_is_switched_off_at_its_end_has_cost_something(nothing_spent: Systems) -> None:
    systems, request_id = nothing_spent, await opened(nothing_spent, "C101")
    port = ScriptedPort([Course(text="Hello there.", rest=0.3)])
    asking = asyncio.create_task(ask(systems, request_id, port))
    await port.said.wait()
    await switch_pack(systems, on=False)
    try:
        with pytest.raises(ApplicationError) as raised:
            await asking
    finally:
        await switch_pack(systems, on=True)
    assert raised.value.type == "model.switched_off"
    spent, held = await spent_and_held(systems)
    assert (spent > 0, held) == (True, 0)
