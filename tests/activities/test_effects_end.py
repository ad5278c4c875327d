"""What becomes of a write whose answer is late, lost, refused, broken or contradictory (PROTOCOLS 4)?"""

from datetime import timedelta
from typing import Any

import pytest
from one_company import OneCompany
from scripted_company import ScriptedCompany, loses_its_answer, refuses_connections, says
from sqlalchemy import text
from temporalio.exceptions import ApplicationError

from activities.compensate_effect import EffectCompensator
from activities.execute_effect import EffectExecutor
from activities.metrics import Metrics
from activities.systems import Systems
from contracts.ids import new_request_id
from contracts.request import InvokeTool, Stimulus, ToolOutcome, TurnRef
from storage.control import set_switch
from storage.effects import EffectRow, intend_effect, read_effect
from storage.facts import read_facts
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
POST, GET = "POST /payments/payments", "GET /payments/payments"


class Payment:
    """One authorised payment of a request of its own, and the two activities that bring it to an end."""

    def __init__(self, systems: Systems, request_id: str) -> None:
        self.systems = systems
        self.request_id = request_id
        self.effect_id = f"{request_id}/t1.1.1"
        self.given = InvokeTool(
            ref=TurnRef(request_id=request_id, turn=1, stimulus=Stimulus(kind="message", key="m")),
            step=1,
            effect_id=self.effect_id,
        )

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


@pytest.fixture
async def payment(systems: Systems) -> Payment:
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


async def test_a_success_is_verified_with_its_result_its_facts_and_its_sources(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID)]
    assert (await payment.execute()).status == "done"
    row = await payment.look()
    assert (row.state, row.result, row.attempt, row.unsent) == ("verified", PAID, 1, 0)
    assert row.sources == [{"argument": "amount", "origin": "fact", "fact": "c#/total_due"}]
    async with payment.systems.database.begin() as connection:
        assert [fact.value for fact in await read_facts(connection, payment.request_id)] == [PAID["payment_id"]]


async def test_a_definite_refusal_is_rejected_and_told_as_stale(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(409, {"type": "urn:northwind:problem:quote_stale", "detail": "It is 50.00 now."})]
    assert (await payment.execute()).status == "stale"
    assert (await payment.look()).state == "rejected"


