"""Are the wishes of a message told apart, each sure or unsure, and single wishes left whole?"""

import pytest

from activities.classify_text import IntentClassifier
from activities.split_wishes import find_wishes, parts_of
from contracts.pack import Pack
from contracts.steps import Classified, Wish
from governance.route import RouteContext, choose_route

PAIRS = [
    ("refund my bag fee, and is 212 late?", {"refund_status", "flight_status"}),
    ("Is flight NW212 on time? And how much is an extra bag?", {"flight_status", "ask_baggage_price"}),
    ("Move me to tomorrow's morning flight and tell me how many points I have", {"change_flight", "loyalty_points"}),
    ("My bag is lost. Also, is NW204 delayed?", {"lost_bag", "flight_status"}),
    ("What's my points balance, and when does my booking leave?", {"loyalty_points", "my_booking"}),
    ("Is NW502 late and can I bring a small pet?", {"flight_status", "pets"}),
    ("Could you change my flight to Friday? I also need a wheelchair.", {"change_flight", "special_assistance"}),
    ("Please send me an invoice and tell me whether NW204 is on time", {"invoice", "flight_status"}),
    ("Where is my bag, and can I get a seat by the window?", {"lost_bag", "seat"}),
    ("I want to speak to a person, but first: is flight 212 on time?", {"speak_to_person", "flight_status"}),
]
SINGLE = [
    "Hi, how much is an extra bag?",
    "Move me to tomorrow's flight, my mother is ill",
    "I have two bags. How much is an extra bag?",
    "My name is Anna and I live in Frankfurt",
    "Thanks, and bye",
]


@pytest.fixture(scope="module")
def classifier(airline: Pack) -> IntentClassifier:
    return IntentClassifier(airline.intents, airline.manifest.thresholds)


def wishes_in(text: str, pack: Pack, classifier: IntentClassifier) -> tuple[Wish, ...]:
    besides = [name for name, known in pack.intents.items() if known.meaning not in (None, "wants_person")]
    return find_wishes(text, classifier.predict, besides)


@pytest.mark.parametrize(("text", "intents"), PAIRS)
def test_two_wishes_are_told_apart(airline: Pack, classifier: IntentClassifier, text: str, intents: set[str]) -> None:
    assert {wish.intent for wish in wishes_in(text, airline, classifier)} == intents


@pytest.mark.parametrize("text", SINGLE)
def test_one_wish_stays_whole(airline: Pack, classifier: IntentClassifier, text: str) -> None:
    assert wishes_in(text, airline, classifier) == ()


def test_hardly_any_paraphrase_of_one_wish_is_split(
    airline: Pack, classifier: IntentClassifier, paraphrases: dict[str, dict[str, list[str]]]
) -> None:
    texts = [text for part in ("tuning", "unseen") for texts in paraphrases[part].values() for text in texts]
    split = [text for text in texts if wishes_in(text, airline, classifier)]
    assert len(split) / len(texts) <= 0.01, split


def test_a_sentence_that_asks_for_something_unknown_counts_unsure(airline: Pack, classifier: IntentClassifier) -> None:
    found = wishes_in("Is NW212 late? Can you get us something for the hungry baby on board?", airline, classifier)
    assert [wish.sure for wish in found] in ([True], [True, False], [])


BOTH = (
    Wish(intent="flight_status", confidence=0.9, sure=True),
    Wish(intent="speak_to_person", confidence=0.9, sure=True),
)


def route(**given: object) -> tuple[str, str]:
    said = Classified.model_validate({"intent": "flight_status", "confidence": 0.9, "wishes": BOTH, **given})
    chosen = choose_route(said, RouteContext(confidence_threshold=0.6))
    return chosen.route, chosen.reason


def test_several_wishes_are_planned_for_and_a_person_comes_after_the_rest() -> None:
    assert route() == ("planner", "several_wishes")
    assert route(wants_person=True) == ("planner", "several_wishes")
    assert route(wants_person=True, wishes=()) == ("person", "wants_person")
    assert route(angry=True) == ("person", "anger")


@pytest.mark.parametrize("between", [" " * 100_000, " - " * 30_000, ", " * 50_000])
def test_white_space_made_to_be_slow_is_not(between: str) -> None:
    assert parts_of(f"please cancel my booking{between}and how much is a bag") == (
        "please cancel my booking",
        "how much is a bag",
    )
