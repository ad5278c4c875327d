"""Is a figure that follows from what is known said, and a slip in the sum withheld?"""

from datetime import date
from typing import Any

import pytest

from contracts.pack import Voice
from governance.evidence import ExecutedEffect, KnownResult, KnownText, gather_evidence
from governance.result_forms import text_forms
from governance.validate_reply import validate_sentence

TODAY = date(2026, 11, 21)


def eur(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "EUR"}


def line(booked: str, direction: str, cents: int, purpose: str) -> dict[str, Any]:
    return {"booked_on": booked, "direction": direction, "amount": eur(cents), "purpose": purpose}


LINES: dict[str, Any] = {
    "as_of": "2026-11-21T09:10:00Z",
    "lines": [
        line("2026-11-18", "out", 3120, "fuel"),
        line("2026-11-09", "out", 4880, "fuel"),
        line("2026-11-04", "out", 12000, "insurance"),
        line("2026-11-01", "in", 160000, "salary"),
    ],
}
FLIGHT: dict[str, Any] = {
    "as_of": "2026-11-21T09:10:00Z",
    "flight_id": "NW9-2026-11-26",
    "departs_at": "2026-11-26T07:30:00Z",
    "boarding_at": "2026-11-21T11:40:00Z",
    "price_paid": eur(21000),
    "purchased_at": "2026-09-14T10:00:00Z",
}
QUOTE: dict[str, Any] = {"as_of": "2026-11-21T09:10:00Z", "change": {"total_due": eur(4550)}}
LIMITS: dict[str, Any] = {"daily_limit": eur(300000), "used_today": eur(41000), "left_today": eur(259000)}
ORDER: dict[str, Any] = {"standing_order": {"amount": eur(7500), "day_of_month": 12}}
TERMS = (
    "A locker costs 4.20 EUR a month. Deposits bear 1.5 percent interest a year, paid at the end of March. "
    "A box costs 12 EUR small, 20 EUR medium and 35 EUR large. Boarding ends 20 minutes before departure."
)


def verdict(sentence: str, before: str = "", said: str = "", language: str = "en") -> str:
    known = gather_evidence(
        today=TODAY,
        results=[
            KnownResult("bookings", LINES, "list_transactions"),
            *(KnownResult("flight", one, "get_flight") for one in (FLIGHT, QUOTE)),
            *(KnownResult("account", one, "get_limits") for one in (LIMITS, ORDER)),
        ],
        texts=[KnownText("terms", TERMS)],
        customer_words=[said, "We are three."],
        language=language,
    )
    return validate_sentence(sentence, before, known, Voice()).code


