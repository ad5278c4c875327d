"""What may be claimed and promised in German, Spanish and French, and what in a language that nothing reads?"""

from datetime import date
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pack import Voice
from governance.evidence import Evidence, ExecutedEffect, KnownResult, KnownText, gather_evidence
from governance.other_deeds import checked_language, find_other_deeds, find_other_promise
from governance.other_figures import english_figures
from governance.read_languages import TONGUES
from governance.sentences import split_sentences
from governance.validate_reply import validate_sentence

NOTHING = gather_evidence(today=date(2026, 11, 21))
CANCELLED = ExecutedEffect("cancel_reservation", "Cancel a booking")


def said_in(language: str, sentence: str, **held: object) -> str:
    """The code of the verdict on a sentence in this language; `held`: what the request holds."""
    evidence = gather_evidence(today=date(2026, 11, 21), language=language, **held)  # type: ignore[arg-type]
    return validate_sentence(sentence, "", evidence, Voice()).code


CLAIMED = {
    "de": [
        "Ich habe Ihre Buchung soeben storniert.",
        "Wir haben das erledigt.",
        "Das Geld ist überwiesen.",
        "Alles erledigt!",
        "Ihre Karte wurde gesperrt.",
        "Ich bestätige, dass Ihr Flug storniert wurde.",
        "Eine Kollegin hat die Erstattung genehmigt.",
        "Ihnen wurden 40 EUR gutgeschrieben.",
    ],
    "es": [
        "Ya he cancelado su reserva.",
        "Cancelé su reserva.",
        "Notifiqué a la compañía.",
        "Su tarjeta está bloqueada.",
        "La transferencia fue enviada.",
        "Un compañero ha aprobado el reembolso.",
        "¡Hecho!",
    ],
    "fr": [
        "J’ai bien annulé votre réservation.",
        "Nous avons déjà envoyé la confirmation.",
        "Votre carte est bloquée.",
        "C'est fait !",
        "Un collègue a approuvé le remboursement.",
        "Le virement a été effectué.",
    ],
}
NOT_CLAIMED = {
    "de": [
        "Ich habe Ihre Buchung nicht storniert.",
        "Sobald die Buchung storniert ist, melde ich mich.",
        "Soll die Buchung storniert werden?",
        "Die Buchung kann online storniert werden.",
        "Sie haben am Montag gebucht.",
        "Tickets, die storniert wurden, gelten nicht mehr.",
        "Ihr gebuchter Flug geht von Gate B14.",
    ],
    "es": [
        "No he cancelado su reserva.",
        "Si su vuelo ha sido cancelado, le ayudamos.",
        "La reserva puede ser cancelada en línea.",
        "¿Ha sido cancelada la reserva?",
        "Usted ha reservado dos asientos.",
    ],
    "fr": [
        "Je n'ai pas annulé votre réservation.",
        "Si votre vol a été annulé, nous vous aidons.",
        "La réservation peut être annulée en ligne.",
        "Vous avez réservé deux places.",
    ],
}


@pytest.mark.parametrize(("language", "text"), [(one, text) for one in CLAIMED for text in CLAIMED[one]])
def test_a_deed_that_nobody_did_is_not_said(language: str, text: str) -> None:
    assert list(find_other_deeds(text))
    assert said_in(language, text) in ("undone_action", "unsupported_money", "unbacked_promise")


@pytest.mark.parametrize("text", [text for texts in NOT_CLAIMED.values() for text in texts if "?" not in text])
def test_negations_conditions_possibilities_and_the_customers_own_deeds_claim_none(text: str) -> None:
    assert list(find_other_deeds(text)) == []


@pytest.mark.parametrize(("language", "text"), [("de", NOT_CLAIMED["de"][2]), ("es", NOT_CLAIMED["es"][3])])
def test_a_question_claims_none(language: str, text: str) -> None:
    assert said_in(language, text) == "released"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich habe Ihre Buchung storniert."),
        ("es", "He cancelado su reserva."),
        ("fr", "J'ai annulé votre réservation."),
    ],
)
def test_a_deed_that_the_ledger_holds_is_said_and_one_more_thing_is_not(language: str, text: str) -> None:
    assert said_in(language, text, effects=[CANCELLED]) == "released"
    hotel = {"de": "Ich habe ein Hotel storniert.", "es": "He cancelado un hotel.", "fr": "J'ai annulé un hôtel."}
    assert said_in(language, hotel[language], effects=[CANCELLED]) == "undone_action"


def test_a_state_that_was_read_backs_what_was_done_by_others() -> None:
    read = [KnownResult("Flight status", {"status": "cancelled"}, "get_flight_status")]
    assert said_in("de", "Ihr Flug wurde leider annulliert.", results=read) == "released"
    assert said_in("de", "Ich habe Ihren Flug annulliert.", results=read) == "undone_action"


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
@pytest.mark.parametrize("text", ["Storniert!", "Ya está cancelado.", "Voilà, c'est annulé."])
def test_a_short_deed_in_another_language_is_read_in_any_request(language: str, text: str) -> None:
    assert said_in(language, text) in ("undone_action", "wrong_language")


