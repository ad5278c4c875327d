"""May a customer read a record that they only name? Their own, at once; another's looks like one that is not there."""

import asyncio
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from scripted_company import ScriptedCompany, says
from temporalio.testing import ActivityEnvironment
from waiting import somebody_waits, switched_off

from activities.invoke_tool import InvokeToolActivity
from activities.metrics import Metrics
from activities.systems import Systems
from contracts.facts import Fact
from contracts.ids import entry_key, new_request_id
from contracts.request import Stimulus
from contracts.steps import InvokeTool, ToolOutcome, TurnRef
from storage.audit import read_audit
from storage.entries import Entry, put_entry, read_step
from storage.facts import put_facts, read_facts
from storage.requests import insert_request, lock_request

CODE = "K7Q2LM"
GET = f"GET /booking/reservations/{CODE}"


def reservation(owner: str, code: str = CODE) -> dict[str, Any]:
    """An answer that keeps its contract."""
    euros = {"amount": 10_000, "currency": "EUR"}
    return {
        "as_of": "2026-11-21T09:00:00Z",
        "reservation": {
            "reservation_code": code,
            "customer_id": owner,
            "status": "confirmed",
            "fare_class": "classic",
            "flight_id": "NW210-2026-11-22",
            "flight_number": "NW210",
            "origin": "FRA",
            "destination": "LIS",
            "departs_at": "2026-11-22T07:40:00Z",
            "arrives_at": "2026-11-22T10:40:00Z",
            "flight_status": "scheduled",
            "price_paid": euros,
            "passengers": [{"first_name": "Zelda", "last_name": "Fitzgerald"}],
            "bags": [],
            "purchased_at": "2026-10-01T09:00:00Z",
        },
    }


class Read:
    """One allowed read of a signed-in customer, in a request of its own."""

    def __init__(self, systems: Systems) -> None:
        self.systems, self.request_id = systems, new_request_id()
        ref = TurnRef(request_id=self.request_id, turn=1, stimulus=Stimulus(kind="message", key="m"))
        self.given = InvokeTool(ref=ref, step=1, index=0, tool="get_reservation")

    async def run(self, *facts: Fact) -> ToolOutcome:
        await self.propose(*facts)
        return await self.carry_out()

    async def propose(self, *facts: Fact) -> None:
        """The request and its call, with these facts."""
        row = {"request_id": self.request_id, "pack": "airline", "pack_digest": "d", "channel": "web"}
        who = {"role": "customer", "assurance": "verified", "customer_id": "C101"}
        body = {"call_id": "call_1", "name": "get_reservation", "arguments": json.dumps({"reservation_code": CODE})}
        async with self.systems.database.begin() as connection:
            await insert_request(connection, {**row, **who})
            call = Entry(entry_key=entry_key(1, 1, 0), turn=1, step=1, n=0, kind="call", body=body)
            await put_entry(connection, self.request_id, call)
            await put_facts(connection, self.request_id, list(facts))

    async def carry_out(self) -> ToolOutcome:
        """The activity."""
        read = InvokeToolActivity(self.systems, Metrics()).invoke_tool
        return await ActivityEnvironment().run(read, self.given)

    async def seen(self) -> dict[str, Any]:
        """What the model sees of it."""
        async with self.systems.database.begin() as connection:
            entries = await read_step(connection, self.request_id, 1, 1)
        return next(json.loads(entry.body["output"]) for entry in entries if entry.kind == "observation")

    async def held(self) -> str:
        """Everything that the request holds because of it: facts, and the values behind tokens."""
        async with self.systems.database.begin() as connection:
            facts = await read_facts(connection, self.request_id)
            tokens = await self.systems.vault.values_of(connection, self.request_id)
        return f"{facts} {tokens}"

    async def audited(self) -> list[str]:
        """The codes of the verdicts on whose it is."""
        async with self.systems.database.begin() as connection:
            rows = await read_audit(connection, self.request_id)
        return [json.loads(row.record)["verdicts"][0]["code"] for row in rows if row.kind == "ownership"]


async def test_ones_own_record_is_read_by_naming_it(systems: Systems, company: ScriptedCompany) -> None:
    company.planned = [says(200, reservation("C101"))]
    read = Read(systems)
    assert (await read.run()).status == "done"
    assert company.arrived == [GET]
    assert (await read.seen())["result"]["reservation"]["reservation_code"] == CODE
    assert "C101" in await read.held()
    assert await read.audited() == ["customers-may-read-their-own"]


@pytest.mark.parametrize(
    "answer",
    [
        says(200, reservation("C102")),
        says(200, reservation("C101", code="P3XW9T")),
        says(404, {"type": "urn:northwind:problem:not_found", "detail": "There is no reservation K7Q2LM."}),
        says(403, {"type": "urn:northwind:problem:forbidden", "detail": "It belongs to Zelda Fitzgerald."}),
    ],
    ids=["anothers", "not what was asked for", "missing", "forbidden"],
)
async def test_anothers_record_leaves_nothing_and_looks_like_a_missing_one(
    systems: Systems, company: ScriptedCompany, answer: Any
) -> None:
    company.planned = [answer]
    read = Read(systems)
    assert (await read.run()).code == "not_yours"
    assert (await read.seen()) == {
        "error": {
            "code": "not_yours",
            "detail": "No such record is known for this customer.",
            "advice": "Read the customer's own records first and use one of them.",
        }
    }
    held = await read.held()
    assert "C102" not in held
    assert "Fitzgerald" not in held
    assert await read.audited() == ["not_yours"]


async def test_an_answer_that_breaks_its_contract_is_unreliable_whoever_it_names(
    systems: Systems, company: ScriptedCompany
) -> None:
    broken = reservation("C101")
    del broken["reservation"]["status"]
    company.planned = [says(200, broken)]
    read = Read(systems)
    assert (await read.run()).code == "unreliable"
    assert await read.audited() == []


async def test_a_read_that_waited_is_not_sent_when_it_was_switched_off_meanwhile(
    systems: Systems, company: ScriptedCompany
) -> None:
    read, database = Read(systems), systems.database
    await read.propose()
    async with AsyncExitStack() as held:
        async with database.begin() as connection:
            await lock_request(connection, read.request_id)
            reading = asyncio.create_task(read.carry_out())
            await somebody_waits(connection)
            await held.enter_async_context(switched_off(database, "tool", "get_reservation"))
        assert (await reading).code == "tool_off"
    assert company.sent == []


async def test_a_system_that_does_not_take_our_token_says_nothing_of_the_record(
    systems: Systems, company: ScriptedCompany
) -> None:
    company.planned = [says(401, {"type": "urn:northwind:problem:unauthorised", "detail": "The token has expired."})]
    read = Read(systems)
    assert (await read.run()).code == "unauthorised"
    assert await read.audited() == []
