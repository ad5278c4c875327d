"""Does a visitor who guesses learn nothing, and get locked out?"""

import asyncio

from tests.demo_airline.airline import Airline


async def test_code_and_last_name_find_the_reservation_in_any_case(airline: Airline) -> None:
    found = await airline.call("find_reservation", sub="visitor", reservation_code="K7Q2LM", last_name=" kELLER ")
    assert found["reservation"]["customer_id"] == "C101"


async def test_a_wrong_name_and_a_wrong_code_look_the_same(airline: Airline) -> None:
    wrong_name = await airline.refused("find_reservation", sub="visitor", reservation_code="K7Q2LM", last_name="Okafor")
    wrong_code = await airline.refused("find_reservation", sub="visitor", reservation_code="ZZZZ99", last_name="Keller")
    assert wrong_name == wrong_code
    assert wrong_name[:2] == (404, "not_found")


async def test_five_failures_lock_a_code_whether_it_exists_or_not(airline: Airline) -> None:
    for code in ("K7Q2LM", "ZZZZ99"):
        guess = {"reservation_code": code, "last_name": "Okafor"}
        for _ in range(5):
            assert (await airline.refused("find_reservation", sub="visitor", **guess))[0] == 404
        right = {"reservation_code": code, "last_name": "Keller"}
        assert (await airline.refused("find_reservation", sub="visitor", **right))[:2] == (429, "locked")
        response = await airline.send("find_reservation", right, sub="visitor")
        assert 0 < int(response.headers["retry-after"]) <= 900
    await airline.sql("UPDATE airline_booking.lookups SET locked_until = now() - interval '1 second'")
    found = {"reservation_code": "K7Q2LM", "last_name": "Keller"}
    assert (await airline.call("find_reservation", sub="visitor", **found))["reservation"]


async def test_a_success_forgets_earlier_failures(airline: Airline) -> None:
    for _ in range(2):
        for _ in range(4):
            await airline.refused("find_reservation", sub="visitor", reservation_code="K7Q2LM", last_name="Okafor")
        await airline.call("find_reservation", sub="visitor", reservation_code="K7Q2LM", last_name="Keller")


async def test_guesses_sent_at_once_are_all_counted(airline: Airline) -> None:
    guesses = [
        airline.refused("find_reservation", sub="visitor", reservation_code="K7Q2LM", last_name=f"Guess{n}")
        for n in range(10)
    ]
    statuses = sorted(status for status, _, _ in await asyncio.gather(*guesses))
    assert statuses == [404] * 5 + [429] * 5