@pytest.mark.parametrize(
    "sentence",
    [
        "Fuel: €31.20 + €48.80 = €80.00.",
        "You spent 80 euros on fuel this month.",
        "In all 200 EUR went out, and 1,600 EUR came in.",
        "The insurance is 60 percent of what you spent, and 7.5 percent of what came in.",
        "A locker is 4.20 EUR a month, so 50.40 EUR a year.",
        "With 1.5 percent, the salary of 1,600 EUR would bear 24 EUR.",
        "One box of each size would come to 67 EUR in all: 12 EUR, 20 EUR and 35 EUR.",
        "With the change it's 255.50 EUR all in, as you paid 210.00 EUR.",
        "You have five days to go, and nothing is lost five days before you travel.",
        "Boarding begins in about two and a half hours.",
        "Your limit is 3,000 euros, of which 410 are used, so 2,590 are left.",
        "The next payment of 75 EUR leaves on 12 December.",
        "It leaves on the 12th.",
        "The flight goes on the 26th.",
        "Of your limit of €3k there are 2,590 euros left.",
        "The locker is four euros twenty.",
        "The last fuel was three days ago, on the 18th.",
        "For your flight of 210 euros that is 70 euros per person.",
        "Boarding is over 20 minutes before departure, so at 07:10.",
        "You booked it on 14 September, about ten weeks ago.",
        "You stay for five nights.",
        "The boarding takes 20 minutes, 0 h 20 min to be exact.",
        "Three small boxes are 36 EUR, there and back 72 EUR.",
        "Fuel is 40 percent of what you spent.",
        "The boxes and the locker: 35 EUR plus 4.20 EUR, 39.20 EUR in all.",
        "| Size | Price | Extra |\n|---|---|---|\n| small | €12 | 0 |",
    ],
)
def test_what_follows_is_said(sentence: str) -> None:
    assert verdict(sentence) == "released"


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Fuel: €31.20 + €48.80 = €81.00.", "unsupported_money"),
        ("You spent 90 euros on fuel this month.", "unsupported_money"),
        ("The insurance is 65 percent of what you spent.", "unsupported_percent"),
        ("A locker is 4.20 EUR a month, so 54.40 EUR a year.", "unsupported_money"),
        ("A locker is 50.40 EUR a month.", "unsupported_money"),
        ("With 1.5 percent, the salary of 1,600 EUR would bear 26 EUR.", "unsupported_money"),
        ("With the change it's 265.50 EUR all in, as you paid 210.00 EUR.", "unsupported_money"),
        ("That is four days before you travel.", "unsupported_measure"),
        ("The new flight is two days later.", "unsupported_measure"),
        ("Boarding begins in about an hour.", "unsupported_measure"),
        ("Your limit is 3,000 euros, of which 410 are used, so 2,690 are left.", "unsupported_count"),
        ("You have 410 points, and a limit of 3,000 euros.", "unsupported_count"),
        ("The next payment of 75 EUR leaves on 13 December.", "unsupported_date"),
        ("The flight goes on the 27th.", "unsupported_date"),
        ("Of your limit of €4k there are 2,590 euros left.", "unsupported_money"),
        ("The locker is four euros fifty.", "unsupported_money"),
        ("For your flight of 210 euros that is 72 euros per person.", "unsupported_money"),
        ("Boarding is over 20 minutes before departure, so at 07:00.", "unsupported_time"),
        ("You booked it on 14 September, about six weeks ago.", "unsupported_date"),
        ("You stay for four nights.", "unsupported_measure"),
        ("Three small boxes are 36 EUR, there and back that's 80 EUR.", "unsupported_money"),
        ("Fuel is 45 percent of what you spent.", "unsupported_percent"),
        ("The flight leaves at 25:00.", "unsupported_time"),
        ("The interest is paid at the end of April.", "unsupported_date"),
        ("It was booked the day before yesterday.", "unsupported_date"),
    ],
)
def test_a_slip_is_withheld(sentence: str, code: str) -> None:
    assert verdict(sentence) == code


@pytest.mark.parametrize(
    ("language", "before", "sentence"),
    [
        ("de", "Der Schrank kostet 4,20 Euro im Monat. ", "Im Jahr sind das 50,40 Euro."),
        ("es", "Son 31,20 euros y 48,80 euros. ", "En total son 80 euros."),
        ("fr", "Il y a 31,20 euros et 48,80 euros. ", "Cela fait 80 euros au total."),
    ],
)
def test_it_follows_in_other_languages_too(language: str, before: str, sentence: str) -> None:
    assert verdict(sentence, before, language=language) == "released"
    wrong = sentence.replace("50,40", "54,40").replace("80", "85")
    assert verdict(wrong, before, language=language) == "unsupported_money"


