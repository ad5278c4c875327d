"""Does the stand-in move a customer to another flight, whatever the words and whatever happens?"""

import httpx2
import pytest
from openai import AsyncOpenAI

from .company import Airline, Problem, flight, reservation
from .conversation import Conversation

WORDS = [
    "Move me to tomorrow's morning flight",
    "could you put me on the early plane tomorrow",
    "I'd like to fly tomorrow morning instead",
    "Can you rebook me for tomorow morning please?",
    "switch my booking to the 07:40 tomorrow",
    "any chance I could leave tomorrow before noon?",
    "something came up, I need to travel tomorrow in the morning",
    "please bring my trip forward to Sunday morning",
]


@pytest.mark.parametrize("words", WORDS)
async def test_any_wording_leads_to_one_ordered_set_of_writes(client: AsyncOpenAI, words: str) -> None:
    talk = Conversation(client)
    await talk.say(words)
    assert talk.rounds == [
        ["make_plan", "list_reservations"],
        ["get_fare_rules", "search_flights", "get_loyalty_account"],
        ["quote_change", "list_seats"],
        ["list_payment_methods"],
        ["charge_payment", "change_flight", "recalculate_points", "notify_operations"],
    ]
    reply = await talk.decide("confirmed")
    assert "NW208" in reply
    assert "22 November" in reply
    assert "07:40" in reply
    assert "45.00 EUR" in reply
    written = [tool for tool, _ in talk.airline.written]
    assert written == ["charge_payment", "change_flight", "recalculate_points", "notify_operations"]


async def test_a_declined_set_changes_nothing_and_ends_the_wish(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say(WORDS[0])
    assert "nothing was charged" in await talk.decide("declined")
    assert talk.airline.written == []
    assert await talk.say("thanks anyway") == "You are welcome."


async def test_a_price_that_rose_is_quoted_and_proposed_again_with_the_new_price(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say(WORDS[0])
    talk.airline.due = 5200
    reply = await talk.decide("confirmed")
    assert "52.00 EUR instead of 45.00 EUR" in reply
    assert talk.rounds == [
        ["quote_change", "list_seats"],
        ["charge_payment", "change_flight", "recalculate_points", "notify_operations"],
    ]
    assert "52.00 EUR" in await talk.decide("confirmed")


async def test_the_plan_drops_the_payment_when_nothing_is_due(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.due = 0
    await talk.say(WORDS[0])
    assert talk.rounds[-1][0] == "make_plan"
    assert not {"charge_payment", "list_payment_methods"} & {step["tool"] for step in talk.plan}


async def test_a_tool_that_is_switched_off_is_done_without_or_a_person_comes(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.refusals = {"notify_operations": "tool_off"}
    await talk.say(WORDS[0])
    assert talk.asked_to_confirm == ["charge_payment", "change_flight", "recalculate_points"]
    other = Conversation(client)
    other.refusals = {"change_flight": "tool_off"}
    await other.say(WORDS[0])
    assert other.asked_person


async def test_sources_that_have_aged_are_read_again(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.refusals = {"change_flight": "no_source"}
    await talk.say(WORDS[0])
    assert talk.called.count("search_flights") == 2
    assert talk.called.count("quote_change") == 2
    assert talk.asked_person


async def test_nothing_due_means_no_payment_and_no_payment_id(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.due = 0
    await talk.say(WORDS[0])
    assert talk.asked_to_confirm == ["change_flight", "recalculate_points", "notify_operations"]
    assert "charged" not in await talk.decide("confirmed")


async def test_a_fare_without_changes_is_told_and_nothing_is_quoted(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.rules["change_allowed"] = False
    assert "not allow changes" in await talk.say(WORDS[0])
    assert talk.airline.quotes == 0


async def test_a_missing_morning_flight_is_answered_with_the_others(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.flights = [f for f in talk.airline.flights if f["flight_id"] != "NW208-2026-11-22"]
    reply = await talk.say(WORDS[0])
    assert "NW212 at 14:00" in reply
    await talk.say("then that one, NW212")
    assert "change_flight" in talk.asked_to_confirm


async def test_without_the_tool_to_change_a_person_is_asked_for(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.tools.remove("change_flight")
    await talk.say(WORDS[0])
    assert talk.asked_person
    assert talk.airline.quotes == 0


async def test_a_withdrawn_side_step_is_left_out(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.tools.remove("notify_operations")
    talk.tools.remove("get_loyalty_account")
    await talk.say(WORDS[0])
    assert talk.asked_to_confirm == ["charge_payment", "change_flight", "recalculate_points"]


async def test_a_wrong_departure_code_is_corrected_from_the_observation(
    client: AsyncOpenAI, http: httpx2.AsyncClient
) -> None:
    await http.post("/_control", json={"faults": [{"kind": "wrong_airport"}]})
    talk = Conversation(client)
    reply = await talk.say(WORDS[0])
    assert talk.called.count("search_flights") == 2
    assert "change_flight" in talk.asked_to_confirm
    assert "invalid" not in reply


async def test_a_tool_that_keeps_failing_ends_with_a_person(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.problems["search_flights"] = [Problem("unavailable", "try later") for _ in range(9)]
    await talk.say(WORDS[0])
    assert talk.asked_person
    assert talk.called.count("search_flights") == 2


async def test_calls_outside_the_plan_are_planned_anew(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("how many points do I have?")
    await talk.say(WORDS[0])
    assert talk.rounds[0][0] == "make_plan"
    assert "change_flight" in talk.asked_to_confirm


async def test_several_bookings_are_asked_about_once(client: AsyncOpenAI) -> None:
    airline = Airline()
    other = flight("NW330", "2026-11-30", "10:00", "11:00")
    airline.reservations.append(reservation("P3XW9T", other))
    talk = Conversation(client, airline)
    assert "Which one do you mean?" in await talk.say(WORDS[0])
    await talk.say("K7Q2LM")
    assert "change_flight" in talk.asked_to_confirm


async def test_the_fast_tier_hands_company_work_to_the_planner(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    await talk.say(WORDS[1])
    assert talk.rounds[0] == ["request_planner"]
    assert "change_flight" in talk.asked_to_confirm


async def test_a_vanished_seat_after_confirmation_is_told_without_a_second_charge(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.airline.due = 0
    await talk.say(WORDS[0])
    talk.airline.problems["change_flight"] = [Problem("no_seat_left", "sold out")]
    assert "last seat" in await talk.decide("confirmed")
    assert talk.airline.written == []


async def test_who_cancels_the_trip_no_longer_wants_to_move_it(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say(WORDS[0])
    assert "change_flight" in talk.asked_to_confirm
    await talk.say("Cancel my trip and refund me")
    assert "change_flight" not in [tool for round in talk.rounds for tool in round]
    assert "cancel_reservation" in talk.asked_to_confirm or "cancel" in talk.reply


async def test_who_needs_to_be_there_sooner_wants_to_move(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("Hi, I need to get to Lisbon sooner than planned. Is there something tomorrow before noon?")
    assert "change_flight" in talk.asked_to_confirm


async def test_what_comes_back_is_no_question_about_the_terms_while_the_card_is_open(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.notes = ("[refunds#1] Refunds: Light tickets are not refunded. Taxes are paid back. (source: Refund terms)",)
    await talk.say("please cancel my trip and refund me")
    assert talk.asked_to_confirm
    assert "on the card" in await talk.say("what do I get back?")
