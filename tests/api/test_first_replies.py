"""Does every customer learn, with the first words and once, that an automated assistant writes?"""

from pathlib import Path

import pytest

from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import Stack

AIRLINE = Path(__file__).parents[2] / "packs" / "airline"
NOTICE = "I'm Northwind Air's automated assistant. You can ask for a person at any time."
QUESTION = "How much is an extra bag?"


def notices(customer: Conversation) -> list[tuple[str, int | None]]:
    """The events that bring the notice: type, and which sentence of a stream it goes before."""
    told = [event for event in customer.events() if event["data"].get("notice") == NOTICE]
    return [(event["type"], event["data"].get("index")) for event in told]


def test_the_first_sentence_brings_the_notice_and_no_later_reply_does(stack: Stack) -> None:
    customer = Conversation(stack)
    customer.say(QUESTION)
    assert customer.answers[0]["replies"][0]["notice"] == NOTICE
    assert notices(customer) == [("reply.sentence", 0), ("reply.done", None)]
    customer.say("And how heavy may it be?")
    assert "notice" not in customer.answers[1]["replies"][0]
    assert len(notices(customer)) == 2
    lines = [line.get("notice") for line in customer.look()["transcript"] if line["who"] != "customer"]
    assert lines[0] == NOTICE, "it is on record with the reply that it began"
    assert not any(lines[1:])


def test_a_flow_that_answers_first_says_it_too(stack: Stack) -> None:
    customer = Conversation(stack)
    customer.say("Is flight NW204 on time tomorrow?")
    assert notices(customer) == [("reply.done", None)]
    stored = rows(stack, "SELECT introduced FROM handrail.requests WHERE request_id = :r", r=customer.request_id)
    assert stored == [{"introduced": True}]


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_without_a_page_the_notice_is_part_of_the_first_message(stack: Stack, channel: str) -> None:
    customer = Conversation(stack, channel=channel)
    first = customer.say(QUESTION)[0]
    assert first.startswith(NOTICE)
    assert "40" in first
    assert customer.answers[0]["replies"][0]["messages"] == [first]
    done = [event["data"] for event in customer.events() if event["type"] == "reply.done"]
    assert (done[0]["text"], done[0]["messages"]) == (first, [first])
    assert NOTICE not in customer.say("And how heavy may it be?")[0]


def test_when_every_model_is_down_the_words_of_the_pack_say_it(stack: Stack) -> None:
    standin(stack, "POST", "/_control", json={"faults": [{"kind": "500", "times": 50}]})
    try:
        customer = Conversation(stack)
        customer.say("Can my dog travel in the cabin?")
    finally:
        standin(stack, "DELETE", "/_control")
    assert [kind for kind, _ in notices(customer)] == ["reply.done"]


def test_one_reply_reads_well_in_the_chat_in_an_sms_and_in_an_email(stack: Stack) -> None:
    """The model shows the picture that the pack has for it."""
    said = {}
    for channel in ("web", "sms", "email"):
        customer = Conversation(stack, channel=channel)
        customer.say("What may a cabin bag measure and weigh?")
        said[channel] = customer.answers[0]["replies"][0]
    (shown,) = said["web"]["parts"]
    assert shown["kind"] == "image"
    drawn = stack.http.get(f"{stack.url}{shown['url']}")
    assert drawn.content == (AIRLINE / "media" / "cabin-bag.svg").read_bytes()
    assert "http" not in said["web"]["text"]
    assert "55 x 40 x 23 cm" in said["web"]["text"]
    for channel, paragraphs in (("sms", "\n"), ("email", "\n\n")):
        notice, words, picture = said[channel]["text"].split(paragraphs)
        assert notice == NOTICE
        assert words == said["web"]["text"]
        assert picture == said["web"]["parts"][0]["text"], "the gateway's path is of no use there"


def test_a_flow_shows_the_packs_form_and_the_page_is_told_with_the_reply(stack: Stack) -> None:
    customer = Conversation(stack, channel="web")
    standin(stack, "POST", "/_control", json={"faults": [{"kind": "500", "times": 50}]})
    try:
        customer.say("My bag did not arrive")
    finally:
        standin(stack, "DELETE", "/_control")
    done = [event["data"] for event in customer.events() if event["type"] == "reply.done"]
    assert [part["name"] for part in done[0]["parts"]] == ["lost_bag_form"]


def test_an_unclear_wish_is_asked_about_with_choices(stack: Stack) -> None:
    customer = Conversation(stack)
    customer.say("wibble wobble")
    assert customer.answers[0]["replies"][-1]["parts"] == [
        {"kind": "buttons", "choices": ["A booking", "A flight", "My bags", "Something else"]}
    ]
