"""Are days, prices and lengths of time found in words that are no digits, and is a time on the day that was read?"""

from datetime import date

import pytest
from pydantic import JsonValue

from contracts.pack import Voice
from governance.claims import find_claims
from governance.evidence import KnownResult, KnownText, gather_evidence
from governance.numbers import words_to_digits
from governance.validate_reply import validate_sentence

TODAY = date(2026, 11, 21)
STATUS: JsonValue = {
    "as_of": "2026-11-21T09:10:30Z",
    "flight_number": "NW204",
    "departure": "2026-11-22T14:55:00Z",
    "boarding": "2026-11-22T14:20:00+01:00",
    "late": {"departure": "2026-11-21T23:05:00Z", "arrival": "2026-11-22T00:40:00Z", "flight_number": "NW310"},
    "checked": "2026-11-21T08:30:00Z",
}


def said(sentence: str, *texts: str) -> str:
    """The code of the verdict where a flight of tomorrow was read."""
    known = [KnownText("rules", text) for text in texts]
    evidence = gather_evidence(
        today=TODAY, results=[KnownResult("Flight status", STATUS, "get_flight_status")], texts=known
    )
    return validate_sentence(sentence, "", evidence, Voice()).code


@pytest.mark.parametrize(
    "text",
    [
        "NW204 leaves on Saturday, 21 November, at 14:55.",
        "NW204 leaves on 21 November at 14:55.",
        "On Saturday it leaves at 14:55.",
        "Boarding on 21 November begins at 14:20.",
        "Boarding on 21 November begins at 13:20.",
    ],
)
def test_a_time_of_tomorrow_is_not_said_of_today(text: str) -> None:
    assert said(text) == "unsupported_date"


@pytest.mark.parametrize(
    "text",
    [
        "NW204 leaves on Sunday, 22 November, at 14:55.",
        "Boarding on 22 November begins at 14:20.",
        "On 21 November we looked at 08:30.",
        "Today is Saturday, 21 November.",
        "Today is 21 November; it leaves on 22 November at 14:55.",
        "It leaves at 14:55.",
        "NW310 leaves on 21 November at 23:05 and arrives at 00:40.",
    ],
)
def test_a_time_is_said_of_its_own_day(text: str) -> None:
    assert said(text) == "released"


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("on the third of December", "on the 3 of December"),
        ("on December the twenty-third", "on December the 23"),
        ("on the thirty-first of May", "on the 31 of May"),
        ("the twenty first of June", "the 21 of June"),
        ("the first of the three", "the first of the 3"),
        ("May second", "May 2"),
        ("a fortnight", "14 days"),
        ("a couple of hours", "2 hours"),
        ("two million points", "2000000 points"),
    ],
)
def test_words_are_read_as_digits(text: str, digits: str) -> None:
    assert words_to_digits(text) == digits


@pytest.mark.parametrize(
    "text",
    [
        "It leaves on the third of December.",
        "It leaves at midnight.",
        "It takes a fortnight.",
        "It takes a couple of hours.",
        "You have a million points.",
        "The second bag is free.",
        "Changes are free, always.",
        "It's completely free.",
        "It costs you nothing.",
        "You pay nothing for it.",
        "The fee is zero.",
        "It is on the house.",
    ],
)
def test_what_nothing_backs_is_not_said_in_words_either(text: str) -> None:
    assert said(text).startswith("unsupported_")


@pytest.mark.parametrize(
    "text",
    [
        "Seat 12A is free.",
        "The seat is free.",
        "You are free to choose.",
        "Are you free at noon?".replace("at noon", "then"),
        "A bag-free fare.",
        "The line is free again.",
    ],
)
def test_free_is_not_always_a_price(text: str) -> None:
    assert not [claim for claim in find_claims(text, TODAY) if claim.kind == "money"]


def test_a_rule_that_says_free_backs_it() -> None:
    assert said("The second bag is free.", "A second bag is free of charge.") == "released"
    assert said("The bag costs nothing.", "A bag is free with this fare.") == "released"
