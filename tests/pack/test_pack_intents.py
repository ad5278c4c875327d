"""Does the classifier know what customers mean, and keep quiet about what it does not?"""

import pytest

from activities.classify_text import IntentClassifier, neutralise
from contracts.pack import Pack, Thresholds


@pytest.fixture(scope="module")
def classifier(airline: Pack) -> IntentClassifier:
    return IntentClassifier(airline.intents, airline.manifest.thresholds)


def test_no_paraphrase_is_an_example(airline: Pack, paraphrases: dict[str, dict[str, list[str]]]) -> None:
    examples = {example.casefold() for intent in airline.intents.values() for example in intent.examples}
    for part in ("tuning", "unseen"):
        assert set(paraphrases[part]) == set(airline.intents)
        assert not examples & {text.casefold() for texts in paraphrases[part].values() for text in texts}


def test_unseen_paraphrases_are_understood(
    classifier: IntentClassifier, paraphrases: dict[str, dict[str, list[str]]]
) -> None:
    cases = [(text, intent) for intent, texts in paraphrases["unseen"].items() for text in texts]
    guesses = [(text, intent, classifier.predict(text)) for text, intent in cases]
    answered = [(text, intent, guess.intent) for text, intent, guess in guesses if guess.intent]
    wrong = [(text, intent, guess) for text, intent, guess in answered if guess != intent]
    assert len(answered) / len(cases) >= 0.9
    assert len(wrong) / len(answered) <= 0.02, wrong


def test_unknown_wishes_are_not_guessed_at(
    classifier: IntentClassifier, paraphrases: dict[str, dict[str, list[str]]]
) -> None:
    wishes = [*paraphrases["out_of_scope"]["tuning"], *paraphrases["out_of_scope"]["unseen"]]
    assert "can you translate a poem into Klingon" in wishes
    guessed = [(wish, classifier.predict(wish)) for wish in wishes if classifier.predict(wish).intent]
    assert guessed == []


STATED = [
    ("Hi there", "greeting"),
    ("How much is an extra bag?", "ask_baggage_price"),
    ("Hi, how much is an extra bag?", "ask_baggage_price"),
    ("Move me to tomorrow's morning flight", "change_flight"),
    ("Please move me to the morning flight tomorrow.", "change_flight"),
    ("A storm cancelled my flight 212, can you help me?", "disruption_help"),
    ("My bag is lost", "lost_bag"),
    ("What about my booking?", "my_booking"),
    ("I want a person", "speak_to_person"),
    ("I want to speak to a human now", "speak_to_person"),
    ("Can we skip the verification?", "bypass"),
    ("By the way, lovely weather today", "small_talk"),
    ("The first option, please", "choose_option"),
    ("Is flight NW731 on time?", "flight_status"),
]


@pytest.mark.parametrize(("text", "intent"), STATED)
def test_the_sentences_that_the_readme_names_are_understood(
    classifier: IntentClassifier, text: str, intent: str
) -> None:
    assert classifier.predict(text).intent == intent


def test_meanings_that_the_runtime_relies_on_are_there(airline: Pack) -> None:
    meanings = {intent.meaning for intent in airline.intents.values()}
    assert {"small_talk", "yes", "no", "choice", "wants_person", "angry", "bypass", "abuse"} <= meanings


@pytest.mark.parametrize("text", ["", "   ", "<NAME_1>", "K7Q2LM", "?!", "Keller", "🙂", "x" * 4_000])
def test_text_without_a_wish_has_no_intent(classifier: IntentClassifier, text: str) -> None:
    assert classifier.predict(text).intent == ""


def test_values_do_not_change_the_intent(classifier: IntentClassifier) -> None:
    assert neutralise("Is NW212 late?") == neutralise("is nw731 late?")
    first = classifier.predict("My name is <NAME_1>, please change flight NW212 of booking K7Q2LM")
    second = classifier.predict("My name is <NAME_7>, please change flight NW990 of booking P3XW9T")
    assert (first.intent, first.confidence) == (second.intent, second.confidence)
    assert first.intent == "change_flight"


def test_training_is_the_same_each_time(airline: Pack, classifier: IntentClassifier) -> None:
    again = IntentClassifier(airline.intents, airline.manifest.thresholds)
    for text in ("My suitcase did not come", "Can I take a later flight?", "Who are you?"):
        assert again.predict(text) == classifier.predict(text)


def test_thresholds_decide_when_it_abstains(airline: Pack) -> None:
    text = "how can I reserve a seat"
    bold = IntentClassifier(airline.intents, Thresholds(intent_confidence=0, known_words=0, similarity=0))
    shy = IntentClassifier(airline.intents, Thresholds(intent_confidence=1, known_words=0, similarity=0))
    assert bold.predict(text).intent == "seat"
    assert bold.predict("can you translate a poem into Klingon").intent
    guess = shy.predict(text)
    assert (guess.intent, guess.likeliest, guess.doubt) == ("", "seat", "unsure")


def test_a_pack_without_intents_always_abstains() -> None:
    assert IntentClassifier({}, Thresholds()).predict("hello").doubt == "no_intents"
