"""Do negations, states, days and denials count only where they belong, in each language?"""

from datetime import date

import pytest
from pydantic import JsonValue

from contracts.pack import Voice
from governance import derive, validate_reply
from governance.claims import Claim, find_claims
from governance.denials import denies_automation
from governance.evidence import KnownResult, KnownText, gather_evidence
from governance.other_deeds import find_other_deeds, find_other_promise
from governance.other_figures import english_figures
from governance.validate_reply import validate_sentence

TODAY = date(2026, 11, 21)
TOMORROWS: JsonValue = {"departure": "2026-11-22T14:55:00Z", "boarding": "2026-11-21T20:10:00Z", "price": "1240.50"}
NOTHING = gather_evidence(today=TODAY)


def said_in(language: str, sentence: str, *texts: str, result: JsonValue = TOMORROWS) -> str:
    """The code of the verdict where this result was read and these are passages."""
    evidence = gather_evidence(
        today=TODAY,
        language=language,
        results=[KnownResult("Flight status", result, "get_flight_status")],
        texts=[KnownText("rules", text) for text in texts],
    )
    return validate_sentence(sentence, "", evidence, Voice()).code


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Your flight leaves today at 14:55."),
        ("en", "It leaves tonight at 14:55."),
        ("de", "Ihr Flug startet heute um 14:55 Uhr."),
        ("es", "Su vuelo sale hoy a las 14:55."),
        ("fr", "Votre vol part aujourd’hui à 14:55."),
    ],
)
def test_today_is_a_day(language: str, text: str) -> None:
    assert said_in(language, text) == "unsupported_date"
    assert said_in(language, text.replace("14:55", "20:10")) == "released"
    assert said_in(language, text.replace("14:55", "20:10"), result={"departure": "2026-11-21T20:10:00Z"}) == "released"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Today is a good day to fly."),
        ("en", "As of today, it leaves at 14:55."),
        ("en", "It is 21 November today; it leaves on 22 November at 14:55."),
        ("de", "Heute kann ich das nicht sagen."),
    ],
)
def test_today_alone_states_nothing(language: str, text: str) -> None:
    assert said_in(language, text) == "released"


@pytest.mark.parametrize(
    "text",
    [
        "Ich habe Ihren Flug ohne Gebühr storniert.",
        "Ich habe Ihren Flug storniert und keine Gebühr berechnet.",
        "Ich habe nicht nur Ihren Flug storniert.",
        "Ich habe Ihren nicht erstattbaren Flug storniert.",
        "He cancelado su vuelo sin cargo.",
        "No obstante he cancelado su vuelo.",
        "No hay problema y he cancelado su vuelo.",
        "J'ai annulé votre vol sans frais.",
        "Pas de souci j'ai annulé votre vol.",
        "Je n'ai annulé que votre vol.",
    ],
)
def test_a_negation_of_something_else_denies_no_deed(text: str) -> None:
    assert list(find_other_deeds(text))


@pytest.mark.parametrize(
    "text",
    [
        "Ihre Buchung wurde noch nicht von uns storniert.",
        "Nicht storniert.",
        "Ich habe das nicht storniert.",
        "Ich habe keine Buchung storniert.",
        "Es wurde nichts abgebucht.",
        "Der Flug ist weder storniert noch umgebucht.",
        "Ich habe nichts storniert und nichts umgebucht.",
        "Todavía no se le ha reembolsado nada.",
        "Ninguna reserva ha sido cancelada.",
        "Aún no está cancelado.",
        "Votre vol n'a malheureusement pas encore été annulé.",
        "Aucune réservation n'a été annulée.",
        "Je n'ai annulé aucune réservation.",
        "Rien n'a été débité.",
        "Una vez que su reserva ha sido cancelada, le avisamos.",
        "Une fois que votre vol a été annulé, nous vous aidons.",
    ],
)
def test_a_negation_of_the_deed_denies_it(text: str) -> None:
    assert list(find_other_deeds(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sie erhalten ohne Antrag eine Entschädigung.",
        "Wir erstatten Ihnen den Preis und berechnen nichts.",
        "Sie erhalten nicht nur einen Gutschein.",
        "Recibirá un reembolso sin comisión.",
        "Vous recevrez un remboursement sans frais.",
    ],
)
def test_a_negation_of_something_else_denies_no_promise(text: str) -> None:
    assert find_other_promise(text, NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "Wir erstatten den Preis nicht.",
        "Leider erstatten wir nicht den vollen Preis.",
        "Sie erhalten keinen Rabatt und keinen Gutschein.",
        "Eine Entschädigung erhalten Sie nicht.",
        "No recibirá un reembolso.",
        "Vous ne recevrez aucune remise.",
    ],
)
def test_a_negation_of_the_promise_denies_it(text: str) -> None:
    assert find_other_promise(text, NOTHING) == ""


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("14:55 Uhr am Gate B14", "14:55 on Gate B14"),
        ("um 15 Uhr am 22. November", "um 15:00 on 22 November"),
        ("12:55 Uhr am 22. November", "12:55 on 22 November"),
    ],
)
def test_am_is_no_half_of_a_day_in_german(text: str, english: str) -> None:
    assert english_figures(text, "de") == english


