"""Does the stand-in understand a bank's customers, and speak of the trade that the state names?"""

import pytest

from demo.standin.bank.reading import amount_in, amount_instead, new_payee_in, purpose_in
from demo.standin.bank.wishes import hear
from demo.standin.catalogue import goals_of
from demo.standin.state import Note
from demo.standin.trades import trade_of

NOTES = (
    Note("accounts#1", "A current account costs 3.90 EUR a month. (source: Account terms)"),
    Note("accounts#4", "A copy of a statement by post costs 2.50 EUR. (source: Account terms)"),
)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("Transfer 120 euros to <NAME_4> for the concert tickets", "transfer"),
        ("Add the payee Clara Vogt, <IBAN_1>, and send her 75 euros", "new_payee"),
        ("What did I pay and get this month?", "transactions"),
        ("Raise my daily limit to 5000 euros", "raise_limit"),
        ("What is my daily limit?", "limit"),
        ("My card was stolen", "freeze"),
        ("Unfreeze my card", "unfreeze"),
        ("What is the balance of our joint account?", "balance"),
        ("Send me my statement for October", "statement"),
        ("How much is a statement copy by post?", "question"),
        ("What does a current account cost?", "question"),
        ("can I get a mortgage? what interest would I pay?", "question"),
        ("Who are my payees?", "payees"),
        ("Cancel my standing order", "standing"),
        ("I want a person", "person"),
    ],
)
def test_each_wish_is_heard(text: str, wish: str) -> None:
    assert hear(text, NOTES).tasks == (wish,)
    assert wish == "person" or wish in goals_of("Aldermere Bank")


@pytest.mark.parametrize("text", ["Hi there", "thanks", "bye"])
def test_small_talk_is_no_wish(text: str) -> None:
    heard = hear(text, NOTES)
    assert heard.tasks == ()
    assert heard.asides


@pytest.mark.parametrize(
    ("text", "minor"),
    [("Transfer 120 euros", 12_000), ("45.50 EUR", 4_550), ("1,250.00", 125_000), ("<IBAN_12> gets 75", 7_500)],
)
def test_the_amount_is_what_was_said(text: str, minor: int) -> None:
    assert amount_in(text) == {"amount": minor, "currency": "EUR"}


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("actually make it 150", 15_000),
        ("no, 90 euros please", 9_000),
        ("Sorry, 80", 8_000),
        ("100 EUR instead", 10_000),
        ("do I have only 150 euros left?", None),
        ("I only have 40 euros until Friday", None),
        ("sorry, the concert was 60 euros each", None),
        ("no, not 120 euros", None),
        ("can you make it 150?", None),
    ],
)
def test_an_amount_takes_anothers_place_only_where_that_is_said(text: str, minor: int | None) -> None:
    assert amount_instead(text) == (minor and {"amount": minor, "currency": "EUR"})


def test_no_amount_is_guessed() -> None:
    assert amount_in("Send money to <NAME_3>, <IBAN_2>") is None


def test_somebody_new_has_the_name_and_iban_that_were_said() -> None:
    text = "Add the payee Clara Vogt, <IBAN_1>, and send her 75 euros for the chair"
    assert new_payee_in(text) == {"name": "Clara Vogt", "iban": "<IBAN_1>"}
    assert purpose_in(text) == "chair"


def test_the_trade_follows_the_company_in_the_state() -> None:
    assert "account" in trade_of("Aldermere Bank").clarify
    assert "flight" in trade_of("Northwind Air").clarify
    assert "change" in goals_of("Northwind Air")


def test_what_a_transfer_is_for_ends_with_the_message_that_says_it() -> None:
    assert purpose_in("120 euros to Jonas for the concert tickets \nActually, what is my balance?") == "concert tickets"
