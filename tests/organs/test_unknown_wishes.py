"""Is a wish that nobody taught asked about once, and then given to a person, rather than guessed?"""

import pytest

from tests.conversation import Conversation, standin
from tests.records import in_prompts
from tests.stack import Stack

UNKNOWN = "Translate a poem into Klingon"


def test_an_unknown_wish_is_asked_about_without_any_model(stack: Stack) -> None:
    standin(stack, "DELETE", "/_requests")
    customer = Conversation(stack, "C101")
    (reply,) = customer.say(UNKNOWN)
    assert reply.startswith("I'm not sure what you need.")
    assert customer.look()["intent"] == ""
    assert customer.status == "waiting_for_customer"
    assert "Klingon" not in in_prompts(stack)


def test_a_second_unclear_message_goes_to_a_person(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say(UNKNOWN)
    (reply,) = customer.say("Perhaps a sonnet about wormholes then")
    assert "colleague" in reply
    assert customer.status == "waiting_for_person"


def test_a_clear_wish_after_the_question_is_answered(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say(UNKNOWN)
    (reply,) = customer.say("How much is an extra bag?")
    assert "40" in reply
    assert customer.status == "waiting_for_customer"
    (again,) = customer.say(UNKNOWN)
    assert again.startswith("I'm not sure what you need."), "one question is allowed again"


@pytest.mark.parametrize(
    ("said", "route"),
    [
        ("Hi there", "fast"),
        ("How much is an extra bag?", "fast"),
        ("My bag is lost", "controlled"),
        ("Move me to tomorrow's morning flight", "planner"),
        ("I want to speak to a person", "person"),
        ("This is outrageous, you people are useless", "person"),
    ],
)
def test_the_cheapest_path_that_can_resolve_it_is_taken(stack: Stack, said: str, route: str) -> None:
    customer = Conversation(stack, "C103")
    customer.say(said)
    assert customer.look()["route"] == route
