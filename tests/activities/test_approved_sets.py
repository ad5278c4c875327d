"""Is a set that its role has approved within that role's limit, though not each of its writes had to be approved?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from one_company import OneCompany
from one_payment import ARGUMENTS, PAID, Payment, confirm_payment
from scripted_company import ScriptedCompany, says
from sqlalchemy import text

from activities.decide_set import DecideSetActivities
from activities.systems import Systems
from contracts.pack import Pack
from contracts.steps import DecideSet
from contracts.tool import SumLimit
from storage.sets import SetRow, end_set, keep_guarded, put_set

LIMIT: dict[str, Any] = {"window": "1d", "per": "customer", "max": {"amount": 5000, "currency": "EUR"}}


def _limited(pack: Pack) -> Pack:
    """The airline, whose supervisor approves what goes beyond 50 EUR of one customer's a day."""
    limit = SumLimit.model_validate({**LIMIT, "argument": "amount", "role": "supervisor"})
    charge = pack.tools["charge_payment"]
    charge = charge.model_copy(update={"overlay": charge.overlay.model_copy(update={"limits": (limit,)})})
    return pack.model_copy(update={"tools": {**pack.tools, charge.name: charge}})


def _paying(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
async def both(systems: Systems, airline: OneCompany) -> tuple[Payment, Payment]:
    """25 EUR, which the customer's yes is enough for, and 26 EUR, which go beyond the limit: one set, not decided."""
    limited = replace(systems, companies=OneCompany(_limited(airline.company.pack)))
    first = await confirm_payment(limited)
    set_id = f"set-{first.request_id}"
    async with systems.database.begin() as connection:  # a company of its own: nobody else's payments count
        own = text("UPDATE handrail.requests SET pack = request_id WHERE request_id = :r")
        await connection.execute(own, {"r": first.request_id})
    changes = {"authorised": "false", "set_id": f"'{set_id}'", "needs": "'confirm'"}
    await first.change(**changes, arguments=f"'{json.dumps({**ARGUMENTS, 'amount': _paying(2500)})}'")
    second = await first.beside(2, {**ARGUMENTS, "amount": _paying(2600)})
    await second.change(needs="'approve'")
    row = SetRow(
        set_id=set_id,
        request_id=first.request_id,
        turn=1,
        step=1,
        digest="d",
        approval_role="supervisor",
        card={},
        expires_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    effects = {"effects": [first.effect_id, second.effect_id], "tools": ["charge_payment"] * 2}
    async with systems.database.begin() as connection:
        await put_set(connection, row)
        await keep_guarded(connection, set_id, {"open_set": effects})
    return first, second


async def _decide(payment: Payment, approved_by: tuple[str, ...]) -> str:
    systems = payment.systems
    given = DecideSet(
        ref=payment.given.ref,
        set_id=f"set-{payment.request_id}",
        state="confirmed",
        by=",".join(approved_by) or "C101",
        approval_role="supervisor" if approved_by else None,
        approved_by=approved_by,
    )
    return (await DecideSetActivities(systems.database, systems.companies).decide_set(given)).state


async def test_what_the_supervisor_approved_as_a_whole_is_sent_as_a_whole(
    both: tuple[Payment, Payment], company: ScriptedCompany
) -> None:
    assert await _decide(both[0], ("S1",)) == "confirmed"
    for payment, amount in zip(both, (2500, 2600), strict=True):
        company.planned = [says(201, {**PAID, "amount": _paying(amount)})]
        outcome = await payment.execute()
        assert (outcome.status, outcome.code) == ("done", "")
    assert len(company.sent) == 2


async def test_what_nobody_approved_is_void_as_a_whole(both: tuple[Payment, Payment], company: ScriptedCompany) -> None:
    assert await _decide(both[0], ()) == "void"
    assert [(await payment.look()).state for payment in both] == ["rejected", "rejected"]
    assert company.sent == []


async def test_a_set_that_is_decided_no_more_lifts_nothing(
    both: tuple[Payment, Payment], company: ScriptedCompany
) -> None:
    await _decide(both[0], ("S1",))
    async with both[0].systems.database.begin() as connection:
        await end_set(connection, f"set-{both[0].request_id}", "void")
    outcome = await both[0].execute()
    assert (outcome.status, outcome.code) == ("not_sent", "over_limit")
    assert company.sent == []
