"""Do the eight flows work through the API, as a customer types them?"""

import pytest

from tests.conversation import Conversation, admin, headers, standin
from tests.days import in_days
from tests.stack import Stack


def test_a_greeting_takes_one_call_of_the_fast_model_and_no_tools(stack: Stack) -> None:
    standin(stack, "DELETE", "/_requests")
    customer = Conversation(stack, "C101")
    (reply,) = customer.say("Hi there")
    assert "help" in reply
    asked = [one for one in standin(stack, "GET", "/_requests").json()["requests"] if "Hi there" in str(one["body"])]
    assert [one["body"]["model"] for one in asked] == ["gpt-4.1"]
    assert customer.look()["route"] == "fast"
    assert [event for event in customer.events() if event["type"] == "tool"] == []


def test_a_price_comes_from_the_knowledge_with_its_source(stack: Stack) -> None:
    customer = Conversation(stack)
    (reply,) = customer.say("How much is an extra bag?")
    assert "40" in reply
    done = next(event for event in customer.events() if event["type"] == "reply.done")
    assert done["data"]["sources"]


def test_after_a_storm_two_options_are_offered_and_the_chosen_one_is_booked(stack: Stack) -> None:
    customer = Conversation(stack, "C102")
    (offer,) = customer.say("My flight was cancelled, what can you do for me?")
    assert "1." in offer
    assert "2." in offer
    assert "1500 points" in offer
    (beside_the_card,) = customer.say("the first one please")
    assert "Please check the details" in beside_the_card
    assert [one["who"] for one in customer.look()["transcript"] if one["turn"] == 2] == ["customer", "runtime"]
    (reply,) = customer.decide()
    assert "1500 points" in reply
    assert len(customer.ledger("booking", "change_flight")) == 1
    assert len(customer.ledger("loyalty", "credit_points")) == 1
    assert len(customer.ledger("customers", "add_customer_note")) == 1


def test_a_fare_that_rises_before_the_confirmation_voids_it_and_shows_the_new_price(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    admin(stack, "POST", "/_control/raise_fares", json={"flight_id": f"NW204-{in_days(1)}", "by_minor": 700})
    customer.decide()
    card = customer.look()["open_confirmation"]
    assert card["total"] == "52.00 EUR"
    assert customer.ledger("payments") == []
    assert customer.ledger("booking") == []
    states = [event["data"]["state"] for event in customer.events() if event["type"] == "confirm"]
    assert states == ["open", "confirmed", "void", "open"]


def bag_lost(stack: Stack, description: str, address: str) -> Conversation:
    """A customer who has told everything about their bag, and sees the card."""
    customer = Conversation(stack, "C103")
    for said in ("My bag is lost", "T8BN4C", description, address):
        customer.say(said)
    return customer


def test_a_lost_bag_is_asked_about_over_several_turns_and_the_result_is_written_first(stack: Stack) -> None:
    customer = bag_lost(stack, "a red Samsonite with a dent", "Rua Augusta 12, 1100-053 Lisboa")
    (reply,) = customer.decide()
    assert "BAG" in reply
    assert customer.status == "waiting_for_company"
    cases = customer.ledger("operations", "open_bag_case")
    assert len(cases) == 1
    written = customer.await_event("reply.done", turn=6)
    assert "found" in written["data"]["text"]


@pytest.mark.parametrize(
    "address",
    ["Hotel Avenida Palace, room 212, Lisbon", "c/o Maria Santos, Rua Augusta 12, 3º B, Lisboa, tel. +351 912 345 678"],
)
def test_a_bag_is_brought_to_the_address_as_it_was_written(stack: Stack, address: str) -> None:
    customer = bag_lost(stack, "a red Samsonite with a dent", address)
    assert address in str(customer.look()["open_confirmation"])
    customer.decide()
    (case,) = customer.ledger("operations", "open_bag_case")
    assert case["arguments"]["delivery_address"] == address


def test_a_name_in_a_description_is_told_as_what_it_is(stack: Stack) -> None:
    customer = bag_lost(stack, "a red Samsonite, the tag says Santos", "Rua Augusta 12, 1100-053 Lisboa")
    assert "the tag says [name]" in str(customer.look()["open_confirmation"])
    customer.decide()
    (case,) = customer.ledger("operations", "open_bag_case")
    assert case["arguments"]["description"] == "a red Samsonite, the tag says [name]"


def test_a_wrong_argument_goes_back_to_the_planner_and_never_to_the_customer(stack: Stack) -> None:
    fault = {
        "system": "booking",
        "operation": "search_flights",
        "mode": "refuse",
        "times": 1,
        "status": 422,
        "problem": "invalid_argument",
    }
    admin(stack, "POST", "/_control", json=fault)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    assert customer.look()["open_confirmation"] is not None
    assert "invalid" not in str([event for event in customer.events() if event["type"].startswith("reply")])


def test_a_system_that_keeps_failing_ends_with_a_person(stack: Stack) -> None:
    admin(
        stack,
        "POST",
        "/_control",
        json={"system": "booking", "operation": "list_reservations", "mode": "fail", "times": 100},
    )
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.await_status("waiting_for_person")


def test_a_visitor_is_identified_before_anything_is_read_and_may_change_nothing(stack: Stack) -> None:
    visitor = Conversation(stack)
    (asked,) = visitor.say("When does my booking leave?")
    assert "reservation code" in asked
    visitor.say("K7Q2LM")
    (reply,) = visitor.say("Keller")
    assert "NW212" in reply
    visitor.say("Move me to tomorrow's morning flight")
    assert visitor.look()["open_confirmation"] is None
    assert visitor.ledger("booking", "change_flight") == []


@pytest.mark.parametrize(("code", "name"), [("K7Q2LM", "Wrong"), ("AAAAA1", "Keller")])
def test_a_wrong_code_and_a_wrong_name_look_the_same(stack: Stack, code: str, name: str) -> None:
    visitor = Conversation(stack)
    visitor.say("When does my booking leave?")
    visitor.say(code)
    (reply,) = visitor.say(name)
    assert "couldn't find" in reply


def test_a_person_takes_over_answers_and_gives_back_and_the_open_question_stands(stack: Stack) -> None:
    customer = Conversation(stack, "C102")
    customer.say("My flight was cancelled, what can you do for me?")
    customer.say("I want to speak to a person")
    customer.await_status("waiting_for_person")
    desk = headers("A1", "agent")
    queue = stack.http.get(f"{stack.url}/v1/desk/queue", headers=desk).json()["items"]
    item = next(one for one in queue if one["request_id"] == customer.request_id)
    base = f"{stack.url}/v1/desk/requests/{customer.request_id}"
    assert stack.http.post(f"{base}/claim", json={"epoch": item["epoch"]}, headers=desk).status_code == 200
    whole = stack.http.get(base, headers=desk).json()
    assert whole["transcript"]
    assert "Which one" in str(whole["summary"]["open_question"])
    assert stack.http.post(f"{base}/reply", json={"text": "Hello, I am Eva."}, headers=desk).status_code == 201
    assert stack.http.post(f"{base}/return", json={}, headers=desk).status_code == 200
    customer.say("the first one please")
    assert customer.look()["open_confirmation"] is not None
