"""Is a wrong argument refused before anything happens, with its pointer and a reason?"""

from typing import Any

import pytest

from tests.demo_airline.airline import Airline, claims, fresh_key, sign

GOOD: dict[str, Any] = {
    "customer_id": "C101",
    "payment_method_id": "pm_c101visa4242",
    "amount": {"amount": 4500, "currency": "EUR"},
    "reservation_code": "K7Q2LM",
    "quote_id": "q_0123456789abcdef",
}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"amount": {"amount": "4500", "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": 45.5, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": True, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": -1, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": 10**12, "currency": "EUR"}}, "/amount/amount"),
        ({"amount": {"amount": 4500, "currency": "USD"}}, "/amount/currency"),
        ({"amount": {"amount": 4500, "currency": "EUR", "tip": 1}}, "/amount/tip"),
        ({"amount": 4500}, "/amount"),
        ({"reservation_code": "k7q2lm"}, "/reservation_code"),
        ({"reservation_code": None}, "/reservation_code"),
        ({"quote_id": "the quote"}, "/quote_id"),
        ({"note": "extra"}, "/note"),
    ],
    ids=str,
)
async def test_a_body_that_breaks_the_contract_is_refused(
    untouched: Airline, changed: dict[str, Any], pointer: str
) -> None:
    response = await untouched.send("charge_payment", {**GOOD, **changed})
    problem = response.json()
    assert (response.status_code, problem["type"]) == (422, "urn:northwind:problem:invalid_argument")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert await untouched.rows("ledger") == []


async def test_a_missing_argument_is_named(untouched: Airline) -> None:
    response = await untouched.send("charge_payment", {k: v for k, v in GOOD.items() if k != "quote_id"})
    assert [error["pointer"] for error in response.json()["errors"]] == ["/quote_id"]


async def test_an_unknown_query_parameter_is_refused(untouched: Airline) -> None:
    headers = {"Authorization": f"Bearer {sign(claims('search_flights'))}"}
    query = {"origin": "FRA", "destination": "LIS", "date": "2026-11-22", "cabin": "first"}
    response = await untouched.client.get("/booking/flights", params=query, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/cabin")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b'{"text": NaN}'], ids=repr)
async def test_a_body_that_is_no_object_is_refused(untouched: Airline, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {sign(claims('add_customer_note'))}",
        "Idempotency-Key": fresh_key(),
        "Content-Type": "application/json",
    }
    response = await untouched.client.post("/customers/customers/C101/notes", content=body, headers=headers)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"reason": "rain"}'], ids=repr)
async def test_a_write_that_takes_no_body_refuses_one(untouched: Airline, body: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {sign(claims('cancel_reservation'))}",
        "Idempotency-Key": fresh_key(),
    }
    response = await untouched.client.post("/booking/reservations/K7Q2LM/cancellation", content=body, headers=headers)
    assert response.status_code == 422


@pytest.mark.parametrize("text", ["a\u0000b", "escape \u001b[31m", "half \\ud800"], ids=repr)
async def test_control_characters_and_half_surrogates_are_refused(untouched: Airline, text: str) -> None:
    headers = {
        "Authorization": f"Bearer {sign(claims('add_customer_note'))}",
        "Idempotency-Key": fresh_key(),
        "Content-Type": "application/json",
    }
    escaped = text.replace("\u0000", "\\u0000").replace("\u001b", "\\u001b")
    content = f'{{"text": "{escaped}"}}'.encode()
    response = await untouched.client.post("/customers/customers/C101/notes", content=content, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/text")


async def test_an_unknown_address_is_a_problem_too(untouched: Airline) -> None:
    response = await untouched.client.get("/booking/nothing")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")
    response = await untouched.client.delete("/booking/flights")
    assert (response.status_code, response.headers["content-type"]) == (405, "application/problem+json")


async def test_a_flight_or_day_that_is_not_flown_is_said_so(untouched: Airline) -> None:
    unknown = {"flight_number": "NW212", "date": "2027-06-01"}
    assert (await untouched.refused("get_flight_status", sub="visitor", **unknown))[:2] == (404, "not_found")
    empty = {"origin": "FRA", "destination": "LIS", "date": "2027-06-01"}
    assert (await untouched.call("search_flights", sub="visitor", **empty))["flights"] == []
