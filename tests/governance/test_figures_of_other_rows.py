"""Is a figure withheld where the row that the sentence names has another one, and said where it is this row's?"""

from datetime import date
from typing import Any

import pytest

from contracts.pack import Voice
from governance.evidence import KnownResult, KnownText, gather_evidence
from governance.validate_reply import validate_sentence

TODAY = date(2027, 2, 8)
VOICE = Voice.model_construct()


def eur(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "EUR"}


def flight(number: str, day: str, leaves: str, arrives: str, cents: int) -> dict[str, Any]:
    return {
        "flight_id": f"{number}-{day}",
        "flight_number": number,
        "departs_at": f"{day}T{leaves}:00Z",
        "arrives_at": f"{day}T{arrives}:00Z",
        "status": "scheduled",
        "fare": eur(cents),
    }


THURSDAY: dict[str, Any] = {
    "as_of": "2027-02-08T10:29:00Z",
    "flights": [
        flight("XY210", "2027-02-18", "06:40", "08:30", 9850),
        flight("XY214", "2027-02-18", "13:20", "15:10", 13100),
        flight("XY218", "2027-02-18", "20:05", "21:55", 7990),
    ],
}
FRIDAY: dict[str, Any] = {
    "as_of": "2027-02-08T10:29:30Z",
    "flights": [flight("XY210", "2027-02-19", "06:40", "08:30", 11900)],
}
ORDERS: dict[str, Any] = {
    "standing_orders": [
        {"id": "SO31", "amount": eur(89000), "purpose": "Rent", "day_of_month": 1, "status": "active"},
        {"id": "SO50", "amount": eur(2990), "purpose": "Gym", "day_of_month": 15, "status": "cancelled"},
        {"id": "SO61", "amount": eur(4500), "purpose": "Lessons", "day_of_month": 5, "status": "active"},
    ]
}
CARDS: dict[str, Any] = {
    "cards": [
        {"card_id": "c_1", "brand": "visa", "last4": "8830", "status": "active"},
        {"card_id": "c_2", "brand": "girocard", "last4": "2175", "status": "active"},
    ]
}
KNOWN = gather_evidence(
    today=TODAY,
    results=[
        *(KnownResult("flights", one, "search_flights") for one in (THURSDAY, FRIDAY)),
        KnownResult("orders", ORDERS, "list_standing_orders"),
        KnownResult("cards", CARDS, "list_cards"),
    ],
    texts=[KnownText("terms", "A bag costs 98.50 EUR on a raft.")],
    language="en",
)


def code(sentence: str) -> str:
    return validate_sentence(sentence, "", KNOWN, VOICE).code


@pytest.mark.parametrize(
    "sentence",
    [
        "XY214 leaves at 06:40.",
        "XY218 costs €131.00.",
        "XY218, which gets in at 15:10, is free of stops.",
        "XY218 flies on Friday 19 February.",
        "- XY210: 06:40, €131.00",
        "| XY214 | 13:20 | €79.90 |",
        "You can take XY210 at 06:40 or XY214 at 20:05.",
        "The €45.00 go out on the 15th of every month.",
        "* Rent, €29.90, on the 1st",
        "Your girocard ends in 8830.",
        "The gym gets €890.00 a month.",
        "XY218 costs €131.00 rather than €79.90.",
        "The rent leaves on the 5th.",
    ],
)
def test_a_figure_of_another_row_is_withheld(sentence: str) -> None:
    assert code(sentence).startswith("unsupported_")


@pytest.mark.parametrize(
    "sentence",
    [
        "XY214 leaves at 13:20.",
        "XY218, which gets in at 21:55, costs €79.90.",
        "XY210 costs €98.50 on Thursday and €119.00 on Friday.",
        "- XY210: 06:40, €98.50",
        "| XY214 | 13:20 | €131.00 |",
        "You can take XY210 at 06:40 or XY214 at 13:20.",
        "XY214 costs more than the €79.90 of the evening flight.",
        "XY218 is cheaper, but the one at 13:20 is quicker to reach.",
        "The €45.00 go out on the 5th of every month.",
        "* Rent, €890.00, on the 1st",
        "Your girocard ends in 2175.",
        "The order of €890.00 is cancelled.",  # a status may have changed since
    ],
)
def test_a_figure_of_the_row_that_is_named_or_of_one_compared_with_is_said(sentence: str) -> None:
    assert code(sentence) == "released"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("The cheapest is XY218 at €79.90.", True),
        ("The cheapest of the four is XY210 on Thursday at €98.50.", False),
        ("The cheapest is XY214.", False),
        ("The most expensive one is XY214 at €131.00.", True),
        ("The dearest is XY210 at €98.50.", False),
        ("The cheapest in the morning is XY210 at €98.50.", True),
        ("The largest order is that of €890.00.", True),
        ("The largest order is the gym, €29.90.", False),
        ("The smallest order is that of €45.00.", True),  # of those that are active
    ],
)
def test_the_cheapest_of_a_list_is_the_one_that_costs_least(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("You have two active standing orders.", True),
        ("You have three active standing orders.", False),
        ("You have three standing orders.", True),
        ("There are two cancelled orders.", False),
        ("You have at least 2 active orders.", True),
    ],
)
def test_as_many_are_in_a_state_as_the_list_has(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


def test_a_list_that_is_too_long_holds_nothing_against_a_sentence() -> None:
    many: dict[str, Any] = {
        "flights": [flight(f"XY{100 + one}", "2027-02-18", "06:40", "08:30", 5000 + one) for one in range(70)]
    }
    known = gather_evidence(today=TODAY, results=[KnownResult("flights", many)], language="en")
    assert validate_sentence("XY101 costs €50.02.", "", known, VOICE).code == "released"


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Two tickets on XY218 come to just under €160.", True),
        ("Two tickets on XY218 come to just over €160.", False),
        ("Two tickets on XY218 come to about €161.", False),
    ],
)
def test_what_two_cost_is_rounded_to_whole_units_on_the_side_that_is_said(sentence: str, said: bool) -> None:
    assert (code(sentence) == "released") is said


def test_fees_that_happen_to_add_up_to_a_hundred_make_no_share() -> None:
    rules: dict[str, Any] = {"change_fee": eur(6000), "bag_fee": eur(4000)}
    used: dict[str, Any] = {"limit": eur(50000), "used": eur(20000), "left": eur(30000)}
    sentence = "That is 60 percent."
    codes = [
        validate_sentence(sentence, "", gather_evidence(today=TODAY, results=[KnownResult("r", one)]), VOICE).code
        for one in (rules, used)
    ]
    assert codes == ["unsupported_percent", "released"]
