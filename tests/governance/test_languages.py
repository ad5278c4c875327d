"""Is a reply said in the customer's language, and in none that the checks cannot read?"""

from datetime import date

import pytest

from contracts.pack import Voice
from governance.evidence import gather_evidence
from governance.language import language_of, served_locale
from governance.validate_reply import validate_sentence
from tests.pack.conftest import AIRLINE

SAID = {
    "en": ["I have cancelled your flight.", "Which one would you like?", "Your card was charged 45.00 EUR."],
    "de": ["Ihr Flug wurde storniert.", "Ich möchte meinen Flug umbuchen", "Wann kann ich mit dem Koffer rechnen?"],
    "es": ["He cancelado su vuelo.", "Quiero cambiar mi vuelo para mañana", "Su vuelo sale mañana a las 10:30."],
    "fr": ["J'ai annulé votre vol.", "Le remboursement de 40 EUR est fait.", "Votre carte a été débitée."],
    "it": ["Ho cancellato il suo volo.", "Vorrei annullare la mia prenotazione"],
    "pt": ["Cancelei o seu voo.", "Quero cancelar a minha reserva"],
    "nl": ["Uw vlucht is geannuleerd.", "Ik wil mijn vlucht omboeken"],
}


@pytest.mark.parametrize(("language", "text"), [(language, text) for language in SAID for text in SAID[language]])
def test_the_language_of_a_sentence_is_told(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "Yes.", "NW212 FRA to LIS", "Rua Augusta 12, Lisboa", "<NAME_1>", "Madrid, Roma"])
def test_too_few_words_are_of_no_language(text: str) -> None:
    assert language_of(text) is None


def test_every_text_of_the_airline_is_english_or_too_short_to_tell() -> None:
    lines = [line for file in AIRLINE.glob("knowledge/*.md") for line in file.read_text(encoding="utf-8").splitlines()]
    assert {language_of(line) for line in lines} <= {"en", None}


def said_to(language: str, sentence: str) -> str:
    evidence = gather_evidence(today=date(2026, 11, 21), language=language)
    return validate_sentence(sentence, "", evidence, Voice()).code


@pytest.mark.parametrize("language", ["es", "de", "fr", "it", "pt", "nl"])
def test_a_deed_is_not_claimed_in_a_language_that_the_checks_do_not_read(language: str) -> None:
    assert said_to("en", SAID[language][0]) == "wrong_language"


def test_who_writes_spanish_is_not_answered_in_english() -> None:
    assert said_to("es", "Which one would you like?") == "wrong_language"
    assert said_to("es", "¿Cuál de los dos quiere usted?") == "released"


def test_the_customers_language_is_one_of_the_packs() -> None:
    assert served_locale("Quiero cambiar mi vuelo para mañana", ["en", "es-ES"]) == "es-ES"
    assert served_locale("Ich möchte meinen Flug umbuchen", ["en", "es"]) is None
    assert served_locale("ok", ["en", "es"]) is None