PROMISES = [
    ("de", "Sie erhalten eine Entschädigung."),
    ("de", "Wir erstatten Ihnen den vollen Preis."),
    ("de", "Wir geben Ihnen einen Rabatt."),
    ("es", "Le daremos un descuento."),
    ("es", "Recibirá el reembolso completo."),
    ("fr", "Vous recevrez un remboursement."),
    ("fr", "Nous vous offrons une remise."),
]


@pytest.mark.parametrize(("language", "text"), PROMISES)
def test_a_promise_takes_a_rule_or_an_effect(language: str, text: str) -> None:
    assert said_in(language, text) == "unbacked_promise"
    rule = "Passengers get a compensation, a discount and a full refund of the price."
    assert said_in(language, text, texts=[KnownText("rules", rule)]) == "released"


@pytest.mark.parametrize(
    "text",
    [
        "Wenn Sie eine Entschädigung erhalten, sagen wir es Ihnen.",
        "Ob Sie eine Entschädigung erhalten, prüft ein Kollege.",
        "Sie erhalten leider keine Entschädigung.",
        "No recibirá ningún reembolso.",
        "Vous ne recevrez pas de remise.",
        "Ich kann Ihnen einen Gutschein geben.",
    ],
)
def test_what_is_denied_open_or_possible_promises_nothing(text: str) -> None:
    assert find_other_promise(text, NOTHING) == ""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ich bin ein echter Mensch."),
        ("de", "Hier schreibt kein Roboter."),
        ("es", "No soy un robot."),
        ("es", "Soy una persona."),
        ("fr", "Je suis une vraie personne."),
        ("fr", "Je ne suis pas un robot."),
    ],
)
def test_being_a_machine_is_not_denied(language: str, text: str) -> None:
    assert said_in(language, text) == "denies_automation"


@pytest.mark.parametrize("text", ["Ich bin kein Mensch.", "No soy una persona.", "Je ne suis pas une personne."])
def test_being_a_machine_may_be_admitted(text: str) -> None:
    language = {"I": "de", "N": "es", "J": "fr"}[text[0]]
    assert said_in(language, text) == "released"


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [
        ("de", "fünfundvierzig Euro", "45 euros"),
        ("de", "zweihundertdreißig Euro", "230 euros"),
        ("de", "am 22. November um 15 Uhr", "am 22 November um 15:00"),
        ("de", "guten Morgen, morgen um 14.55 Uhr", "morning, tomorrow um 14:55"),
        ("de", "in drei Stunden", "in 3 hours"),
        ("de", "ein Koffer", "ein bag"),
        ("es", "treinta y dos kilos y una maleta", "32 kilos y una bag"),
        ("es", "doscientos cuarenta euros", "240 euros"),
        ("es", "el 22 de noviembre de 2026 a las 15", "el 22 November 2026 at 15:00"),
        ("es", "mañana por la mañana", "tomorrow morning"),
        ("es", "dos mil quinientos", "2500"),
        ("fr", "quatre-vingt-dix-neuf euros", "99 euros"),
        ("fr", "soixante et onze", "71"),
        ("fr", "vingt et un jours", "21 days"),
        ("fr", "à 14h55 ou 14 h 55 ou à 15 h", "à 14:55 ou 14:55 ou à 15:00"),
        ("fr", "deux cents et un an", "201 years"),
        ("en", "am 22. November um 15 Uhr", "am 22. November um 15 Uhr"),
        ("it", "quaranta euro", "quaranta euro"),
    ],
)
def test_figures_are_read_in_words_too(language: str, text: str, english: str) -> None:
    assert english_figures(text, language) == english


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das kostet fünfundvierzig Euro."),
        ("de", "Das dauert noch drei Tage."),
        ("es", "Eso cuesta cuarenta y cinco euros."),
        ("es", "Su vuelo sale mañana."),
        ("fr", "Cela coûte quarante-cinq euros."),
        ("fr", "Il reste quatre-vingts places."),
        ("fr", "Votre vol part lundi."),
    ],
)
def test_a_figure_in_words_must_be_backed(language: str, text: str) -> None:
    assert said_in(language, text).startswith("unsupported_")


def test_a_day_in_german_ends_no_sentence() -> None:
    assert len(split_sentences("Der Flug am 22. November ist voll. Am 23. Dezember nicht.")) == 2
    assert len(split_sentences("You have 2. Next.")) == 2


@pytest.mark.parametrize("language", ["it", "pt", "nl", "tr", "ja"])
@pytest.mark.parametrize("text", ["Ho cancellato il suo volo.", "Rezervasyonunuz iptal edildi.", "Yes.", "はい。"])
def test_in_a_language_that_nothing_reads_no_model_speaks(language: str, text: str) -> None:
    assert said_in(language, text) == "unread_language"


