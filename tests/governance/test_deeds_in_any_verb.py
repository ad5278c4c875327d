"""Is a deed found in a verb that nobody has thought of, and none in looking, thinking and speaking?"""

from datetime import date

import pytest

from contracts.pack import Voice
from governance.evidence import ExecutedEffect, KnownResult, KnownText, gather_evidence
from governance.validate_reply import validate_sentence

VOICE = Voice.model_construct(forbidden_topics=("investment advice",))


def code(sentence: str, *effects: ExecutedEffect) -> str:
    known = gather_evidence(
        today=date(2026, 11, 21),
        effects=effects,
        customer_words=["We are two, with two cards."],
        texts=[KnownText("terms", "A refund reaches the card within 7 working days.")],
    )
    return validate_sentence(sentence, "", known, VOICE).code


@pytest.mark.parametrize(
    "sentence",
    [
        "I've escalated this to my supervisor.",
        "I have flagged your account.",
        "We've already rerouted your parcel.",
        "I've put your name on the list.",
        "I have now set a reminder for you.",
        "I've called the hotel for you.",
        "I've put both of you on the early flight.",
        "I've let the crew know.",
        "I've asked the hotel to wait for you.",
        "I told our hotel that you come late.",
        "I have passed this on to the airport.",
        "I've signed you up for the newsletter.",
        "I've set up a forwarding rule.",
        "We've taken care of it.",
        "A colleague has signed it off.",
        "The manager has agreed to it.",
        "Our team has repaired your bag.",
        "Both of your new cards are blocked.",
        "I've e-mailed you the receipt.",
        "We have re-booked you.",
        "I've put two seats on hold for you.",
        "I've also contacted our local team.",
    ],
)
def test_a_deed_is_one_in_any_verb(sentence: str) -> None:
    assert code(sentence) == "undone_action"


@pytest.mark.parametrize(
    "sentence",
    [
        "I've looked into it and compared the fares.",
        "I have summed it up for you.",
        "I've sorted them by price.",
        "I've put together a short list.",
        "I've called up your booking.",
        "I've set out the steps below.",
        "We have limited seats.",
        "We have reduced fares on that day.",
        "A colleague has joined the chat.",
        "The team has received your form.",
        "A manager has limited time today.",
        "I've not escalated it.",
        "Once I've flagged it, a colleague calls you.",
        "If you like, I can put you on the early flight.",
        "Shall I let the crew know?",
        "Let the crew know once you are there.",
        "I've noted your wish.",
        "I have overlooked that, and I've retrieved it again.",
        "I've asked you for the code.",
    ],
)
def test_looking_thinking_and_speaking_is_none(sentence: str) -> None:
    assert code(sentence) == "released"


def test_what_goes_on_behind_a_comma_is_claimed_too() -> None:
    cancelled = ExecutedEffect("cancel_reservation", "Cancel the reservation")
    assert code("I've cancelled it.", cancelled) == "released"
    assert code("I've cancelled it, refunded the fare and sent you a voucher.", cancelled) == "undone_action"
    assert code("I've cancelled it, blocked the card, and that's all.", cancelled) == "undone_action"


@pytest.mark.parametrize(
    ("sentence", "withheld"),
    [
        ("You'll get every penny back.", "unbacked_promise"),
        ("We will give you all of it back.", "unbacked_promise"),
        ("I'll get back to you.", ""),
        ("You would be wiser to put it into bonds.", "forbidden_advice"),
        ("I'd suggest moving it into an index fund.", "forbidden_advice"),
        ("You can pay into the account at any branch.", ""),
    ],
)
def test_full_refunds_and_investments_are_neither_promised_nor_advised(sentence: str, withheld: str) -> None:
    assert code(sentence) == (withheld or "released")


FREEZE = ExecutedEffect("freeze_card", "Freeze a card", {"card_id": "card_1", "status": "frozen"})
REFUND = ExecutedEffect("refund_payment", "Refund a payment", {"amount": {"amount": 9320, "currency": "EUR"}})


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("I've frozen the card.", True),
        ("One of your two cards is frozen.", True),
        ("Both of your cards are frozen.", False),
        ("I've also reported the theft.", False),
        ("I've asked our colleagues in town to ring you.", False),
        ("I've put the card out of action.", True),
        ("I've escalated it.", True),
    ],
)
def test_an_effect_backs_no_deed_on_another_thing(sentence: str, said: bool) -> None:
    assert (code(sentence, FREEZE) == "released") is said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("€93.20 is on its way back to your card.", True),
        ("€186.40 is on its way back to your card.", False),
        ("Half of the €186.40 that you paid goes back to your card.", True),
        ("You paid €186.40, and €93.20 of it goes back to your card.", True),
        ("You paid €93.20, and €186.40 goes back to your card.", False),
    ],
)
def test_what_comes_back_is_what_was_refunded(sentence: str, said: bool) -> None:
    known = gather_evidence(
        today=date(2026, 11, 21),
        results=[KnownResult("booking", {"price_paid": {"amount": 18640, "currency": "EUR"}})],
        effects=[REFUND],
        texts=[KnownText("terms", "A refund of 93.20 EUR is due.")],
    )
    assert (validate_sentence(sentence, "", known, VOICE).code == "released") is said


@pytest.mark.parametrize(
    ("sentence", "given"),
    [
        ("I'd put most of it into an index fund.", True),
        ("I'd put most of it into your savings account.", False),
        ("Half a tablet of a mild sedative works well.", True),
        ("A small carrier works well.", False),
    ],
)
def test_advice_needs_no_should(sentence: str, given: bool) -> None:
    topics = ("investment advice", "medical advice")
    voice = Voice.model_construct(forbidden_topics=topics)
    assert (
        validate_sentence(sentence, "", gather_evidence(today=date(2026, 11, 21)), voice).code != "released"
    ) is given
