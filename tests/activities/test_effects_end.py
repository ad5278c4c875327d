"""What becomes of a write whose answer is late, lost, refused, broken or contradictory (PROTOCOLS 4)?"""

from datetime import timedelta
from typing import Any

import jwt
import pytest
from one_company import OneCompany
from one_payment import ARGUMENTS, PAID, RECORD, Payment
from scripted_company import ScriptedCompany, loses_its_answer, refuses_connections, says
from temporalio.testing import ActivityEnvironment

from activities.invoke_tool import InvokeToolActivity
from activities.metrics import Metrics
from contracts.tool_request import KeyPlace
from storage.control import set_switch
from storage.facts import read_facts
from storage.unsettled import unsettled_effects

POST, GET = "POST /payments/payments", "GET /payments/payments"


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
    tokens = [one.headers["authorization"].removeprefix("Bearer ") for one in sent]
    claims = [jwt.decode(token, options={"verify_signature": False}) for token in tokens]
    assert len({one["jti"] for one in claims}) == 3
    until = (await payment.look()).send_until
    assert until is not None
    assert claims[-1]["exp"] == int(until.timestamp()), "it opens nothing once a repetition may be sent"


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


async def test_a_repetition_that_may_arrive_after_the_key_is_forgotten_reads_back_first(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [loses_its_answer, says(200, {"as_of": "2026-11-21T09:00:00Z", "payment": RECORD})]
    await payment.fails("tool.unanswered")
    just_remembered = "now() - interval '1 day' + interval '5 seconds'"
    await payment.change(send_until="now() - interval '5 seconds'", sent_at=just_remembered)
    assert (await payment.execute()).status == "done"
    assert company.arrived == [POST, GET]


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


def _need_a_system_key(airline: OneCompany, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = airline.company.pack.tools
    place = KeyPlace(scheme="key", place="header", wire="X-Key", key="payments")
    monkeypatch.setitem(tools, "charge_payment", tools["charge_payment"].model_copy(update={"keys": (place,)}))


async def _make_unsendable(payment: Payment, airline: OneCompany, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    tools = airline.company.pack.tools
    match code:
        case "system_key_missing":
            _need_a_system_key(airline, monkeypatch)
        case "unsendable":
            changed = tools["charge_payment"].model_copy(update={"server": "http://payments:port"})
            monkeypatch.setitem(tools, "charge_payment", changed)
        case _:
            await payment.change(arguments="jsonb_set(arguments, '{customer_id}', '\"<NAME_9>\"')")


@pytest.mark.parametrize("code", ["system_key_missing", "unsendable", "value_missing"])
async def test_what_could_not_even_be_made_was_not_sent(
    payment: Payment, company: ScriptedCompany, airline: OneCompany, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    await _make_unsendable(payment, airline, monkeypatch, code)
    for _ in range(2):
        outcome = await payment.execute()
        assert (outcome.status, outcome.code) == ("not_sent", code)
    row = await payment.look()
    assert (row.state, row.problem, row.never_left) == ("rejected", {"code": code}, True)
    assert company.sent == []


async def test_but_says_nothing_of_an_earlier_send_that_was_lost(
    payment: Payment, company: ScriptedCompany, airline: OneCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.planned = [loses_its_answer]
    await payment.fails("tool.unanswered")
    await payment.time_passes()
    _need_a_system_key(airline, monkeypatch)
    assert (await payment.execute()).status == "uncertain", "the first send may have arrived: a person looks"
    row = await payment.look()
    assert (row.state, row.never_left) == ("uncertain", False)


async def test_of_a_write_that_was_undone_nothing_is_awaited(payment: Payment, company: ScriptedCompany) -> None:
    company.planned = [says(201, PAID)]
    await payment.execute()
    await payment.change(state="'compensated'")
    look = InvokeToolActivity(payment.systems, Metrics()).invoke_tool
    outcome = await ActivityEnvironment().run(look, payment.given.model_copy(update={"purpose": "follow_up"}))
    assert (outcome.status, outcome.code, company.arrived) == ("not_sent", "undone", [POST])


async def test_a_hole_that_two_calls_of_a_tool_could_fill_is_filled_by_none(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(201, PAID)]
    await payment.execute()
    second = await payment.beside(2, {**ARGUMENTS, "quote_id": "q_fedcba9876543210"})
    third = await payment.beside(3, {**ARGUMENTS, "quote_id": {"from_tool": "charge_payment", "field": "payment_id"}})
    assert (await second.execute()).status == "done"
    outcome = await third.execute()
    assert (outcome.status, outcome.code) == ("not_sent", "hole_unfilled")
    assert len(company.sent) == 2


async def test_a_hole_is_filled_by_an_earlier_write_of_its_own_set_alone(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, PAID), says(201, PAID)]
    hole = {**ARGUMENTS, "quote_id": {"from_tool": "charge_payment", "field": "payment_id"}}
    waits, later = await payment.beside(2, hole), await payment.beside(3, {**ARGUMENTS, "quote_id": "q_1"})
    await payment.change(set_id="'another'")
    await waits.change(tool="'refund_payment'")
    for other in (payment, later):
        assert (await other.execute()).status == "done"
    assert (await waits.execute()).code == "hole_unfilled"


async def test_what_was_executed_with_an_answer_that_says_nothing_is_not_settled(
    payment: Payment, company: ScriptedCompany
) -> None:
    company.planned = [says(201, BROKEN["unreliable"])]
    await payment.execute()
    async with payment.systems.database.begin() as connection:
        assert await unsettled_effects(connection, payment.request_id) == 1
    await payment.change(state="'verified'")
    async with payment.systems.database.begin() as connection:
        assert await unsettled_effects(connection, payment.request_id) == 0
