"""One message, two wishes: are both handled, what can be answered at once, and the rest gone on with?"""

import pytest

from tests.conversation import Conversation, admin
from tests.stack import Stack

ANSWERED = [
    ("Is NW204 on time tomorrow? And how much is an extra bag?", ["NW204", "40"]),
    ("What's my points balance, and is my flight on time?", ["points", "NW212"]),
    ("Is flight NW204 on time tomorrow and can I bring a small pet?", ["NW204", "dog or cat"]),
    ("Tell me how many points I have. Also, when does my booking leave?", ["points", "NW212"]),
]


@pytest.mark.parametrize(("text", "parts"), ANSWERED)
def test_two_questions_are_answered_in_one_reply(stack: Stack, text: str, parts: list[str]) -> None:
    customer = Conversation(stack, "C101")
    (reply,) = customer.say(text)
    for part in parts:
        assert part in reply, reply
    assert customer.look()["route"] == "planner"


def test_their_reads_run_in_one_step_under_one_plan_with_two_branches(stack: Stack) -> None:
    for system, operation in (("loyalty", "get_loyalty_account"), ("operations", "get_flight_status")):
        slow = {"system": system, "operation": operation, "mode": "slow", "times": 1, "delay_ms": 800}
        admin(stack, "POST", "/_control", json=slow)
    customer = Conversation(stack, "C101")
    customer.say("How many points do I have, and is NW204 on time tomorrow?")
    events = customer.events()
    tools = [(one["data"]["tool"], one["data"]["state"]) for one in events if one["type"] == "tool"]
    assert {tool for tool, state in tools[:2] if state == "started"} <= {
        "get_loyalty_account",
        "get_flight_status",
        "list_reservations",
    }
    assert [state for _, state in tools[:2]] == ["started", "started"], "both began before either had ended"
    plan = next(one["data"] for one in events if one["type"] == "plan")
    assert plan["goal"] == "Look up your points and find out whether your flight is on time"


def test_what_needs_a_person_goes_on_and_the_rest_is_answered_at_once(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    replies = customer.say("refund my bag fee, and is 212 late?")
    assert "NW212" in replies[0], replies
    assert "colleague" in replies[-1]
    assert customer.status == "waiting_for_person"


def test_a_person_who_is_wished_for_besides_comes_after_the_answer(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    replies = customer.say("I want to speak to a person, but first: is flight NW212 on time?")
    assert "NW212" in replies[0]
    assert customer.status == "waiting_for_person"


def test_what_needs_a_confirmation_is_shown_and_the_rest_is_answered_beside_it(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    replies = customer.say("Move me to tomorrow's morning flight and tell me how many points I have")
    assert any("48" in reply and "points" in reply for reply in replies), replies
    assert customer.look()["open_confirmation"]["total"] == "45.00 EUR"
    assert customer.ledger("payments") == []
    customer.decide()
    assert len(customer.ledger("payments", "charge_payment")) == 1


def test_both_sides_of_a_contradiction_are_told_by_the_model_too(stack: Stack) -> None:
    customer = Conversation(stack, "C107")
    (reply,) = customer.say("How many points do I have, and is my flight on time?")
    assert "points" in reply
    assert "delayed (flight operations, read" in reply
    assert "your booking" in reply
    assert "What counts is flight operations." in reply
