"""Is the bank a company like the others: its own documents, tokens, faults, seed and dates?"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.bank.company import BANK
from demo.bank.shapes import SYSTEMS, check_digits
from demo.systems.clock import Clock
from demo.systems.database import prepare
from demo.systems.documents import documents
from tests.demo_bank.conftest import CONTRACTS
from tests.demo_systems.back_office import BackOffice, sign
from tests.demo_systems.databases import NOW

EXPORTED = Path(__file__).parents[2] / "packs" / "bank" / "openapi"


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_pack_holds_the_document_that_the_app_serves(system: str) -> None:
    exported = json.loads((EXPORTED / f"{system}.json").read_text())
    assert exported == documents(BANK)[system], "export anew: python -m demo.bank openapi packs/bank/openapi"


def test_every_write_takes_a_key_and_every_read_states_its_age() -> None:
    writes = {name for name, operation in CONTRACTS.operations.items() if operation.writes}
    assert len(CONTRACTS.operations) == 22
    assert len(writes) == 11
    for name, operation in CONTRACTS.operations.items():
        assert ("Idempotency-Key" in operation.parameters) == (name in writes)
        answer = operation.answer["$ref"].rpartition("/")[2]
        schema = operation.answer["components"]["schemas"][answer]
        assert schema["additionalProperties"] is False
        assert ("as_of" in schema["properties"]) == (name not in writes), name


def test_one_operation_takes_path_query_and_header_and_one_a_form() -> None:
    places = CONTRACTS.operations["get_statement"].parameters
    assert places == {"iban": "path", "month": "query", "Statement-Language": "header"}
    assert [name for name, one in CONTRACTS.operations.items() if one.is_form] == ["order_statement_copy"]


@pytest.mark.parametrize("changed", [{"aud": "accounts"}, {"aud": "aldermere.cards"}, {"sub": "C101"}, {"sub": "J301"}])
async def test_a_token_of_another_system_or_company_is_refused(bank: BackOffice, changed: dict[str, Any]) -> None:
    token = sign(CONTRACTS.claims("list_accounts", "P201", **{k: v for k, v in changed.items() if k != "sub"}))
    if "sub" in changed:
        token = sign({**CONTRACTS.claims("list_accounts", "P201"), **changed})
    answer = await bank.send("list_accounts", {"customer_id": "P201"}, token=token)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:aldermere:problem:token_invalid")
    assert answer.headers["www-authenticate"] == 'Bearer realm="aldermere"'


async def test_a_token_is_good_for_one_write(bank: BackOffice) -> None:
    token = sign(CONTRACTS.claims("add_note", "P201"))
    note = {"customer_id": "P201", "text": "asked about a limit"}
    assert (await bank.send("add_note", note, token=token)).status_code == 200
    replayed = await bank.send("add_note", note, token=token)
    assert (replayed.status_code, replayed.json()["type"]) == (401, "urn:aldermere:problem:token_replayed")


@pytest.mark.parametrize(
    ("fault", "status", "effects"),
    [
        ({"mode": "refuse", "problem": "limit_exceeded"}, 409, 0),
        ({"mode": "fail"}, 503, 0),
        ({"mode": "timeout_after_effect", "delay_ms": 10}, 504, 1),
    ],
    ids=["refuses", "is down", "loses the answer"],
)
async def test_a_planned_fault_does_what_it_says(
    bank: BackOffice, fault: dict[str, Any], status: int, effects: int
) -> None:
    await bank.control(system="people", operation="add_note", **fault)
    answer = await bank.send("add_note", {"customer_id": "P201", "text": "asked about a limit"})
    assert answer.status_code == status
    assert len(await bank.rows("ledger", system="people")) == effects


async def test_a_fault_of_an_unknown_system_is_refused(bank: BackOffice) -> None:
    headers = {"Authorization": "Bearer demo-admin"}
    answer = await bank.client.post("/_control", json={"system": "booking", "mode": "fail"}, headers=headers)
    assert answer.status_code == 422


async def test_the_ledger_takes_no_row_back(bank: BackOffice) -> None:
    await bank.call("add_note", customer_id="P201", text="asked about a limit")
    with pytest.raises(Exception, match="append-only"):
        await bank.sql("DELETE FROM bank_people.ledger")


async def test_dates_roll_and_what_was_transferred_stays(bank: BackOffice) -> None:
    payee = (await bank.call("list_payees", customer_id="P201"))["payees"][0]["payee_id"]
    iban = (await bank.call("list_accounts", customer_id="P201"))["accounts"][0]["iban"]
    amount = {"amount": 100, "currency": "EUR"}
    await bank.call("make_transfer", iban=iban, payee_id=payee, amount=amount, purpose="now")
    before = {row["line_id"]: row for row in await bank.sql("SELECT * FROM bank_accounts.lines")}
    assert await prepare(bank.world.engine, BANK, Clock(NOW + timedelta(days=3))) == "found, dates rolled by 3 days"
    for row in await bank.sql("SELECT * FROM bank_accounts.lines"):
        moved = (row["booked_on"] - before[row["line_id"]]["booked_on"]).days
        assert moved == (0 if row["transfer_id"] else 3)


async def test_the_seed_is_the_same_each_time_and_every_iban_is_valid(bank: BackOffice) -> None:
    counts = {"people.people": 120, "accounts.lines": 2_274, "transfers.payees": 234, "cards.cards": 120}
    for table, count in counts.items():
        assert (await bank.sql(f"SELECT count(*) FROM bank_{table}"))[0]["count"] == count, table
    ibans = await bank.sql("SELECT iban FROM bank_accounts.accounts UNION SELECT iban FROM bank_transfers.payees")
    assert all(check_digits(row["iban"][:2], row["iban"][4:]) == row["iban"][2:4] for row in ibans)
    people = (await bank.client.get("/_people")).json()
    assert {person["customer_id"] for person in people["people"]} == {"P201", "P202", "P203", "P205", "P206"}
    assert people["visitor"]["sentences"]