async def test_what_never_left_is_intended_again_and_sent_once(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [refuses_connections, refuses_connections, says(201, PAID)]
    await payment.fails("tool.unreachable")
    await payment.fails("tool.unreachable")
    row = await payment.look()
    assert (row.state, row.attempt, row.unsent) == ("intended", 2, 2)
    assert (await payment.execute()).status == "done"


async def test_a_connection_refused_later_says_nothing_of_a_send_that_was_lost(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [loses_its_answer, refuses_connections]
    await payment.fails("tool.unanswered")
    await payment.time_passes()
    await payment.fails("tool.unreachable")
    row = await payment.look()
    assert (row.state, row.attempt) == ("executing", 2), "the first send may have arrived"
    async with payment.systems.database.begin() as connection:
        await set_switch(connection, "airline", "tool", "charge_payment", on=False, by="op", reason="test")
    try:
        await payment.time_passes()
        company.planned = [says(201, PAID)]
        assert (await payment.execute()).status == "done", (
            "a switch stops what has not begun, not what may have happened"
        )
    finally:
        async with payment.systems.database.begin() as connection:
            await set_switch(connection, "airline", "tool", "charge_payment", on=True, by="op", reason="test")
    assert (await payment.look()).state == "verified"


@pytest.mark.parametrize("refusal", [says(401), says(403), says(409, {"type": "urn:problem:idempotency_conflict"})])
async def test_a_token_refused_later_says_nothing_of_a_send_that_was_lost(
    payment: Payment, company: ScriptedCompany, refusal: Any
) -> None:
    company.planned = [loses_its_answer, refusal, says(201, PAID)]
    await payment.fails("tool.unanswered")
    await payment.time_passes()
    await payment.fails("tool.unanswered")
    assert (await payment.look()).state == "executing"
    await payment.time_passes()
    assert (await payment.execute()).status == "done"


async def test_a_token_refused_at_once_is_a_refusal(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(401)]
    assert (await payment.execute()).status == "refused"


async def test_a_repeated_send_has_the_same_key_and_bytes_and_a_token_of_its_own(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [loses_its_answer, says(503), says(201, PAID)]
    await payment.fails("tool.unanswered")
    wait = await payment.fails("tool.unanswered")
    assert wait is not None
    assert wait > timedelta(seconds=5), "nobody sends again while the first may still arrive"
    assert company.arrived == [POST]
    for _ in range(2):
        await payment.time_passes()
        if company.planned[0:1] and len(company.planned) == 2:
            await payment.fails("tool.unanswered")
        else:
            await payment.execute()
    sent = company.sent
    assert len(sent) == 3
    assert len({(one.headers["idempotency-key"], one.content) for one in sent}) == 1
    assert len({one.headers["authorization"] for one in sent}) == 3


async def test_when_the_key_is_forgotten_reading_back_finds_what_happened(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [loses_its_answer, says(200, {"as_of": "2026-11-21T09:00:00Z", "payment": RECORD})]
    await payment.fails("tool.unanswered")
    await payment.the_key_is_forgotten()
    assert (await payment.execute()).status == "done"
    assert company.arrived == [POST, GET]
    assert (await payment.look()).state == "verified"


async def test_a_read_back_that_breaks_its_contract_proves_nothing(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [loses_its_answer, says(200, {"payment": {"payment_id": "pay_1"}})]
    await payment.fails("tool.unanswered")
    await payment.the_key_is_forgotten()
    await payment.fails("tool.unanswered")
    assert (await payment.look()).state == "executing"


async def test_what_reading_back_does_not_find_is_sent_again_only_where_tokens_expire(
    payment: Payment, company: ScriptedCompany, airline: OneCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.planned = [loses_its_answer, says(404), says(201, PAID)]
    await payment.fails("tool.unanswered")
    await payment.the_key_is_forgotten()
    assert (await payment.execute()).status == "done"
    assert company.arrived == [POST, GET, POST]


async def test_and_waits_for_a_person_where_they_do_not(
    payment: Payment, company: ScriptedCompany, airline: OneCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = airline.company.pack.tools
    overlay = tools["charge_payment"].overlay.model_copy(update={"token_expiry_enforced": False})
    monkeypatch.setitem(tools, "charge_payment", tools["charge_payment"].model_copy(update={"overlay": overlay}))
    company.planned = [loses_its_answer, says(404)]
    await payment.fails("tool.unanswered")
    await payment.the_key_is_forgotten()
    assert (await payment.execute()).status == "uncertain"
    assert company.arrived == [POST, GET]


BROKEN = {"unreliable": {"payment_id": 7}, "contradictory": {**PAID, "amount": {"amount": 9900, "currency": "EUR"}}}


@pytest.mark.parametrize("code", BROKEN)
async def test_a_success_that_cannot_be_relied_on_is_no_fact_and_not_gone_on_from(
    payment: Payment, company: ScriptedCompany, code: str
) -> None:
    company.planned = [says(201, BROKEN[code])]
    outcome = await payment.execute()
    assert (outcome.status, outcome.code) == ("unreliable", code)
    row = await payment.look()
    assert (row.state, row.result, row.problem) == ("executed", None, {"code": code})
    async with payment.systems.database.begin() as connection:
        assert await read_facts(connection, payment.request_id) == []
    assert (await payment.execute()).status == "unreliable", "asked again, the answer is the same"
    assert (await payment.undo()).code == "not_compensable", "nobody knows what to undo: a person looks"


async def test_an_executed_write_is_undone_once_by_the_tool_that_its_pack_names(
    payment: Payment, company: ScriptedCompany
) -> None:
    refund = {"refund_id": "re_0123456789abcdef", "amount": AMOUNT, "status": "refunded"}
    company.planned = [says(201, PAID), says(503), says(201, refund)]
    await payment.execute()
    with pytest.raises(ApplicationError):
        await payment.undo()
    assert (await payment.look()).state == "verified", "it is not undone before that is known"
    undo = Payment(payment.systems, payment.request_id)
    undo.effect_id = f"{payment.effect_id}~"
    await undo.time_passes()
    outcome = await payment.undo()
    assert (outcome.status, (await undo.look()).problem) == ("done", None)
    assert (await payment.undo()).status == "done"
    assert (await payment.look()).state == "compensated"
    assert len(company.sent) == 3


async def test_a_compensation_that_is_refused_leaves_the_write_standing_for_a_person(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(422, {"type": "urn:x:problem:too_late"})]
    await payment.execute()
    assert (await payment.undo()).status == "refused"
    assert (await payment.look()).state == "verified"
    assert (await payment.undo()).status == "refused", "and is not tried behind anybody's back"
    assert len(company.sent) == 2


async def test_what_came_too_late_says_so_however_often_it_is_asked(payment: Payment, company: ScriptedCompany) -> None:
    await payment.change(authorised_until="now() - interval '1 second'")
    for _ in range(2):
        outcome = await payment.execute()
        assert (outcome.status, outcome.code) == ("not_sent", "expired")
    row = await payment.look()
    assert (row.state, row.problem, row.never_left) == ("rejected", {"code": "expired"}, True)
    assert company.arrived == []


async def test_a_refusal_in_words_of_ours_is_still_a_refusal(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(422, {"code": "expired"})]
    outcome = await payment.execute()
    assert outcome.status == "refused"
    assert not (await payment.look()).never_left
