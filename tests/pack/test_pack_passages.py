"""Does a question find the passage that answers it?"""

from datetime import date

import pytest

from activities.passages import PassageIndex
from contracts.pack import Pack

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def index(airline: Pack) -> PassageIndex:
    return PassageIndex(airline.passages)


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("How much is an extra bag?", "baggage#2"),
        ("What does one more suitcase cost, an extra one?", "baggage#2"),
        ("How heavy can my suitcase be?", "baggage#1"),
        ("What size may hand luggage have?", "baggage#3"),
        ("Can I bring my dog in the cabin?", "pets#1"),
        ("When does online check-in open?", "check-in#1"),
        ("I need a wheelchair", "assistance#2"),
        ("Do I get my money back for a light ticket?", "refunds#1"),
        ("My flight was cancelled", "disruptions#1"),
        ("My bag did not arrive", "lost-bags#1"),
        ("How long is a voucher valid?", "refunds#3"),
        ("Can my child fly alone?", "fares#5"),
    ],
)
def test_a_question_finds_its_passage_first(index: PassageIndex, question: str, passage: str) -> None:
    assert index.search(question, 4, TODAY)[0].passage.id == passage


def test_only_passages_that_are_valid_today_are_found(index: PassageIndex) -> None:
    found = {
        day: [one.passage.id for one in index.search("de-icing in winter", 4, day)] for day in (TODAY, date(2027, 4, 1))
    }
    assert "winter-service#1" in found[TODAY]
    assert "winter-service#1" not in found[date(2027, 4, 1)]


def test_at_most_k_are_found_best_first_and_above_the_threshold(index: PassageIndex) -> None:
    found = index.search("extra bag on a classic fare", 3, TODAY)
    assert len(found) == 3
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert index.search("extra bag on a classic fare", 3, TODAY, least_score=found[1].score) == found[:1]


@pytest.mark.parametrize("text", ["Hi there", "", "xyzzy", "🙂"])
def test_what_is_no_question_finds_nothing(index: PassageIndex, text: str) -> None:
    assert index.search(text, 4, TODAY) == []


def test_no_knowledge_finds_nothing() -> None:
    assert PassageIndex(()).search("bag", 4, TODAY) == []


@pytest.mark.parametrize("hidden", ["<NAME_1>", "<ADDRESS_2>, <NAME_1>", "<PHONE_1>"])
def test_what_was_hidden_asks_about_nothing(index: PassageIndex, hidden: str) -> None:
    assert index.search(hidden, 3, TODAY) == []
    assert index.search("My flight was cancelled", 3, TODAY) == index.search(
        f"{hidden} My flight was cancelled", 3, TODAY
    )
