"""Do the fixed people's stories work from beginning to end?"""

from datetime import datetime, timedelta
from typing import Any

from demo.airline.settings import tracing_time
from tests.demo_airline.airline import Airline


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


async def test_anna_moves_to_tomorrows_morning_flight_for_exactly_45_euros(airline: Airline) -> None:
    booked = (await airline.call("list_reservations", customer_id="C101"))["reservations"]
    assert [r["reservation_code"] for r in booked] == ["K7Q2LM"]
    assert (booked[0]["flight_id"], booked[0]["fare_class"]) == ("NW212-2026-11-24", "classic")
    flights = (await airline.call("search_flights", origin="FRA", destination="LIS", date="2026-11-22"))["flights"]
    morning = [f for f in flights if "06:00" <= f["departs_at"][11:16] < "10:00" and f["seats_left"] > 0]
    assert [f["flight_id"] for f in morning] == ["NW204-2026-11-22"]
    assert (await airline.call("get_loyalty_account", customer_id="C101"))["change_fee_waiver"] is True
    assert (await airline.call("get_fare_rules", fare_class="classic"))["change_fee"] == euros(6000)

    quote = await airline.call("quote_change", reservation_code="K7Q2LM", flight_id="NW204-2026-11-22")
    assert quote["fare_difference"] == euros(4500)
    assert (quote["change_fee"], quote["change_fee_waived"]) == (euros(6000), True)
    assert quote["total_due"] == euros(4500)

    cards = (await airline.call("list_payment_methods", customer_id="C101"))["methods"]
    assert (cards[0]["brand"], cards[0]["last4"], cards[0]["is_default"]) == ("visa", "4242", True)
    paid = await airline.call(
        "charge_payment",
        customer_id="C101",
        payment_method_id=cards[0]["payment_method_id"],
        amount=euros(4500),
        reservation_code="K7Q2LM",
        quote_id=quote["quote_id"],
        key="the-one-payment",
    )
    changed = await airline.call(
        "change_flight",
        reservation_code="K7Q2LM",
        flight_id="NW204-2026-11-22",
        quote_id=quote["quote_id"],
        payment_id=paid["payment_id"],
    )
    assert changed["reservation"]["flight_id"] == "NW204-2026-11-22"
    assert changed["reservation"]["price_paid"] == euros(12900 + 4500)
    moved = await airline.call("recalculate_points", customer_id="C101", reservation_code="K7Q2LM")
    assert moved["delta"] == 45 * 5
    assert (await airline.call("recalculate_points", customer_id="C101", reservation_code="K7Q2LM"))["delta"] == 0
    await airline.call(
        "notify_operations", reservation_code="K7Q2LM", flight_id="NW204-2026-11-22", kind="passenger_moved"
    )

    assert [row["operation"] for row in await airline.rows("ledger", customer_id="C101")] == [
        "charge_payment",
        "change_flight",
        "recalculate_points",
        "recalculate_points",
        "notify_operations",
    ]
    found = await airline.call("find_payment", idempotency_key="the-one-payment")
    assert found["payment"]["payment_id"] == paid["payment_id"]
    after = await airline.call("search_flights", origin="FRA", destination="LIS", date="2026-11-22")
    assert after["flights"][0]["seats_left"] == morning[0]["seats_left"] - 1


async def test_david_is_rebooked_free_after_the_storm_and_gets_his_points_once(airline: Airline) -> None:
    sub = "C102"
    status = await airline.call("get_flight_status", sub=sub, flight_number="NW212", date="2026-11-21")
    assert status["status"] == "cancelled"
    assert "storm" in status["reason"]
    assert status["estimated_departure"] is None
    reservation = (await airline.call("get_reservation", sub=sub, reservation_code="P3XW9T"))["reservation"]
    assert (reservation["status"], reservation["flight_status"]) == ("disrupted", "cancelled")

    options: list[str] = []
    for day in ("2026-11-21", "2026-11-22"):
        answer = await airline.call("search_flights", sub=sub, origin="FRA", destination="LIS", date=day)
        usable = [f for f in answer["flights"] if f["status"] != "cancelled" and f["seats_left"] > 0]
        assert usable, day
        options += [f["flight_id"] for f in usable if f["departs_at"] > "2026-11-21T13:25"]
    quotes = [
        await airline.call("quote_change", sub=sub, reservation_code="P3XW9T", flight_id=option) for option in options
    ]
    assert {quote["total_due"]["amount"] for quote in quotes} == {0}
    changed = await airline.call(
        "change_flight",
        sub=sub,
        reservation_code="P3XW9T",
        flight_id=options[0],
        quote_id=quotes[0]["quote_id"],
        payment_id=None,
    )
    assert changed["reservation"]["status"] == "confirmed"
    assert changed["reservation"]["flight_status"] == "scheduled"

    credit = {"customer_id": "C102", "reservation_code": "P3XW9T", "reason": "NW212 cancelled by a storm"}
    assert (await airline.refused("credit_points", sub=sub, points=1400, **credit))[:2] == (422, "invalid_argument")
    credited = await airline.call("credit_points", sub=sub, points=1500, **credit)
    assert credited["credited"] == 1500
    assert (await airline.refused("credit_points", sub=sub, points=1500, **credit))[:2] == (409, "already_credited")
    await airline.call("add_customer_note", sub=sub, customer_id="C102", text="Rebooked after the storm.")


