"""Is a write sent by what was true before it had to wait for its request? T2 judges what is true when it is sent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from one_payment import Payment
from scripted_company import ScriptedCompany
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection
from waiting import somebody_waits, switched_off

from storage.desk import change_holder
from storage.requests import lock_request

type Meanwhile = Callable[[AsyncConnection, Payment], Awaitable[object]]


def _sql(statement: str) -> Meanwhile:
    return lambda connection, payment: connection.execute(
        text(statement), {"e": payment.effect_id, "r": payment.request_id}
    )


async def _taken_over(connection: AsyncConnection, payment: Payment) -> None:
    assert await change_holder(connection, payment.request_id, epoch=0, holder="person", by="A1") == 1


async def _given_back(connection: AsyncConnection, payment: Payment) -> None:
    await _taken_over(connection, payment)
    assert await change_holder(connection, payment.request_id, epoch=1, holder="agent", by=None) == 2


CHANGES: dict[str, tuple[Meanwhile, str]] = {
    "a person took over": (_taken_over, "held"),
    "a person had it and gave it back": (_given_back, "held"),
    "the yes was taken back": (
        _sql("UPDATE handrail.effects SET authorised = false WHERE effect_id = :e"),
        "not_authorised_now",
    ),
    "the yes ran out": (
        _sql("UPDATE handrail.effects SET authorised_until = clock_timestamp() WHERE effect_id = :e"),
        "expired",
    ),
    "another policy judged it": (
        _sql("UPDATE handrail.effects SET policy_epoch = 7 WHERE effect_id = :e"),
        "policies_changed",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changes_while_a_send_waits_stops_it(
    payment: Payment, company: ScriptedCompany, change: str
) -> None:
    do, reason = CHANGES[change]
    async with payment.systems.database.begin() as connection:
        await lock_request(connection, payment.request_id)
        sending = asyncio.create_task(payment.execute())
        await somebody_waits(connection)
        await do(connection, payment)
    outcome = await sending
    assert (outcome.status, outcome.code) == ("not_sent", reason)
    assert company.sent == []


@pytest.mark.parametrize(
    ("kind", "name"), [("tool", "charge_payment"), ("pack", "airline"), ("intent", "change_flight")]
)
async def test_what_is_switched_off_while_a_send_waits_stops_it(
    payment: Payment, company: ScriptedCompany, kind: str, name: str
) -> None:
    change = _sql("UPDATE handrail.requests SET intent = 'change_flight' WHERE request_id = :r")
    async with AsyncExitStack() as held:
        async with payment.systems.database.begin() as connection:
            await change(connection, payment)
            sending = asyncio.create_task(payment.execute())
            await somebody_waits(connection)
            await held.enter_async_context(switched_off(payment.systems.database, kind, name))
        outcome = await sending
    assert (outcome.status, outcome.code) == ("not_sent", "switched_off")
    assert company.sent == []