def test_the_words_of_one_language_claim_nothing_in_english() -> None:
    text = "I am on it. He has a change to list, and a place in the list is as good as done by a bot."
    assert list(find_other_deeds(text)) == []
    assert find_other_promise(text, NOTHING) == ""


def test_every_deed_is_one_that_english_knows_too() -> None:
    from governance.action_claims import DEEDS

    told = {deed for tongue in TONGUES.values() for deed in (*tongue.deeds.values(), *tongue.did.values())}
    assert told - DEEDS.keys() == set()


_UNITS = ["null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"]
_TENS = ["-", "zehn", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]


def in_german(number: int) -> str:
    """The number below a million in words, as one writes it."""
    if number >= 1_000:
        return f"{in_german(number // 1_000)}tausend{in_german(number % 1_000) if number % 1_000 else ''}"
    if number >= 100:
        return f"{_UNITS[number // 100]}hundert{in_german(number % 100) if number % 100 else ''}"
    if number < 20:
        return _UNITS[number] if number < 13 else f"{_UNITS[number - 10].rstrip('s').removesuffix('en')}zehn"
    return f"{_UNITS[number % 10]}und{_TENS[number // 10]}" if number % 10 else _TENS[number // 10]


WORDS = st.lists(
    st.one_of(
        st.sampled_from(sorted({word for tongue in TONGUES.values() for word in (*tongue.numbers, *tongue.figures)})),
        st.sampled_from(["ich habe", "storniert", "und", "y", "et", "un", "22.", "14h55", ",", "!"]),
        st.integers(100, 999_999).map(in_german),
        st.text(ascii_lowercase, max_size=4),
    ),
    max_size=12,
).map(" ".join)


@given(WORDS, st.sampled_from(sorted(TONGUES)))
def test_any_words_are_read_without_an_error(text: str, language: str) -> None:
    evidence: Evidence = gather_evidence(today=date(2026, 11, 21), language=language)
    assert validate_sentence(text, "", evidence, Voice()).outcome in ("release", "repair", "replace", "hand_over")


@given(st.integers(2, 999_999))
def test_every_german_number_below_a_million_is_read(number: int) -> None:
    assert english_figures(f"{in_german(number)} Euro", "de") == f"{number} euros"


def test_every_german_number_below_two_thousand_is_read() -> None:
    told = [english_figures(f"{in_german(number)} Euro", "de") for number in range(2, 2_000)]
    assert told == [f"{number} euros" for number in range(2, 2_000)]


@pytest.mark.parametrize(
    ("locale", "locales", "language"),
    [
        ("", ["en"], "en"),
        ("de-AT", ["en", "de-AT"], "de"),
        ("it", ["de", "it"], "de"),
        ("it", ["it", "en"], "en"),
        ("", ["it"], "it"),
    ],
)
def test_models_answer_in_a_language_that_can_be_checked(locale: str, locales: list[str], language: str) -> None:
    assert checked_language(locale, locales) == language


@pytest.mark.parametrize(
    ("language", "asked", "answer"),
    [
        ("de", "Geht am 23. November um 15 Uhr noch etwas?", "Am 23. November um 15:00 Uhr also."),
        ("de", "am dreiundzwanzigsten, am 23. November", "Also am 23. November."),
        ("es", "el 23 de noviembre a las 15", "El 23 de noviembre a las 15:00."),
        ("fr", "le 23 novembre à 15h30", "Le 23 novembre à 15 h 30."),
    ],
)
def test_what_the_customer_says_in_their_language_backs_it(language: str, asked: str, answer: str) -> None:
    assert said_in(language, answer, customer_words=[asked]) == "released"
    assert said_in(language, answer.replace("23", "24"), customer_words=[asked]) == "unsupported_date"


@pytest.mark.parametrize(
    ("language", "passage", "right", "wrong"),
    [
        ("de", "Ein Koffer kostet vierzig Euro und ist bis zu drei Tage vorher zu buchen.", "40 Euro", "45 Euro"),
        ("es", "Una maleta cuesta cuarenta euros y se reserva hasta tres días antes.", "40 euros", "45 euros"),
        ("fr", "Une valise coûte quarante euros et se réserve jusqu'à trois jours avant.", "40 euros", "45 euros"),
    ],
)
def test_a_passage_in_their_language_backs_a_figure(language: str, passage: str, right: str, wrong: str) -> None:
    says = {"de": "Der Koffer kostet {}.", "es": "La maleta cuesta {}.", "fr": "La valise coûte {}."}[language]
    assert said_in(language, says.format(right), texts=[KnownText("rules", passage)]) == "released"
    assert said_in(language, says.format(wrong), texts=[KnownText("rules", passage)]) == "unsupported_money"


@pytest.mark.parametrize(
    "text",
    ["Nous allons faire un bon vol.", "Vous avez une bonne place.", "Hier sind die Regeln zu Gutscheinen.", "¿Vale?"],
)
def test_small_words_promise_nothing(text: str) -> None:
    assert find_other_promise(text, NOTHING) == ""
