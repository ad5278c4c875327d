"""Does every write happen once per key, whoever races?"""

import asyncio
from typing import Any

from tests.demo_airline.airline import Airline

NOTE: dict[str, Any] = {"customer_id": "C101", "text": "asked about an extra bag"}


async def test_the_same_key_and_body_replay_the_answer(airline: Airline) -> None:
    first = await airline.send("add_customer_note", NOTE, key="note-0001")
    second = await airline.send("add_customer_note", NOTE, key="note-0001")
    assert second.json() == first.json()
    assert second.status_code == first.status_code == 200
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(await airline.rows("ledger", operation="add_customer_note")) == 1
    assert len(await airline.sql("SELECT 1 FROM airline_customers.notes")) == 1


async def test_the_same_key_with_another_body_or_customer_is_a_conflict(airline: Airline) -> None:
    await airline.send("add_customer_note", NOTE, key="note-0001")
    other = await airline.send("add_customer_note", {**NOTE, "text": "another note"}, key="note-0001")
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (409, "idempotency_conflict")
    companion = {**NOTE, "customer_id": "C106"}  # whom C101 may act for, with the very same arguments
    assert (await airline.send("add_customer_note", companion, key="note-0002")).status_code == 200
    assert (await airline.send("add_customer_note", companion, key="note-0002", sub="C106")).status_code == 409
    assert len(await airline.rows("ledger")) == 2


async def test_a_write_without_a_key_is_refused(airline: Airline) -> None:
    for key in (" ", "short"):
        response = await airline.send("add_customer_note", NOTE, key=key)
        assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    assert await airline.rows("ledger") == []


async def test_a_refusal_is_the_answer_of_its_key_too(airline: Airline) -> None:
    credit = {"customer_id": "C102", "reservation_code": "P3XW9T", "points": 1, "reason": "storm"}
    first = await airline.send("credit_points", credit, key="credit-01", sub="C102")
    again = await airline.send("credit_points", credit, key="credit-01", sub="C102")
    assert first.status_code == again.status_code == 422
    assert again.json() == first.json()
    assert again.headers["content-type"] == first.headers["content-type"] == "application/problem+json"
    assert again.headers["idempotent-replayed"] == "true"


async def test_ten_at_once_with_one_key_make_one_effect_and_one_answer(airline: Airline) -> None:
    answers = await asyncio.gather(*(airline.send("add_customer_note", NOTE, key="note-0001") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["note_id"] for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 9
    assert len(await airline.rows("ledger", operation="add_customer_note")) == 1


async def test_two_payments_of_one_quote_under_two_keys_capture_once(airline: Airline) -> None:
    quote = await airline.call("quote_change", reservation_code="K7Q2LM", flight_id="NW204-2026-11-22")
    card = (await airline.call("list_payment_methods", customer_id="C101"))["methods"][0]["payment_method_id"]
    charge = {
        "customer_id": "C101",
        "payment_method_id": card,
        "amount": {"amount": 4500, "currency": "EUR"},
        "reservation_code": "K7Q2LM",
        "quote_id": quote["quote_id"],
    }
    answers = await asyncio.gather(*(airline.send("charge_payment", charge) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await airline.rows("ledger", operation="charge_payment")) == 1
    assert len(await airline.sql("SELECT 1 FROM airline_payments.payments WHERE quote_id IS NOT NULL")) == 1


async def test_an_effect_and_its_answer_are_lost_together(airline: Airline) -> None:
    await airline.sql("ALTER TABLE airline_customers.answers ADD CONSTRAINT broken CHECK (status IS NULL)")
    failed = await airline.send("add_customer_note", NOTE, key="note-0001")
    assert failed.status_code == 503
    assert await airline.rows("ledger") == []
    assert await airline.sql("SELECT 1 FROM airline_customers.notes") == []
    await airline.sql("ALTER TABLE airline_customers.answers DROP CONSTRAINT broken")
    assert (await airline.send("add_customer_note", NOTE, key="note-0001")).status_code == 200