@pytest.mark.parametrize(
    "text",
    [
        "Ich verbinde Sie mit einem Menschen.",
        "Soll ich Sie mit einem Menschen verbinden?",
        "Sie sprechen mit einem Programm, nicht mit einem Menschen.",
        "Sie sprechen nicht mit einem Menschen.",
        "Sie sprechen gleich mit einem Menschen.",
        "Möchten Sie mit einem Menschen sprechen?",
        "Cuando quiera, habla con una persona.",
        "Usted no habla con una persona.",
        "No soy realmente una persona.",
        "Quand vous voulez, vous parlez à une personne.",
        "Je ne suis pas une personne réelle.",
    ],
)
def test_handing_over_to_a_person_denies_nothing(text: str) -> None:
    assert denies_automation(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Natürlich bin ich ein Mensch.",
        "Ich bin selbstverständlich ein echter Mensch.",
        "Sie sprechen hier mit einem echten Menschen.",
        "Hier schreiben Sie mit einem Menschen.",
        "Está hablando con una persona.",
        "Sí, habla con una persona real.",
        "Je suis bien une personne réelle.",
        "Vous parlez bien à une vraie personne.",
        "Oui, vous parlez avec un humain.",
    ],
)
def test_being_a_person_is_not_claimed(text: str) -> None:
    assert denies_automation(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El desayuno está incluido en la tarifa."),
        ("es", "El mostrador está abierto por la noche."),
        ("fr", "Le petit-déjeuner est inclus dans le tarif."),
        ("fr", "Les animaux sont autorisés en cabine."),
        ("fr", "Le comptoir est ouvert."),
    ],
)
def test_how_things_are_is_no_deed(language: str, text: str) -> None:
    assert said_in(language, text) == "released"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "He incluido el desayuno."),
        ("es", "Su reembolso ha sido autorizado."),
        ("fr", "J'ai ouvert un dossier."),
        ("fr", "Un dossier a été ouvert."),
    ],
)
def test_what_was_done_to_things_is_one(language: str, text: str) -> None:
    assert said_in(language, text) == "undone_action"


def test_what_a_passage_says_of_always_is_no_deed() -> None:
    rule = "Le montant est remboursé après le vol. La puerta está bloqueada de noche. Votre carte est bloquée."
    assert said_in("fr", "Le montant est remboursé.") == "undone_action"
    assert said_in("fr", "Le montant est remboursé.", rule) == "released"
    assert said_in("fr", "Votre réservation est remboursée.", rule) == "undone_action"
    assert said_in("fr", "Le montant a été remboursé.", rule) == "undone_action"
    assert said_in("fr", "Votre carte est bloquée.", rule) == "undone_action"
    assert said_in("fr", "Le vol est annulé.", "Si le vol est annulé, nous vous aidons.") == "undone_action"
    assert said_in("es", "La puerta está bloqueada.", rule) == "released"


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u202f"])
def test_a_blank_parts_thousands_before_cents_too(blank: str) -> None:
    price = f"Le prix est de 1{blank}240,50 EUR."
    held: JsonValue = {"price": {"amount": 124050, "currency": "EUR"}}
    less: JsonValue = {"price": {"amount": 24050, "currency": "EUR"}}
    assert said_in("fr", price, result=held) == "released"
    assert said_in("fr", price, result=less) == "unsupported_money"


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("de", "zweitausenddreihundert Euro", "2300 euros"),
        ("de", "hundertzwanzigtausend Euro", "120000 euros"),
        ("de", "hundertundzehn Euro", "110 euros"),
        ("de", "eintausendeinhundertelf Euro", "1111 euros"),
        ("de", "fünfzehnhundert Euro", "1500 euros"),
        ("de", "zwei Millionen Euro", "2000000 euros"),
        ("es", "dos millones de euros", "2000000 euros"),
        ("fr", "trois millions d'euros", "3000000 euros"),
        ("de", "Hundertschaften und Jahrtausende", "Hundertschaften und Jahrtausende"),
    ],
)
def test_long_numbers_in_words_are_read(language: str, text: str, english: str) -> None:
    assert english_figures(text, language) == english


def test_the_claims_of_a_reply_are_found_once_however_many_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counted(text: str, today: date) -> list[Claim]:
        looked.append(text)
        return find_claims(text, today)

    for module in (validate_reply, derive):
        monkeypatch.setattr(module, "find_claims", counted, raising=False)
    assert said_in("en", "In all that is " + "7 and " * 60 + "more.") == "unsupported_count"
    assert len(looked) <= 2


def test_a_million_must_be_backed() -> None:
    assert said_in("es", "Le corresponden un millón de euros.").startswith("unsupported_")
