"""Is a card's number found that comes in parts, over several messages?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.cards import hide_cards
from governance.split_cards import find_split_card, hide_pieces

CARD = "4242424242424242"


@given(st.sets(st.integers(1, 15), min_size=1, max_size=4))
def test_a_card_cut_anywhere_is_found_and_hidden(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), 16]
    messages = [CARD[start:end] for start, end in pairwise(edges)]
    card = find_split_card(messages)
    assert card is not None
    assert card.digits == CARD
    assert hide_pieces(messages, card, "<CARD_1>") == ["<CARD_1>"] * len(messages)


@pytest.mark.parametrize(
    ("messages", "hidden"),
    [
        (
            ["my card is 4242 4242", "then 4242", "and 4242, thanks"],
            ["my card is <CARD_1>", "then <CARD_1>", "and <CARD_1>, thanks"],
        ),
        (["at 10:40: 4242-4242-42", "wait", "42 4242 by 9"], ["at 10:40: <CARD_1>", "wait", "<CARD_1> by 9"]),
        (["I'm <NAME_1>, 3782", "822463 10005"], ["I'm <NAME_1>, <CARD_1>", "<CARD_1>"]),
    ],
)
def test_words_around_the_parts_change_nothing(messages: list[str], hidden: list[str]) -> None:
    card = find_split_card(messages)
    assert card is not None
    assert hide_pieces(messages, card, "<CARD_1>") == hidden


@pytest.mark.parametrize(
    "messages",
    [
        ["4242 4242 4242", "4241"],
        ["K7Q2LM on 21 November", "2 bags", "NW212"],
        ["4242 4242", "at 10:40 or 11:30", "4242 4242"],
        ["<CARD_424242>", "4242424242"],
        [CARD],
        [],
        ["4242 4242 4242 4242", "hello"],
    ],
)
def test_other_numbers_of_several_messages_are_no_card(messages: list[str]) -> None:
    assert find_split_card(messages) is None


def test_only_the_groups_that_a_number_may_have_are_looked_at() -> None:
    messages = ["1 " * 2000 + "4242 4242", "4242", "4242 " + "7 " * 2000]
    card = find_split_card(messages)
    assert card is not None
    assert hide_pieces(messages, card, "#") == ["1 " * 2000 + "#", "#", "# " + "7 " * 2000]
    assert find_split_card(["4242 4242", "1 " * 2000, "4242 4242"]) is None
    assert find_split_card(["9" * 80 + "4242 4242", "4242 4242"]) is None
    assert find_split_card(["4242 4242", "4242 4242" + "9" * 80]) is None


def test_a_model_sees_the_last_four() -> None:
    text = '{"note": "paid with 4242.4242.4242.4242, cvv 123", "ids": [4242, 4242, 4242, 4242]}'
    assert hide_cards(text) == (
        '{"note": "paid with •••• 4242, cvv [security code removed]", "ids": [4242, 4242, 4242, 4242]}'
    )