@pytest.mark.parametrize(
    ("said", "sentence", "code"),
    [
        ("send 700 to my aunt", "A transfer of 700 EUR to her would leave today.", "released"),
        ("send 700 to my aunt", "Shall I transfer 700 EUR to her?", "released"),
        ("I want 700 back", "You will receive a transfer of 700 EUR.", "unsupported_money"),
        ("the locker is 7, right?", "The locker costs 7 EUR.", "unsupported_money"),
        ("send 700 to my aunt", "A transfer of 800 EUR to her would leave today.", "unsupported_money"),
        ("is it here by Friday?", "Your parcel will be with you by Friday.", "unsupported_date"),
        ("is it here by Friday?", "Would Friday be early enough for you?", "released"),
        ("I'm in Rome on Friday", "You will be in Rome on Friday, so a colleague writes to you before.", "released"),
        ("I need it on Friday", "You will have it on Friday.", "unsupported_date"),
        ("I travel on Friday", "You said that you travel on Friday.", "released"),
    ],
)
def test_the_customers_figure_is_theirs_and_no_term_of_the_company(said: str, sentence: str, code: str) -> None:
    assert verdict(sentence, said=said) == code


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("If you only get there tomorrow, a colleague will help.", "released"),
        ("Should it become tomorrow after all, please write again.", "released"),
        ("If you write by tomorrow, a colleague will help.", "unsupported_date"),
        ("The flight leaves tomorrow.", "unsupported_date"),
    ],
)
def test_a_day_that_is_only_supposed_is_not_stated(sentence: str, code: str) -> None:
    assert verdict(sentence) == code


def test_money_sent_is_a_transfer_made() -> None:
    made = ExecutedEffect("make_transfer", "Transfer", {"amount": eur(32000)})
    known = gather_evidence(today=TODAY, results=[KnownResult("transfer", made.result)], effects=[made])
    said = ("I have sent 320 EUR.", "I have sent it to you.", "I have sent 320 EUR and sent you a mail.")
    codes = [validate_sentence(one, "", known, Voice()).code for one in said]
    assert codes == ["released", "undone_action", "undone_action"]


@pytest.mark.parametrize(
    ("sentence", "said", "passes"),
    [
        ("For the two of you that's just under 420 euros at 209.90 EUR each.", "", False),
        ("You paid 210.00 EUR, so for 2 of you it's about 420 euros.", "", True),
        ("You paid 210.00 EUR, so for 2 of you it's about 425 euros.", "", False),
        ("With 1.5 percent, 1,600 EUR would bear about €24 a year.", "", True),
        ("With 1.5 percent, 1,600 EUR would bear about €25 a year.", "", False),
        ("All that came in and went out differs by just over €1,399.", "", False),
        ("All that went out comes to just over €201.", "", False),
        ("After that transfer 1,390 euros of your limit would be left.", "Send 1200 to my sister.", True),
        ("After that transfer 1,490 euros of your limit would be left.", "Send 1200 to my sister.", False),
        ("The flight would cost you 110.00 EUR then.", "I was promised 100 euros off.", False),
        ("€3,000.00 is your limit, with 410.00 on it in use.", "", True),
        ("€3,000.00 is your limit, with 401.00 on it in use.", "", False),
        ("Two were booked, 31.20 euros and 48.80 euros.", "", True),
        ("Two were booked, 31.20 euros and 84.80 euros.", "", False),
        ("The fuel of November is 62.5 percent of what came in.", "", False),
        ("Fuel is 5.25 percent of what came in.", "", False),
    ],
)
def test_what_is_rounded_left_or_listed_follows_or_is_withheld(sentence: str, said: str, passes: bool) -> None:
    assert (verdict(sentence, said=said) == "released") is passes


@pytest.mark.parametrize(
    ("words", "backed"),
    [
        ("on 24 November 2026", {"weekday-1", "day-24", "end-11", "month-11"}),
        ("on 24 November", {"month-11"}),
        ("at the end of December", {"month-12"}),
    ],
)
def test_a_day_that_is_said_also_backs_its_weekday_and_month(words: str, backed: set[str]) -> None:
    assert {form for _, form in text_forms(words, date(2026, 11, 21), "en")} >= backed


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("Repairs are free until a Tuesday.", "released"),
        ("Repairs are free until November.", "released"),
        ("Repairs are free until a Monday.", "unsupported_date"),
        ("Repairs are free until October.", "unsupported_date"),
    ],
)
def test_a_day_in_a_rule_also_backs_its_weekday_and_month(sentence: str, code: str) -> None:
    rule = KnownText("terms", "Repairs are free until 24 November 2026.")
    evidence = gather_evidence(today=date(2026, 9, 2), results=[], texts=[rule], language="en")
    assert validate_sentence(sentence, "", evidence, Voice.model_construct()).code == code
