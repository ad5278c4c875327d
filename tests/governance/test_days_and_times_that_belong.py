"""Is a time withheld that is known for something else, and a day that is not the one which the words lead to?"""

from datetime import date
from typing import Any

import pytest

from contracts.pack import Voice
from governance.evidence import Evidence, KnownResult, KnownText, gather_evidence
from governance.validate_reply import validate_sentence

TODAY = date(2026, 12, 16)  # a Wednesday
VOICE = Voice.model_construct()
TRIP: dict[str, Any] = {
    "as_of": "2026-12-16T18:31:00Z",
    "trip": {
        "trip_id": "T1-2026-12-23",
        "departs_at": "2026-12-23T16:45:00Z",
        "arrives_at": "2026-12-23T19:25:00Z",
        "purchased_at": "2026-09-30T08:12:00Z",
    },
}
BEFORE: dict[str, Any] = {
    "as_of": "2026-12-16T18:31:00Z",
    "trip": {"departs_at": "2026-12-22T09:15:00Z", "arrives_at": "2026-12-22T11:55:00Z"},
}
QUOTE: dict[str, Any] = {"as_of": "2026-12-16T18:32:00Z", "expires_at": "2026-12-16T18:47:00Z", "fee": 3}
TERMS = (
    "Check-in opens 24 hours before departure and closes 60 minutes before. A loss is to be reported within 7 days. "
    "Boarding ends 15 minutes before departure. A new card arrives within 5 working days. The October list is closed."
)
KNOWN = gather_evidence(
    today=TODAY,
    results=[KnownResult("trip", one, "get_trip") for one in (TRIP, BEFORE)] + [KnownResult("quote", QUOTE, "quote")],
    texts=[KnownText("terms", TERMS)],
    customer_words=["My train is at 21:00."],
    language="en",
)


def code(sentence: str, before: str = "", language: str = "en") -> str:
    return validate_sentence(sentence, before, KNOWN if language == "en" else in_language(language), VOICE).code


def in_language(language: str) -> Evidence:
    results = [KnownResult("trip", TRIP, "get_trip")]
    return gather_evidence(today=TODAY, results=results, texts=[KnownText("terms", TERMS)], language=language)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You arrive at 19:25.", True),
        ("You arrive at 16:45.", False),
        ("You leave at a quarter to five in the afternoon and are in Madrid at 19:25.", True),
        ("You are in Madrid at 11:55 or at 19:25.", True),
        ("The train leaves at 18:31.", False),
        ("As of 18:31 nothing had changed.", True),
        ("The price is valid until 18:47.", True),
        ("The price is valid until 19:25.", False),
        ("You bought it at 08:12.", True),
        ("You leave at 08:12.", False),
        ("The old one left at 09:15.", True),
        ("The old one left at 11:55.", False),
        ("Check-in closes at 15:45.", True),
        ("Check-in closes at 19:25.", False),
    ],
)
def test_a_time_is_said_of_what_happens_then(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You leave on Wednesday 23 December at 16:45.", True),
        ("You leave on Tuesday 22 December at 16:45.", False),
        ("Check-in opens at 16:45 on Tuesday the 22nd.", True),
        ("Check-in opens at 16:45 on Monday the 21st.", False),
        ("It was Tuesday the 22nd, at 09:15.", True),
    ],
)
def test_a_time_stands_beside_its_own_day(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You leave later than planned, at 16:45 instead of 09:15.", True),
        ("You leave earlier than planned, at 16:45 instead of 09:15.", False),
        ("You now travel a day later, on the 23rd.", True),
        ("You now travel a day earlier, on the 23rd.", False),
        ("You now travel one day earlier than before, on 22 December.", True),
    ],
)
def test_earlier_is_earlier_and_later_is_later(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Five working days takes us to Wednesday, the 23rd.", True),
        ("With 5 working days it is there by Wednesday 23 December at the latest.", True),
        ("With 5 working days it is there by Tuesday 22 December at the latest.", False),
        ("Within 5 working days it arrives, and you travel on 22 December.", True),
    ],
)
def test_working_days_end_on_the_day_that_they_end_on(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


def test_a_day_that_nothing_else_backs_ends_the_working_days_that_are_named() -> None:
    known = gather_evidence(today=date(2026, 11, 21), texts=[KnownText("terms", TERMS)], language="en")
    ends = ("Five working days takes us to Friday, the 27th.", "Five working days takes us to Thursday, the 26th.")
    assert [validate_sentence(one, "", known, VOICE).released for one in ends] == [True, False]


def test_over_holidays_no_day_ends_working_days() -> None:
    known = gather_evidence(today=date(2026, 12, 23), texts=[KnownText("terms", TERMS)], language="en")
    sentence = "With 5 working days that means Wednesday 30 December at the latest."
    assert validate_sentence(sentence, "", known, VOICE).code == "unsupported_date"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You travel on Wednesday, 23 December.", True),
        ("You travel on Tuesday, 23 December.", False),
        ("You travel on 23 December, a Wednesday.", True),
        ("The list of October is closed.", True),
        ("The list of September was the last one with your trip.", True),  # the month in which it was bought
        ("The list of August is closed.", False),
        ("It may march on.", True),
        ("It goes out on the 3rd of every month.", False),
        ("The 3rd option is the best.", True),
    ],
)
def test_days_and_months_are_those_of_the_calendar_and_of_what_is_known(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


@pytest.mark.parametrize(
    ("before", "sentence", "said"),
    [
        ("", "You could report a loss until Tuesday the 29th.", True),
        ("", "You could report a loss until Thursday the 31st.", False),
        ("The doors close three quarters of an hour before departure. ", "That would be 16:00.", True),
        ("The doors close three quarters of an hour before departure. ", "That would be 16:05.", False),
        ("You are there at 19:25. ", "That leaves you an hour and thirty-five minutes until your train.", True),
        ("You are there at 19:25. ", "That leaves you an hour and fifteen minutes until your train.", False),
        ("You are there at 19:25. ", "That leaves a good hour and thirty-five minutes until your train.", True),
        ("", "That's a day and seven and a half hours later than before.", True),
        ("", "That's a day and six and a half hours later than before.", False),
    ],
)
def test_a_time_or_day_that_follows_is_said_and_a_slip_withheld(before: str, sentence: str, said: bool) -> None:
    assert (code(sentence, before) == "released") is said


@pytest.mark.parametrize(
    ("language", "sentence", "said"),
    [
        ("de", "Der Check-in schließt anderthalb Stunden vorher.", False),
        ("de", "Das Boarding endet eine Viertelstunde vor der Abfahrt, um halb fünf.", True),
        ("de", "Das Boarding endet eine Viertelstunde vor der Abfahrt, um halb sechs.", False),
        ("es", "Llega a las 19:25.", True),
        ("es", "Llega a las 7 y media.", False),
        ("fr", "Vous arrivez à 7 heures et demie.", False),
    ],
)
def test_halves_of_an_hour_are_read_in_other_languages(language: str, sentence: str, said: bool) -> None:
    assert (code(sentence, language=language) == "released") is said
