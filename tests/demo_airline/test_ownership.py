"""Does everybody reach their own records, their companions', and nothing else?"""

from typing import Any

import pytest

from tests.demo_airline.airline import Airline

UNKNOWN_CUSTOMER = "C99999"


async def test_another_customers_record_looks_like_one_that_does_not_exist(untouched: Airline) -> None:
    for operation in ("get_customer", "list_reservations", "get_loyalty_account", "list_payment_methods"):
        foreign = await untouched.refused(operation, sub="C101", customer_id="C102")
        unknown = await untouched.refused(operation, sub="C101", customer_id=UNKNOWN_CUSTOMER)
        assert foreign[:2] == unknown[:2] == (404, "not_found")
        assert foreign[2].replace("C102", "") == unknown[2].replace(UNKNOWN_CUSTOMER, "")


@pytest.mark.parametrize(
    ("operation", "arguments"),
    [
        ("get_reservation", {}),
        ("quote_change", {"flight_id": "NW204-2026-11-22"}),
        ("list_payments", {}),
        ("cancel_reservation", {}),
        ("notify_operations", {"flight_id": "NW212-2026-11-21", "kind": "passenger_moved"}),
        ("change_flight", {"flight_id": "NW204-2026-11-22", "quote_id": "q_" + "0" * 16, "payment_id": None}),
        ("recalculate_points", {"customer_id": "C101"}),
        ("credit_points", {"customer_id": "C101", "points": 1500, "reason": "storm"}),
    ],
)
async def test_another_customers_reservation_is_not_found(
    untouched: Airline, operation: str, arguments: dict[str, Any]
) -> None:
    foreign = await untouched.refused(operation, sub="C101", reservation_code="P3XW9T", **arguments)
    unknown = await untouched.refused(operation, sub="C101", reservation_code="ZZZZ99", **arguments)
    assert foreign[:2] == unknown[:2] == (404, "not_found")


async def test_companions_are_acted_for_but_their_cards_are_not_reached(untouched: Airline) -> None:
    record = (await untouched.call("get_customer", customer_id="C101"))["customer"]
    assert [c["customer_id"] for c in record["companions"]] == ["C106"]
    assert (await untouched.call("get_customer", customer_id="C106"))["customer"]["last_name"] == "Keller"
    await untouched.call("list_reservations", customer_id="C106")
    assert (await untouched.refused("list_payment_methods", customer_id="C106"))[:2] == (404, "not_found")
    assert (await untouched.refused("get_customer", sub="C106", customer_id="C101"))[:2] == (404, "not_found")


async def test_an_identified_visitor_reads_the_one_reservation(airline: Airline) -> None:
    assert (await airline.refused("get_reservation", sub="visitor", reservation_code="K7Q2LM"))[0] == 404
    airline.reservations = ["K7Q2LM"]
    read = await airline.call("get_reservation", sub="visitor", reservation_code="K7Q2LM")
    assert read["reservation"]["reservation_code"] == "K7Q2LM"
    quote = await airline.call("quote_change", sub="visitor", reservation_code="K7Q2LM", flight_id="NW204-2026-11-22")
    assert quote["total_due"]["amount"] == 4500
    assert (await airline.refused("get_reservation", sub="visitor", reservation_code="P3XW9T"))[0] == 404
    assert (await airline.refused("get_customer", sub="visitor", customer_id="C101"))[0] == 404
    assert (await airline.refused("list_reservations", sub="visitor", customer_id="C101"))[0] == 404


async def test_the_claim_of_a_visitor_gives_a_customer_nothing(airline: Airline) -> None:
    airline.reservations = ["K7Q2LM"]
    assert (await airline.refused("get_reservation", sub="C102", reservation_code="K7Q2LM"))[0] == 404


async def test_another_customers_card_and_payment_are_not_found(airline: Airline) -> None:
    foreign = (await airline.call("list_payment_methods", sub="C102", customer_id="C102"))["methods"][0]
    quote = await airline.call("quote_change", reservation_code="K7Q2LM", flight_id="NW204-2026-11-22")
    charge: dict[str, Any] = {
        "amount": {"amount": 4500, "currency": "EUR"},
        "reservation_code": "K7Q2LM",
        "quote_id": quote["quote_id"],
        "payment_method_id": foreign["payment_method_id"],
    }
    assert (await airline.refused("charge_payment", customer_id="C101", **charge))[:2] == (404, "not_found")
    assert (await airline.refused("charge_payment", customer_id="C102", **charge))[:2] == (404, "not_found")
    purchase = (await airline.call("list_payments", sub="C102", reservation_code="P3XW9T"))["payments"][0]
    assert (await airline.refused("get_payment", payment_id=purchase["payment_id"]))[:2] == (404, "not_found")
    refund: dict[str, Any] = {
        "payment_id": purchase["payment_id"],
        "amount": {"amount": 1, "currency": "EUR"},
        "reason": "mine now",
    }
    assert (await airline.refused("refund_payment", **refund))[:2] == (404, "not_found")
    assert await airline.rows("ledger") == []
