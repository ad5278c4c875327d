"""Does the stand-in carry the airline's other flows to their end?"""

import pytest
from openai import AsyncOpenAI

from .company import STORM, Airline, Obj, Problem, flight, reservation
from .conversation import Conversation

LATER = [
    ("the first one", "NW212"),
    ("2", "NW216"),
    ("the later one please", "NW216"),
    ("NW216", "NW216"),
    ("I'd rather go tomorrow morning", "NW208"),
    ("the one at 14:00", "NW212"),
]


def stormy() -> Airline:
    airline = Airline()
    airline.flights.insert(0, flight("NW210", "2026-11-21", "11:00", "14:00", status="cancelled"))
    leg = airline.flights[0]
    airline.reservations = [reservation("P3XW9T", leg, status="disrupted", flight_status="cancelled")]
    airline.status = {"status": "cancelled", "reason": STORM, "gate": None, "estimated_departure": None}
    airline.due = 0
    return airline


def bag_trip(tag: str = "0NW445566", number: str = "NW101", code: str = "T8BN4C", status: str = "mishandled") -> Obj:
    leg = flight(number, "2026-11-20", "10:00", "13:00")
    return reservation(code, leg, bags=[{"bag_tag": tag, "status": status}])


@pytest.mark.parametrize(("choice", "number"), LATER)
async def test_a_cancelled_flight_gets_two_ranked_options_and_the_chosen_one_is_booked(
    client: AsyncOpenAI, choice: str, number: str
) -> None:
    talk = Conversation(client, stormy())
    reply = await talk.say("A storm cancelled my flight NW210, please help")
    assert talk.rounds[0] == ["make_plan", "list_reservations"]
    assert set(talk.rounds[1]) == {"search_flights", "get_fare_rules", "get_loyalty_account", "get_flight_status"}
    assert talk.rounds[1].count("search_flights") == 2
    assert "1. NW212 on 21 November at 14:00" in reply
    assert "2. NW216" in reply
    assert "1500 points" in reply
    await talk.say(choice)
    assert talk.asked_to_confirm == ["change_flight", "credit_points", "add_customer_note"]
    done = await talk.decide("confirmed")
    assert number in done
    assert "1500 points" in done


async def test_who_takes_the_other_option_while_the_card_is_open_gets_a_card_for_that_one(client: AsyncOpenAI) -> None:
    talk = Conversation(client, stormy())
    await talk.say("my flight got cancelled, what now?")
    await talk.say("the second one")
    second = talk.set[0].arguments
    await talk.say("no wait, the first")
    assert talk.set[0].arguments != second
    await talk.say("hm, what a day")
    assert "on the card" in talk.reply


async def test_a_fare_that_rises_after_the_choice_is_shown_anew(client: AsyncOpenAI) -> None:
    talk = Conversation(client, stormy())
    talk.airline.due = 1000
    await talk.say("my flight got cancelled, what now?")
    await talk.say("1")
    assert talk.asked_to_confirm[0] == "charge_payment"
    talk.airline.due = 2500
    assert "25.00 EUR instead of 10.00 EUR" in await talk.decide("confirmed")
    assert "25.00 EUR" in await talk.decide("confirmed")


async def test_a_flight_that_goes_after_all_is_not_rebooked(client: AsyncOpenAI) -> None:
    airline = stormy()
    airline.status = {"status": "on_time", "reason": None, "gate": "B1"}
    talk = Conversation(client, airline)
    assert "not cancelled" in await talk.say("is it true that my flight was cancelled?")
    assert airline.quotes == 0