async def test_marias_bag_is_searched_for_and_found_when_the_tracing_is_done(airline: Airline) -> None:
    reservation = (await airline.call("list_reservations", sub="C103", customer_id="C103"))["reservations"][0]
    assert reservation["reservation_code"] == "T8BN4C"
    assert (reservation["origin"], reservation["destination"]) == ("LIS", "FRA")
    assert reservation["bags"] == [{"bag_tag": "0NW445566", "status": "mishandled"}]
    report = {
        "customer_id": "C103",
        "reservation_code": "T8BN4C",
        "bag_tag": "0NW445566",
        "description": "a red hard-shell suitcase",
        "delivery_address": "Rua do Século 41, 1200-433 Lisboa",
    }
    wrong = await airline.refused("open_bag_case", sub="C103", **{**report, "bag_tag": "0NW445560"})
    assert wrong[:2] == (422, "invalid_argument")
    case = await airline.call("open_bag_case", sub="C103", **report)
    code, problem, detail = await airline.refused("open_bag_case", sub="C103", **report)
    assert (code, problem) == (409, "case_exists")
    assert case["case_id"] in detail

    searching = await airline.call("get_bag_case", sub="C103", case_id=case["case_id"])
    assert (searching["status"], searching["location"], searching["expected_delivery"]) == ("searching", None, None)
    await airline.control("/tracing_ready", case_id=case["case_id"])
    found = await airline.call("get_bag_case", sub="C103", case_id=case["case_id"])
    assert found["status"] == "found"
    assert found["expected_delivery"] == "2026-11-22"
    assert (await airline.refused("get_bag_case", sub="C101", case_id=case["case_id"]))[:2] == (404, "not_found")


async def test_the_tracing_of_a_bag_ends_by_itself(airline: Airline) -> None:
    case = await airline.call(
        "open_bag_case",
        sub="C103",
        customer_id="C103",
        reservation_code="T8BN4C",
        bag_tag="0NW445566",
        description="red suitcase",
        delivery_address="Rua do Século 41, Lisboa",
    )
    row = (await airline.sql("SELECT opened_at, tracing_ready_at FROM airline_operations.bag_cases"))[0]
    opened: datetime = row["opened_at"]
    assert timedelta(0) <= row["tracing_ready_at"] - opened - tracing_time(airline.world) < timedelta(seconds=5)
    await airline.sql("UPDATE airline_operations.bag_cases SET tracing_ready_at = now() - interval '1 second'")
    assert (await airline.call("get_bag_case", sub="C103", case_id=case["case_id"]))["status"] == "found"


async def test_james_cancels_and_gets_everything_back(airline: Airline) -> None:
    sub = "C104"
    before = (await airline.call("get_reservation", sub=sub, reservation_code="H5RD2K"))["reservation"]
    assert (before["fare_class"], before["flight_id"]) == ("flex", "NW301-2026-11-30")
    payments = (await airline.call("list_payments", sub=sub, reservation_code="H5RD2K"))["payments"]
    assert [p["amount"] for p in payments] == [before["price_paid"]]
    cancelled = await airline.call("cancel_reservation", sub=sub, reservation_code="H5RD2K")
    assert cancelled["refundable"] == before["price_paid"]
    assert cancelled["non_refundable"]["amount"] == 0
    again = await airline.refused("cancel_reservation", sub=sub, reservation_code="H5RD2K")
    assert again[:2] == (409, "already_cancelled")

    refund = {"payment_id": payments[0]["payment_id"], "reason": "trip cancelled"}
    too_much = euros(before["price_paid"]["amount"] + 1)
    assert (await airline.refused("refund_payment", sub=sub, amount=too_much, **refund))[:2] == (409, "not_refundable")
    await airline.call("refund_payment", sub=sub, amount=euros(10_000), **refund)
    rest = euros(before["price_paid"]["amount"] - 10_000)
    assert (await airline.refused("refund_payment", sub=sub, amount=before["price_paid"], **refund))[0] == 409
    await airline.call("refund_payment", sub=sub, amount=rest, **refund)
    payment = (await airline.call("get_payment", sub=sub, payment_id=payments[0]["payment_id"]))["payment"]
    assert (payment["status"], payment["refunded"]) == ("refunded", before["price_paid"])


async def test_sofias_light_fare_cannot_be_changed(airline: Airline) -> None:
    arguments = {"reservation_code": "Z1QY7V", "flight_id": "NW401-2026-11-27"}
    code, problem, detail = await airline.refused("quote_change", sub="C105", **arguments)
    assert (code, problem) == (409, "not_changeable")
    assert "light" in detail
    rules = await airline.call("get_fare_rules", sub="visitor", fare_class="light")
    assert (rules["change_allowed"], rules["refundable"]) == (False, False)


async def test_an_extra_bag_costs_what_the_company_says(airline: Airline) -> None:
    fees = {
        name: (await airline.call("get_fare_rules", sub="visitor", fare_class=name))["extra_bag_fee"]["amount"]
        for name in ("light", "classic", "flex")
    }
    assert fees == {"light": 5500, "classic": 4000, "flex": 3000}


async def test_an_unknown_airport_is_refused_with_the_sentence_that_helps(airline: Airline) -> None:
    wrong = {"origin": "XXX", "destination": "LIS", "date": "2026-11-22"}
    code, problem, detail = await airline.refused("search_flights", sub="visitor", **wrong)
    assert (code, problem) == (422, "invalid_argument")
    assert detail.startswith("departure code invalid: 'XXX' is not an airport we serve; try ")
    named = {"origin": "FRA", "destination": "Lisbon", "date": "2026-11-22"}
    assert "try LIS" in (await airline.refused("search_flights", sub="visitor", **named))[2]
