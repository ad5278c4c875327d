"""Is a name of the company's that nothing names withheld, and a standing that the customer has not?"""

from datetime import date

import pytest
from pydantic import JsonValue

from contracts.pack import Voice
from governance.evidence import ExecutedEffect, KnownResult, KnownText, gather_evidence
from governance.validate_reply import validate_sentence

VOICE = Voice.model_construct(brand="Fernway Lines is calm and kind.")
TERMS = (
    "New customers get help. Members rise to silver, gold and platinum. The Harbour Pass opens the lounge. "
    "Light and classic tickets can be changed at the counter."
)
KNOWN = gather_evidence(
    today=date(2026, 11, 21),
    results=[KnownResult("account", {"tier": "silver"}), KnownResult("booking", {"fare_class": "classic"})],
    texts=[KnownText("terms", TERMS)],
    language="en",
)


def code(sentence: str) -> str:
    return validate_sentence(sentence, "", KNOWN, VOICE).code


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("With our Snow Club your skis fly along.", False),
        ("It's part of our Comfort Care Pass.", False),
        ("Our SafeSend guarantee covers it.", False),
        ("That is our WeekendSaver rate.", False),
        ("Our Harbour Pass opens the lounge.", True),
        ("Our Fernway Club is open to all.", True),
        ("Our Light fare can be changed at the counter.", True),
        ("Our Lisbon office can help.", True),
        ("Our Winter fares differ.", True),
        ("Welcome to our lounge.", True),
    ],
)
def test_what_the_company_has_is_named_by_a_text_of_its_own(sentence: str, said: bool) -> None:
    assert code(sentence) == ("released" if said else "unsupported_term")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("As a silver member you have a queue of your own.", True),
        ("As a gold member you have a queue of your own.", False),
        ("You're still a platinum member.", False),
        ("If you're a gold member, please say so.", True),
        ("You're not a gold member yet.", True),
        ("Your classic ticket can be changed.", True),
        ("Your light ticket can be changed.", False),
        ("As a new customer you start without a tier.", True),
    ],
)
def test_the_customer_is_what_a_result_says(sentence: str, said: bool) -> None:
    assert code(sentence) == ("released" if said else "unsupported_term")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("I've frozen the card ending in 8830.", True),
        ("I've frozen the card ending in 2175.", False),
        ("I've frozen the one ending in 8830, and 2175 is still active.", True),
        ("Unlike 2175, which I've left alone, I've frozen 8830.", True),
        ("I've frozen it.", True),
    ],
)
def test_a_deed_was_done_to_the_thing_that_is_named(sentence: str, said: bool) -> None:
    cards: list[JsonValue] = [{"card_id": f"c_{last4}", "last4": last4} for last4 in ("8830", "2175")]
    known = gather_evidence(
        today=date(2026, 11, 21),
        results=[KnownResult("cards", {"cards": cards})],
        effects=[ExecutedEffect("freeze_card", "Freeze a card", {"last4": "8830", "status": "frozen"})],
    )
    assert validate_sentence(sentence, "", known, VOICE).code == ("released" if said else "undone_action")
