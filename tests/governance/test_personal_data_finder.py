"""Does the finder see phones, structured and stated values, offline, and nothing in a reservation?"""

from itertools import pairwise

import pytest

from activities.find_personal_data import PersonalDataFinder


@pytest.fixture(scope="module")
def finder() -> PersonalDataFinder:
    return PersonalDataFinder(("DE", "GB", "US", "PT"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Call me at +49 170 1234567 or (212) 555-0123", [("PHONE", "+49 170 1234567"), ("PHONE", "(212) 555-0123")]),
        ("my phone is 030 901820", [("PHONE", "030 901820")]),
        ("Mail anna.keller@example.com", [("EMAIL", "anna.keller@example.com")]),
        ("My name is Anna Keller", [("NAME", "Anna Keller")]),
        ("4242 4242 4242 4242", [("CARD", "4242 4242 4242 4242")]),
        ("I live at Lindenstr. 5, 10115 Berlin", [("ADDRESS", "Lindenstr. 5, 10115 Berlin")]),
        ("K7Q2LM on NW212-2026-11-21 at 07:40 for 45.00 EUR, bag 0NW445566", []),
        ("", []),
    ],
)
def test_what_is_personal_is_found(finder: PersonalDataFinder, text: str, found: list[tuple[str, str]]) -> None:
    assert [(span.kind, text[span.start : span.end]) for span in finder.find(text)] == found


def test_spans_never_overlap(finder: PersonalDataFinder) -> None:
    text = "my name is Anna, card 4242424242424242, phone +49 170 1234567, mail 491701234567@example.com"
    spans = finder.find(text)
    assert [span.kind for span in spans] == ["NAME", "CARD", "PHONE", "EMAIL"]
    assert all(one.end <= two.start for one, two in pairwise(spans))
