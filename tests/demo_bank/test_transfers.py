"""Does money leave an account once, to a payee of the customer, within the limit, and never out of nothing?"""

import asyncio
from typing import Any

import pytest

from demo.bank.seeding.accounts import iban_elsewhere, iban_here
from tests.demo_systems.back_office import BackOffice

LENAS, SAVINGS, JOINT, TOMS, MEENAS, NADIAS = (
    iban_here(number) for number in (2010001, 2010002, 3010001, 2020001, 2040001, 2060001)
)


async def payee_of(bank: BackOffice, sub: str = "P201", position: int = 0) -> str:
    payees = (await bank.call("list_payees", sub=sub, customer_id=sub))["payees"]
    return payees[position]["payee_id"]


def transfer(payee: str, minor: int = 12_000, iban: str = LENAS) -> dict[str, Any]:
    amount = {"amount": minor, "currency": "EUR"}
    return {"iban": iban, "payee_id": payee, "amount": amount, "purpose": "Concert tickets"}


async def balance(bank: BackOffice, iban: str, sub: str = "P201") -> int:
    return (await bank.call("get_account", sub=sub, iban=iban))["account"]["balance"]["amount"]


async def test_a_transfer_leaves_the_account_once_whatever_is_repeated(bank: BackOffice) -> None:
    payee, before = await payee_of(bank), await balance(bank, LENAS)
    first = await bank.send("make_transfer", transfer(payee), key="transfer-1")
    again = await bank.send("make_transfer", transfer(payee), key="transfer-1")
    assert (first.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert first.json() == again.json()
    other = await bank.send("make_transfer", transfer(payee, 12_001), key="transfer-1")
    assert (other.status_code, other.json()["type"]) == (409, "urn:aldermere:problem:idempotency_conflict")
    assert await balance(bank, LENAS) == before - 12_000
    (row,) = await bank.rows("ledger", operation="make_transfer")
    assert (row["record"], row["arguments"]["amount"]["amount"]) == (LENAS, 12_000)
    newest = (await bank.call("list_transactions", iban=LENAS))["lines"][0]
    assert (newest["direction"], newest["amount"]["amount"], newest["purpose"]) == ("out", 12_000, "Concert tickets")
    found = await bank.call("find_transfer", idempotency_key="transfer-1")
    assert found["transfer"]["transfer_id"] == first.json()["transfer_id"]


async def test_what_a_customer_of_the_bank_is_paid_arrives_and_no_cent_is_made(bank: BackOffice) -> None:
    async def everything() -> int:
        return int((await bank.sql("SELECT sum(balance_minor) AS total FROM bank_accounts.accounts"))[0]["total"])

    before = await everything()
    added = await bank.call("add_payee", customer_id="P201", name="Tom Hartmann", iban=TOMS)
    toms = await balance(bank, TOMS, "P202")
    await bank.call("make_transfer", **transfer(added["payee_id"]))
    assert await balance(bank, TOMS, "P202") == toms + 12_000
    assert await everything() == before


async def test_ten_transfers_at_once_stay_within_the_limit(bank: BackOffice) -> None:
    payee = await payee_of(bank)
    calls = (bank.send("make_transfer", transfer(payee, 50_000)) for _ in range(10))
    statuses = sorted(answer.status_code for answer in await asyncio.gather(*calls))
    assert statuses == [200] * 4 + [409] * 6
    limits = await bank.call("get_limits", iban=LENAS)
    assert (limits["used_today"]["amount"], limits["left_today"]["amount"]) == (200_000, 0)
    told = await bank.refused("make_transfer", **transfer(payee, 1))
    assert told[:2] == (409, "limit_exceeded")
    assert "0.00 EUR of it is left today" in told[2]


async def test_an_account_is_never_overdrawn(bank: BackOffice) -> None:
    payee = await payee_of(bank)
    await bank.call("raise_limit", iban=LENAS, daily_limit={"amount": 2_000_000, "currency": "EUR"})
    assert (await bank.refused("make_transfer", **transfer(payee, 324_051)))[:2] == (409, "insufficient_funds")
    await bank.call("make_transfer", **transfer(payee, 324_050))
    assert await balance(bank, LENAS) == 0


@pytest.mark.parametrize("minor", [0, -1, 100_000_001])
async def test_nothing_and_less_than_nothing_and_too_much_are_refused(bank: BackOffice, minor: int) -> None:
    payee = await payee_of(bank)
    assert (await bank.refused("make_transfer", **transfer(payee, minor)))[:2] == (422, "invalid_argument")
    assert await bank.rows("ledger") == []


async def test_joint_accounts_and_powers_of_attorney_pay_and_strangers_do_not(bank: BackOffice) -> None:
    for sub, iban in (("P201", JOINT), ("P202", JOINT), ("P203", MEENAS)):
        payee = await payee_of(bank, sub)
        await bank.call("make_transfer", sub=sub, **transfer(payee, 1_000, iban))
    for sub, iban in (("P203", JOINT), ("P204", LENAS), ("P201", MEENAS)):
        refused = await bank.refused("make_transfer", sub=sub, **transfer(await payee_of(bank), 1_000, iban))
        assert refused[:2] == (404, "not_found")


async def test_a_payee_of_somebody_else_and_a_closed_one_are_not_paid(bank: BackOffice) -> None:
    toms = await payee_of(bank, "P202")
    assert (await bank.refused("make_transfer", **transfer(toms)))[:2] == (404, "not_found")
    mine = await payee_of(bank)
    await bank.call("close_payee", payee_id=mine)
    assert (await bank.refused("make_transfer", **transfer(mine)))[:2] == (409, "payee_closed")
    assert (await bank.refused("close_payee", payee_id=mine))[:2] == (409, "payee_closed")
    await bank.call("reopen_payee", payee_id=mine)
    await bank.call("make_transfer", **transfer(mine))


async def test_a_payee_is_added_once_with_an_iban_that_exists(bank: BackOffice) -> None:
    new = {"customer_id": "P201", "name": "Clara Vogt", "iban": iban_elsewhere(810045)}
    await bank.call("add_payee", **new)
    assert (await bank.refused("add_payee", **new))[:2] == (409, "payee_exists")
    code, problem, detail = await bank.refused("add_payee", **{**new, "iban": "DE00701500000000810045"})
    assert (code, problem) == (422, "invalid_argument")
    assert "check digits" in detail


async def test_standing_orders_come_and_go_with_their_account(bank: BackOffice) -> None:
    payee = await payee_of(bank)
    order = await bank.call("create_standing_order", **transfer(payee, 5_000), day_of_month=3)
    listed = (await bank.call("list_standing_orders", iban=LENAS))["standing_orders"]
    assert order["standing_order_id"] in {one["standing_order_id"] for one in listed}
    stranger = await bank.refused("cancel_standing_order", sub="P206", standing_order_id=order["standing_order_id"])
    assert stranger[:2] == (404, "not_found")
    await bank.call("cancel_standing_order", standing_order_id=order["standing_order_id"])
    again = await bank.refused("cancel_standing_order", standing_order_id=order["standing_order_id"])
    assert again[:2] == (409, "already_cancelled")
