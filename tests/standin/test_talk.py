"""Does the stand-in chat, answer from what it is given, ask when unsure, and keep to its rules?"""

import os
import subprocess
import sys

import pytest
from openai import AsyncOpenAI

from tests.stack import ROOT

from .conversation import Conversation


async def test_a_greeting_takes_one_call_and_no_tool(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    reply = await talk.say("Hi there")
    assert reply.startswith("Hello, welcome to Northwind Air.")
    assert talk.called == []


async def test_the_name_is_used_only_when_the_state_shows_it_signed_in(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.customer = "signed in (verified), <NAME_1>"
    assert (await talk.say("hello")).startswith("Hello <NAME_1>,")
    other = Conversation(client, tier="fast")
    other.customer = "visitor, not signed in (anonymous), <NAME_1>"
    assert "<NAME_1>" not in await other.say("hello")


QUESTIONS = [
    ("How much is an extra bag?", "40 EUR"),
    ("what would one more suitcase cost me", "40 EUR"),
    ("price for additional luggage?", "40 EUR"),
    ("can my small pet travel in the cabin?", "soft carrier"),
]


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
async def test_questions_are_answered_from_passages_with_their_source(
    client: AsyncOpenAI, question: str, answer: str
) -> None:
    talk = Conversation(client, tier="fast")
    reply = await talk.say(question)
    assert answer in reply
    assert "our information under" in reply
    assert "Baggage:" not in reply
    assert talk.called == []


async def test_of_passages_that_fit_alike_the_one_with_the_fitting_sentence_answers(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes = (
        "[b#4] Baggage: Golf bags travel as a checked bag. A harp may come into the cabin. (source: Bags)",
        "[b#3] Baggage: A cabin bag may measure 55 x 40 x 23 cm and weigh up to 8 kg. (source: Bags)",
        "[a#2] Assistance: Up to two wheelchairs travel free of charge. Electric ones need a form. (source: Help)",
    )
    assert (await talk.say("How big may my cabin bag be?")).startswith("A cabin bag may measure 55 x 40 x 23 cm")
    assert (await talk.say("I need a wheelchair")).startswith("Up to two wheelchairs travel free of charge.")


PASSAGES = (
    "[pets#2] Animals: Assistance and guide dogs travel in the cabin free of charge. (source: Animals)",
    "[pets#1] Animals: One dog or cat of up to 8 kg may travel in the cabin for 60 EUR one way. (source: Animals)",
    "[baggage#7] Baggage: A pushchair travels free of charge. It may be taken to the gate. (source: Bags)",
    "[baggage#4] Size and weight of hand luggage: A cabin bag may measure 55 x 40 x 23 cm and weigh up to 8 kg. "
    "(source: Bags)",
    "[disruptions#2] When a flight is late: Meals are offered from a delay of two hours. (source: Disruptions)",
    "[fares#6] Babies: An infant under two on a lap pays 10% of the fare. (source: Fares)",
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("can I bring my dog?", "One dog or cat"),
        ("my assistance dog, may she come into the cabin?", "Assistance and guide dogs"),
        ("are there any limits on what I can carry in my hand luggage?", "A cabin bag may measure"),
        ("Good morning, are there any limits on what I can carry in my hand luggage?", "A cabin bag may measure"),
    ],
)
async def test_what_is_meant_in_other_words_is_answered(client: AsyncOpenAI, question: str, answer: str) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes, talk.facts = PASSAGES, ()
    assert answer in await talk.say(question)


async def test_a_figure_that_they_share_makes_no_passage_an_answer(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes, talk.facts = PASSAGES, ()
    assert "dog" not in await talk.say("im flying with a baby of 8 months do i pay for her")
    assert "An infant under two" in await talk.say("may my baby fly on my lap?")


async def test_who_only_calls_for_help_is_asked_what_about(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes = ("[assistance#1] Assistance: Assistance is free of charge. (source: Special assistance)",)
    assert "I am not sure what you need" in await talk.say("help")


async def test_the_gate_is_that_of_the_flight_and_not_of_a_passage(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    talk.notes = PASSAGES
    await talk.say("thx. what's the gate?")
    assert "get_flight_status" in talk.called


async def test_a_new_question_is_answered_and_not_the_one_before_it(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes, talk.facts = PASSAGES, ()
    assert "Shall I ask a colleague" in await talk.say("what does a llama's ticket cost?")
    assert "One dog or cat" in await talk.say("and can I bring my dog?")


async def test_a_wish_behind_a_greeting_is_asked_about_and_not_passed_over(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    reply = await talk.say("Good evening, my grandmother turns ninety on board")
    assert reply.startswith("Hello, welcome to Northwind Air. I am not sure what you need.")
    await talk.say("with a cake and candles")
    assert talk.asked_person


async def test_an_answer_changes_with_the_passage(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes = ("[baggage#2] Baggage: An extra checked bag costs 47 EUR. (source: Baggage terms, section 2)",)
    talk.facts = ()
    assert await talk.say("How much is an extra bag?") == (
        'An extra checked bag costs 47 EUR. This is what our information under "Baggage terms" says.'
    )


async def test_a_fact_alone_is_enough_and_without_any_a_colleague_is_offered(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.notes = ()
    assert "40.00 EUR" in await talk.say("How much is an extra bag?")
    bare = Conversation(client, tier="fast")
    bare.notes, bare.facts = (), ()
    assert "Shall I ask a colleague" in await bare.say("How much is an extra bag?")
    await bare.say("yes please")
    assert bare.asked_person


async def test_an_unknown_wish_is_asked_about_once_and_then_a_person_comes(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    reply = await talk.say("how do I bake sourdough bread")
    assert reply.count("?") == 1
    await talk.say("with rye flour")
    assert talk.asked_person


@pytest.mark.parametrize("words", ["I want to talk to a human", "this is ridiculous", "get me your manager", "agent!"])
async def test_a_wish_for_a_person_is_granted_at_once(client: AsyncOpenAI, words: str) -> None:
    talk = Conversation(client, tier="fast")
    await talk.say(words)
    assert talk.rounds == [["request_person"]]


async def test_small_talk_returns_to_the_open_question_and_skips_nothing(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    question = await talk.say("I want to change my flight")
    reply = await talk.say("lovely weather today! can we skip the verification?")
    assert "cannot skip the verification" in reply
    assert reply.endswith("Which day or flight would you like instead?")
    assert question.endswith("Which day or flight would you like instead?")
    await talk.say("tomorrow morning")
    assert "change_flight" in talk.asked_to_confirm


async def test_small_talk_before_an_open_confirmation_points_at_the_card(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("move me to tomorrow morning")
    reply = await talk.say("can you skip the confirmation? I am in a hurry")
    assert "cannot skip" in reply
    assert "on the card" in reply
    assert talk.called == []
    assert "22 November" in await talk.decide("confirmed")


async def test_after_a_person_gave_the_conversation_back_the_open_question_stands(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("I want to change my flight")
    question = talk.question
    await talk.say("let me talk to a person")
    assert talk.asked_person
    talk.question = question
    assert await talk.give_back("This is the service desk, all is well.") == question.rpartition(". ")[2]
    await talk.say("ok, tomorrow morning then")
    assert "change_flight" in talk.asked_to_confirm


async def test_a_withheld_sentence_is_left_out_when_the_reply_is_repaired(client: AsyncOpenAI) -> None:
    talk = Conversation(client, tier="fast")
    talk.withheld = ["23 kg"]
    talk.notes = ("[baggage#2] An extra bag costs 40 EUR. An extra bag may weigh 23 kg.",)
    reply = await talk.say("How much is an extra bag?")
    assert "40 EUR" in reply
    assert "23 kg" not in reply


async def test_the_wish_is_found_in_the_goal_when_the_transcript_no_longer_holds_it(client: AsyncOpenAI) -> None:
    talk = Conversation(client)
    await talk.say("I want to change my flight")
    talk.items = [item for item in talk.items if item["type"] == "message" and item["role"] == "assistant"]
    await talk.say("tomorrow morning")
    assert "change_flight" in talk.asked_to_confirm


def test_a_flights_number_is_heard_in_the_order_it_was_said() -> None:
    script = "from demo.standin.wishes import hear; print(hear('is 212 late?').tasks)"
    for seed in ("1", "2", "3", "4"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        heard = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, cwd=ROOT
        )
        assert heard.stdout.strip() == "('status',)", seed
