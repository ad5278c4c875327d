"""Which write do tests bring to its end? One payment that a customer has confirmed."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

from activities.compensate_effect import EffectCompensator
from activities.execute_effect import EffectExecutor
from activities.metrics import Metrics
from activities.systems import Systems
from contracts.ids import new_request_id
from contracts.request import Stimulus
from contracts.steps import InvokeTool, ToolOutcome, TurnRef
from storage.effects import EffectRow, intend_effect, read_effect
from storage.requests import insert_request

AMOUNT = {"amount": 4500, "currency": "EUR"}
ARGUMENTS = {
    "customer_id": "C101",
    "payment_method_id": "pm_0123456789abcdef",
    "amount": AMOUNT,
    "reservation_code": "K7Q2LM",
    "quote_id": "q_0123456789abcdef",
}
PAID = {"payment_id": "pay_0123456789abcdef", "amount": AMOUNT, "status": "captured"}
RECORD = {
    **PAID,
    "customer_id": "C101",
    "reservation_code": "K7Q2LM",
    "quote_id": None,
    "refunded": {"amount": 0, "currency": "EUR"},
    "captured_at": "2026-11-21T09:00:00Z",
}


class Payment:
    """One authorised payment of a request of its own, and the two activities that bring it to an end."""

    def __init__(self, systems: Systems, request_id: str, ordinal: int = 1) -> None:
        self.systems = systems
        self.request_id = request_id
        self.effect_id = f"{request_id}/t1.1.{ordinal}"
        self.given = InvokeTool(
            ref=TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message", key="m")),
            step=1,
            effect_id=self.effect_id,
        )

    async def beside(self, ordinal: int, arguments: dict[str, Any]) -> "Payment":
        """Another payment of the same set, further behind."""
        other = Payment(self.systems, self.request_id, ordinal)
        stored = await self.look()
        changes = {"effect_id": other.effect_id, "ordinal": ordinal, "arguments": arguments, "digest": f"d{ordinal}"}
        async with self.systems.database.begin() as connection:
            await intend_effect(connection, stored.model_copy(update=changes), [])
        return other

    async def execute(self) -> ToolOutcome:
        return await EffectExecutor(self.systems, Metrics()).execute(self.given)

    async def undo(self) -> ToolOutcome:
        return await EffectCompensator(self.systems, Metrics()).compensate(self.given)

    async def fails(self, code: str) -> timedelta | None:
        """It cannot be said yet: the activity asks to be tried again."""
        with pytest.raises(ApplicationError) as failed:
            await self.execute()
        assert failed.value.type == code
        return failed.value.next_retry_delay

    async def look(self) -> EffectRow:
        async with self.systems.database.begin() as connection:
            return await read_effect(connection, self.effect_id)

    async def change(self, **columns: str) -> None:
        """Let time pass, or the like: SQL expressions by column."""
        changes = ", ".join(f"{name} = {expression}" for name, expression in columns.items())
        async with self.systems.database.begin() as connection:
            statement = f"UPDATE handrail.effects SET {changes} WHERE effect_id = :e"
            await connection.execute(text(statement), {"e": self.effect_id})

    async def time_passes(self) -> None:
        await self.change(send_until="now() - interval '5 seconds'")

    async def the_key_is_forgotten(self) -> None:
        await self.change(send_until="now() - interval '5 seconds'", sent_at="now() - interval '2 days'")


async def confirm_payment(systems: Systems) -> Payment:
    """A payment that the customer has confirmed."""
    made = Payment(systems, new_request_id())
    request = {"request_id": made.request_id, "pack": "airline", "pack_digest": "d", "channel": "web"}
    row = EffectRow(
        effect_id=made.effect_id,
        request_id=made.request_id,
        turn=1,
        step=1,
        ordinal=1,
        tool="charge_payment",
        arguments=dict[str, Any](ARGUMENTS),
        digest="d1",
        set_id="set-1",
        authorised=True,
        sources=[{"argument": "amount", "origin": "fact", "fact": "c#/total_due"}],
    )
    async with systems.database.begin() as connection:
        await insert_request(
            connection, {**request, "role": "customer", "assurance": "verified", "customer_id": "C101"}
        )
        await intend_effect(connection, row, [])
    return made
