"""Is what customers see worded for them: goals, sources, and what is waited for?"""

import re
import time

from demo.standin.catalogue import GOALS
from demo.standin.wishes import hear
from tests.conversation import Conversation, headers
from tests.stack import Stack


def test_goals_speak_to_the_customer_and_are_understood_again() -> None:
    for wish, goal in GOALS.items():
        if goal.steps:
            assert "the customer" not in goal.aim.lower(), wish
            assert wish in hear(goal.aim).tasks, (wish, goal.aim)


def test_a_source_is_named_with_the_time_of_its_reading(stack: Stack) -> None:
    customer = Conversation(stack, "C102")
    customer.say("My flight was cancelled, what can you do for me?")
    goals = {event["data"]["goal"] for event in customer.events() if event["type"] == "plan"}
    assert goals == {"Find another way for you after the disruption"}
    done = next(event for event in customer.events() if event["type"] == "reply.done")
    sources = done["data"]["sources"]
    assert any(re.fullmatch(r"the timetable, read \d\d:\d\d", source) for source in sources), sources


def test_a_wait_for_the_company_says_what_is_waited_for(stack: Stack) -> None:
    customer = Conversation(stack, "C103")
    for line in ("My bag is lost", "T8BN4C", "a red Samsonite", "Rua Augusta 12, 1100-053 Lisboa"):
        customer.say(line)
    customer.decide()
    waits = [one["data"] for one in customer.events() if one["data"].get("state") == "waiting_for_company"]
    assert "I'll write to you first" in waits[0]["text"]


def test_a_flows_card_is_shown_again_below_other_words_and_answered_by_yes(stack: Stack) -> None:
    customer = Conversation(stack, "C103")
    for line in (
        "My bag is lost",
        "T8BN4C",
        "a red Samsonite",
        "Rua Augusta 12, 1100-053 Lisboa",
        "on the third floor",
    ):
        customer.say(line)
    last = [event["data"] for event in customer.events() if event["type"] in ("confirm", "reply.done")][-2:]
    assert (last[0].get("state"), last[0]["title"]) == ("open", "Search for your bag")
    assert "once more" in last[1]["text"]
    customer.say("yes")
    assert len(customer.ledger("operations", "open_bag_case")) == 1, "right after the card it is meant for the card"


def test_people_at_the_desk_read_what_no_turn_has_taken_up_yet(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Hi there")
    desk = headers("A1", "agent")
    stack.kill("runtime0")
    try:
        customer.send("Is anybody there?")
        time.sleep(0.2)
        seen = stack.http.get(f"{stack.url}/v1/desk/requests/{customer.request_id}", headers=desk).json()
    finally:
        stack.restart("runtime0")
    assert (seen["transcript"][-1]["text"], seen["transcript"][-1]["unread"]) == ("Is anybody there?", True)
    customer.await_status("waiting_for_customer")
