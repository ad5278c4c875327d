"""Does each planned fault do what it says, as often as it says, and where it says?"""

import asyncio
import time
from datetime import datetime
from typing import Any

import pytest
from jsonschema import ValidationError
from sqlalchemy.exc import DBAPIError

from tests.demo_airline.airline import ADMIN, Airline, claims, sign

NOTE: dict[str, Any] = {"customer_id": "C101", "text": "asked about an extra bag"}


async def test_fail_answers_without_effect_as_often_as_told(airline: Airline) -> None:
    await airline.control(system="customers", operation="add_customer_note", mode="fail", times=2, status=502)
    for _ in range(2):
        assert (await airline.send("add_customer_note", NOTE, key="note-0001")).status_code == 502
    assert await airline.rows("ledger") == []
    assert (await airline.send("add_customer_note", NOTE, key="note-0001")).status_code == 200


async def test_a_fault_hits_its_system_and_operation_only(airline: Airline) -> None:
    await airline.control(system="fares", mode="fail", times=None)
    await airline.call("list_reservations", customer_id="C101")
    assert (await airline.refused("get_fare_rules", fare_class="flex"))[:2] == (503, "unavailable")
    quote = {"reservation_code": "K7Q2LM", "flight_id": "NW204-2026-11-22"}
    assert (await airline.refused("quote_change", **quote))[:2] == (503, "unavailable")
    assert (await airline.client.delete("/_control", headers=ADMIN)).json() == {"planned": []}
    await airline.call("get_fare_rules", fare_class="flex")


async def test_timeout_after_effect_acts_and_does_not_say_so(airline: Airline) -> None:
    await airline.control(system="customers", mode="timeout_after_effect", delay_ms=10)
    lost = await airline.send("add_customer_note", NOTE, key="note-0001")
    assert (lost.status_code, lost.json()["type"].rpartition(":")[2]) == (504, "timeout")
    assert len(await airline.rows("ledger")) == 1
    again = await airline.send("add_customer_note", NOTE, key="note-0001")
    assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")
    assert len(await airline.rows("ledger")) == 1


async def test_break_contract_answers_what_the_schema_forbids(airline: Airline) -> None:
    await airline.control(system="loyalty", mode="break_contract")
    with pytest.raises(ValidationError):
        await airline.call("get_loyalty_account", customer_id="C101")
    await airline.call("get_loyalty_account", customer_id="C101")


async def test_refuse_answers_the_given_problem_without_effect(airline: Airline) -> None:
    await airline.control(system="customers", mode="refuse", status=409, problem="no_seat_left", detail="too late")
    response = await airline.send("add_customer_note", NOTE)
    assert (response.status_code, response.json()["detail"]) == (409, "too late")
    assert response.json()["type"] == "urn:northwind:problem:no_seat_left"
    assert await airline.rows("ledger") == []


async def test_slow_calls_overlap_and_the_log_shows_it(airline: Airline) -> None:
    await airline.control(system="fares", operation="get_fare_rules", mode="slow", delay_ms=150, times=2)
    await asyncio.gather(*(airline.call("get_fare_rules", fare_class=name) for name in ("light", "flex")))
    first, second = await airline.rows("calls", operation="get_fare_rules")
    assert datetime.fromisoformat(second["started_at"]) < datetime.fromisoformat(first["finished_at"])


async def test_a_token_that_expires_while_the_call_waits_changes_nothing(airline: Airline) -> None:
    await airline.control(system="customers", mode="slow", delay_ms=1_200)
    token = sign(claims("add_customer_note", exp=int(time.time()) + 1))
    late = await airline.send("add_customer_note", NOTE, token=token, key="note-0001")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (401, "token_expired")
    assert await airline.rows("ledger") == []
    assert await airline.sql("SELECT 1 FROM airline_customers.notes") == []
    assert (await airline.send("add_customer_note", NOTE, key="note-0001")).status_code == 200


async def test_the_log_has_every_call_and_the_ledger_every_effect(airline: Airline) -> None:
    airline.request_id = "request-7"
    await airline.call("get_loyalty_account", customer_id="C101")
    await airline.refused("get_customer", customer_id="C102")
    await airline.call("add_customer_note", **NOTE, key="note-0009")
    calls = await airline.rows("calls", request_id="request-7")
    assert [(row["operation"], row["status"], row["problem"]) for row in calls] == [
        ("get_loyalty_account", 200, None),
        ("get_customer", 404, "not_found"),
        ("add_customer_note", 200, None),
    ]
    effects = await airline.rows("ledger", request_id="request-7")
    assert [(row["operation"], row["idempotency_key"], row["customer_id"]) for row in effects] == [
        ("add_customer_note", "note-0009", "C101")
    ]
    assert effects[0]["arguments"] == NOTE
    assert effects[0]["outcome"]["note_id"].startswith("note_")
    assert await airline.rows("ledger", request_id="request-8") == []


@pytest.mark.parametrize("change", ["UPDATE {} SET operation = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
async def test_nobody_changes_a_ledger(airline: Airline, change: str) -> None:
    await airline.call("add_customer_note", **NOTE)
    with pytest.raises(DBAPIError, match="append-only"):
        await airline.sql(change.format("airline_customers.ledger"))
    assert len(await airline.rows("ledger")) == 1


async def test_reset_gives_the_seed_back(airline: Airline) -> None:
    await airline.call("cancel_reservation", reservation_code="K7Q2LM")
    await airline.control("/reset")
    reservation = (await airline.call("get_reservation", reservation_code="K7Q2LM"))["reservation"]
    assert reservation["status"] == "confirmed"
    assert await airline.rows("ledger") == []


async def test_a_database_that_is_gone_is_a_problem_and_no_traceback(airline: Airline) -> None:
    await airline.sql("ALTER SCHEMA airline_fares RENAME TO airline_gone")
    assert (await airline.refused("get_fare_rules", fare_class="flex"))[:2] == (503, "unavailable")


async def test_the_customer_switch_shows_the_fixed_people(airline: Airline) -> None:
    people = (await airline.client.get("/_people")).json()["people"]
    assert [(person["customer_id"], person["reservation_code"]) for person in people] == [
        ("C101", "K7Q2LM"),
        ("C102", "P3XW9T"),
        ("C103", "T8BN4C"),
        ("C104", "H5RD2K"),
        ("C105", "Z1QY7V"),
        ("C107", "L8BR4N"),
    ]
    for person in people:
        read = {"sub": person["customer_id"], "reservation_code": person["reservation_code"]}
        reservation = (await airline.call("get_reservation", **read))["reservation"]
        assert reservation["passengers"][0]["last_name"] == person["last_name"]