async def test_a_lost_bag_is_asked_about_over_several_turns_and_the_result_written_first(client: AsyncOpenAI) -> None:
    airline = Airline()
    airline.reservations = [bag_trip()]
    talk = Conversation(client, airline)
    assert "look like" in await talk.say("my luggage never showed up")
    assert "address" in await talk.say("It is a black Samsonite with a red ribbon")
    await talk.say("<ADDRESS_1>")
    assert talk.asked_to_confirm == ["open_bag_case"]
    reply = await talk.decide("confirmed")
    assert "BAG12345" in reply
    assert "the search has begun" in reply
    assert airline.written[0][1] == {
        "reservation_code": "T8BN4C",
        "bag_tag": "0NW445566",
        "description": "It is a black Samsonite with a red ribbon",
        "delivery_address": "<ADDRESS_1>",
    }
    case = {"case_id": "BAG12345", "status": "found", "location": "FRA", "expected_delivery": "2026-11-23"}
    assert "found in FRA" in await talk.follow_up("get_bag_case", case)


async def test_which_trip_and_which_tag_are_asked_when_they_are_not_clear(client: AsyncOpenAI) -> None:
    airline = Airline()
    airline.reservations = [bag_trip(status="arrived"), bag_trip("0NW111111", "NW105", "A1B2C3", status="arrived")]
    airline.reservations[1]["bags"].append({"bag_tag": "0NW222222", "status": "arrived"})
    talk = Conversation(client, airline)
    assert "Which one do you mean?" in await talk.say("my bag is lost")
    assert "0NW111111 or 0NW222222" in await talk.say("the one with NW105")
    assert "look like" in await talk.say("0NW222222")


async def test_flight_status_tells_when_booking_and_operations_disagree(client: AsyncOpenAI) -> None:
    airline = Airline()
    airline.status = {"status": "delayed", "reason": "late crew", "estimated_departure": "2026-11-24T08:30:00Z"}
    talk = Conversation(client, airline)
    reply = await talk.say("is my flight on time?")
    assert "is delayed" in reply
    assert "08:30" in reply
    assert "flight operations know better" in reply


async def test_cancelling_refunds_what_the_fare_allows(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("please cancel my trip and give me my money back")
    assert talk.asked_to_confirm == ["cancel_reservation", "refund_payment"]
    assert "168.00 EUR" in await talk.decide("confirmed")


async def test_cancelling_without_a_refund_asks_first(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.rules["refundable"] = False
    assert "anyway?" in await talk.say("cancel my booking")
    await talk.say("yes please")
    assert talk.asked_to_confirm == ["cancel_reservation"]


async def test_a_visitor_says_code_and_name_before_anything_is_read(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.customer = "visitor, not signed in (anonymous)"
    talk.tools = ["make_plan", "request_person", "find_reservation", "search_flights"]
    assert "reservation code" in await talk.say("can you tell me about my booking?")
    assert talk.called == []
    assert "last name" in await talk.say("K7Q2LM")
    assert "NW208" in await talk.say("<NAME_2>")
    assert talk.called == ["request_planner", "make_plan", "find_reservation"]
    assert "signed in" in await talk.say("Great, move me to tomorrow morning")


async def test_a_wrong_code_is_asked_again_and_a_lock_goes_to_a_person(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.customer = "visitor, not signed in (anonymous)"
    assert "could not find" in await talk.say("show me booking K7Q2LM, my last name is Miller")
    talk.airline.problems["find_reservation"] = [Problem("locked", "too many failures")]
    await talk.say("sorry, K7Q2LM and Smith")
    assert talk.asked_person


async def test_two_wishes_in_one_message_are_both_served(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    reply = await talk.say("How many points do I have? And is my flight on time?")
    assert talk.rounds[0] == ["make_plan", "get_loyalty_account", "list_reservations"]
    assert "41200 points" in reply
    assert "is on time" in reply


async def test_a_question_beside_a_change_is_answered_with_the_confirmation(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    reply = await talk.say("Move me to tomorrow's morning flight and tell me how much an extra bag costs")
    assert "40 EUR" in reply
    assert "change_flight" in talk.asked_to_confirm
    assert "40 EUR" not in await talk.decide("confirmed")
