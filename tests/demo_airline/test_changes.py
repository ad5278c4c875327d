"""Is a flight changed only at a right price, with a seat, before departure, and never twice?"""

import asyncio
from datetime import timedelta
from typing import Any

from tests.demo_airline.airline import Airline

MORNING = "NW204-2026-11-22"


async def _quote(airline: Airline, flight_id: str = MORNING, code: str = "K7Q2LM", sub: str = "C101") -> dict[str, Any]:
    return await airline.call("quote_change", sub=sub, reservation_code=code, flight_id=flight_id)


def _charge(quote: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {
        "customer_id": "C101",
        "payment_method_id": "pm_c101visa4242",
        "amount": quote["total_due"],
        "reservation_code": "K7Q2LM",
        "quote_id": quote["quote_id"],
        **changed,
    }


def _change(quote: dict[str, Any], payment_id: str | None = None, **changed: Any) -> dict[str, Any]:
    return {
        "reservation_code": quote["reservation_code"],
        "flight_id": quote["flight_id"],
        "quote_id": quote["quote_id"],
        "payment_id": payment_id,
        **changed,
    }


async def test_a_risen_fare_makes_the_quote_stale_and_names_the_new_total(airline: Airline) -> None:
    quote = await _quote(airline)
    await airline.control("/raise_fares", flight_id=MORNING, by_minor=2_000)
    code, problem, detail = await airline.refused("charge_payment", **_charge(quote))
    assert (code, problem) == (409, "quote_stale")
    assert "is now 65.00 EUR" in detail
    renewed = await _quote(airline)
    assert renewed["total_due"]["amount"] == 6_500
    await airline.call("charge_payment", **_charge(renewed))


async def test_a_free_change_is_stale_too_when_the_fare_rose_beyond_the_cover(airline: Airline) -> None:
    quote = await _quote(airline, code="P3XW9T", sub="C102")
    assert quote["total_due"]["amount"] == 0
    await airline.control("/raise_fares", flight_id=MORNING, by_minor=15_000)
    code, problem, detail = await airline.refused("change_flight", sub="C102", **_change(quote))
    assert (code, problem) == (409, "quote_stale")
    assert "55.00 EUR" in detail  # 324.00 - 119.00 paid - 150.00 cover


async def test_an_expired_quote_is_stale(airline: Airline) -> None:
    quote = await _quote(airline)
    await airline.sql("UPDATE airline_fares.quotes SET expires_at = now() - interval '1 second'")
    assert (await airline.refused("charge_payment", **_charge(quote)))[:2] == (409, "quote_stale")


async def test_a_captured_payment_holds_the_price(airline: Airline) -> None:
    quote = await _quote(airline)
    paid = await airline.call("charge_payment", **_charge(quote))
    await airline.control("/raise_fares", flight_id=MORNING, by_minor=2_000)
    await airline.sql("UPDATE airline_fares.quotes SET expires_at = now() - interval '1 second'")
    changed = await airline.call("change_flight", **_change(quote, paid["payment_id"]))
    assert changed["reservation"]["price_paid"]["amount"] == 12_900 + 4_500


async def test_what_is_due_must_be_paid_with_the_payment_of_that_quote(airline: Airline) -> None:
    quote = await _quote(airline)
    assert (await airline.refused("change_flight", **_change(quote)))[:2] == (409, "payment_required")
    unknown = await airline.refused("change_flight", **_change(quote, "pay_" + "0" * 16))
    assert unknown[:2] == (404, "not_found")
    other = await _quote(airline, "NW204-2026-11-23")
    paid = await airline.call("charge_payment", **_charge(other))
    assert (await airline.refused("change_flight", **_change(quote, paid["payment_id"])))[:2] == (404, "not_found")


async def test_a_refunded_payment_pays_no_change(airline: Airline) -> None:
    quote = await _quote(airline)
    paid = await airline.call("charge_payment", **_charge(quote))
    one_cent = {"amount": 1, "currency": "EUR"}
    await airline.call("refund_payment", payment_id=paid["payment_id"], amount=one_cent, reason="goodwill")
    assert (await airline.refused("change_flight", **_change(quote, paid["payment_id"])))[:2] == (404, "not_found")


async def test_the_amount_must_be_the_quotes_total(airline: Airline) -> None:
    quote = await _quote(airline)
    for amount in (4_499, 4_501, 0):
        wrong = _charge(quote, amount={"amount": amount, "currency": "EUR"})
        assert (await airline.refused("charge_payment", **wrong))[:2] == (422, "invalid_argument")
    dollars = _charge(quote, amount={"amount": 4_500, "currency": "USD"})
    assert (await airline.refused("charge_payment", **dollars))[:2] == (422, "invalid_argument")
    assert await airline.rows("ledger") == []


async def test_nothing_is_charged_when_nothing_is_due(airline: Airline) -> None:
    quote = await _quote(airline, code="P3XW9T", sub="C102")
    card = (await airline.call("list_payment_methods", sub="C102", customer_id="C102"))["methods"][0]
    charge = _charge(quote, customer_id="C102", reservation_code="P3XW9T", payment_method_id=card["payment_method_id"])
    assert (await airline.refused("charge_payment", sub="C102", **charge))[:2] == (409, "nothing_due")


async def test_a_quote_is_good_for_its_own_flight_and_one_change(airline: Airline) -> None:
    quote = await _quote(airline, code="P3XW9T", sub="C102")
    other = _change(quote, flight_id="NW218-2026-11-22")
    assert (await airline.refused("change_flight", sub="C102", **other))[:2] == (422, "invalid_argument")
    await airline.call("change_flight", sub="C102", **_change(quote))
    assert (await airline.refused("change_flight", sub="C102", **_change(quote)))[:2] == (409, "not_changeable")
    await airline.sql(
        "UPDATE airline_booking.reservations SET flight_key = "
        "(SELECT key FROM airline_booking.flights WHERE flight_number = 'NW218' AND flight_date = '2026-11-22') "
        "WHERE reservation_code = 'P3XW9T'"
    )
    code, problem, detail = await airline.refused("change_flight", sub="C102", **_change(quote))
    assert (code, problem) == (409, "quote_stale")
    assert "was used" in detail


async def test_flights_that_cannot_be_taken_are_not_quoted(airline: Airline) -> None:
    refusals = {
        "NW212-2026-11-23": "no_seat_left",
        "NW212-2026-11-21": "not_changeable",  # cancelled
        "NW204-2026-11-21": "not_changeable",  # departed at 07:10
        "NW212-2026-11-24": "not_changeable",  # the same flight
        "NW301-2026-11-22": "not_changeable",  # goes to Madrid
    }
    for flight_id, expected in refusals.items():
        arguments = {"reservation_code": "K7Q2LM", "flight_id": flight_id}
        assert (await airline.refused("quote_change", **arguments))[:2] == (409, expected), flight_id
    for unknown in ("NW204-2027-11-22", "NW204-2026-13-45"):
        arguments = {"reservation_code": "K7Q2LM", "flight_id": unknown}
        assert (await airline.refused("quote_change", **arguments))[:2] == (422, "invalid_argument"), unknown


async def test_a_flown_flight_is_not_changed(airline: Airline) -> None:
    quote = await _quote(airline, "NW218-2026-11-24")
    airline.world.clock.stopped_at = airline.world.clock.now() + timedelta(days=3, hours=6)
    assert (await airline.refused("change_flight", **_change(quote)))[:2] == (409, "not_changeable")


async def test_the_last_seat_is_sold_once(airline: Airline) -> None:
    """NW218 has one seat left in two days; four customers on that route want it at once."""
    rows = await airline.sql(
        "SELECT r.reservation_code, r.customer_id FROM airline_booking.reservations r "
        "JOIN airline_booking.flights f ON f.key = r.flight_key WHERE f.origin = 'FRA' AND f.destination = 'LIS' "
        "AND f.departs_at > '2026-11-24' AND r.fare_class = 'flex' AND r.status = 'confirmed' "
        "AND (SELECT count(*) FROM airline_booking.passengers p WHERE p.reservation_code = r.reservation_code) = 1 "
        "ORDER BY 1 LIMIT 4"
    )
    assert len(rows) == 4
    await airline.sql("UPDATE airline_booking.reservations SET price_minor = 90000 WHERE fare_class = 'flex'")
    sends: list[Any] = []
    for row in rows:
        quote = await _quote(airline, "NW218-2026-11-23", row["reservation_code"], row["customer_id"])
        assert quote["total_due"]["amount"] == 0
        sends.append(airline.send("change_flight", _change(quote), sub=row["customer_id"]))
    answers = await asyncio.gather(*sends)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    lost = [answer.json()["type"].rpartition(":")[2] for answer in answers if answer.status_code == 409]
    assert lost == ["no_seat_left"] * 3
    assert (await airline.call("list_seats", flight_id="NW218-2026-11-23"))["seats"] == []


async def test_seats_listed_are_the_seats_left(airline: Airline) -> None:
    answer = await airline.call("list_seats", sub="visitor", flight_id=MORNING)
    seats = [seat["seat"] for seat in answer["seats"]]
    assert len(seats) == len(set(seats)) == answer["seats_left"] >= 12
    assert (await airline.refused("list_seats", sub="visitor", flight_id="NW999-2026-11-22"))[:2] == (404, "not_found")


async def test_a_customer_without_waiver_pays_the_change_fee(airline: Airline) -> None:
    await airline.sql("UPDATE airline_loyalty.accounts SET tier = 'silver' WHERE customer_id = 'C101'")
    quote = await _quote(airline)
    assert (quote["change_fee_waived"], quote["total_due"]["amount"]) == (False, 4_500 + 6_000)


async def test_a_cheaper_flight_gives_nothing_back(airline: Airline) -> None:
    await airline.control("/raise_fares", flight_id=MORNING, by_minor=-10_000)
    quote = await _quote(airline)
    assert (quote["fare_difference"]["amount"], quote["total_due"]["amount"]) == (0, 0)


async def test_a_disrupted_light_fare_may_be_changed(airline: Airline) -> None:
    await airline.sql("UPDATE airline_booking.reservations SET fare_class = 'light' WHERE reservation_code = 'P3XW9T'")
    quote = await _quote(airline, code="P3XW9T", sub="C102")
    assert (quote["change_fee_waived"], quote["total_due"]["amount"]) == (True, 0)


async def test_a_classic_fare_gives_half_of_its_price_back(airline: Airline) -> None:
    cancelled = await airline.call("cancel_reservation", reservation_code="K7Q2LM")
    assert (cancelled["refundable"]["amount"], cancelled["non_refundable"]["amount"]) == (6_450, 6_450)
    refused = await airline.refused("cancel_reservation", sub="C103", reservation_code="T8BN4C")
    assert refused[:2] == (409, "not_cancellable")


async def test_a_storm_gives_the_whole_price_back(airline: Airline) -> None:
    cancelled = await airline.call("cancel_reservation", sub="C102", reservation_code="P3XW9T")
    assert (cancelled["refundable"]["amount"], cancelled["non_refundable"]["amount"]) == (11_900, 0)


async def test_points_are_granted_only_for_a_flight_that_the_airline_cancelled(airline: Airline) -> None:
    credit: dict[str, Any] = {"customer_id": "C101", "reservation_code": "K7Q2LM", "points": 1500, "reason": "please"}
    assert (await airline.refused("credit_points", **credit))[:2] == (409, "not_entitled")


async def test_operations_are_told_only_what_is_so(airline: Airline) -> None:
    told = {"reservation_code": "K7Q2LM", "kind": "passenger_moved"}
    assert (await airline.refused("notify_operations", flight_id=MORNING, **told))[:2] == (422, "invalid_argument")
    await airline.call("notify_operations", flight_id="NW212-2026-11-24", **told)
