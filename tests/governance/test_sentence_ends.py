"""Are sentences cut where they end, whatever the chunks?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.sentences import SentenceSplitter, split_sentences

PIECES = st.sampled_from(
    [
        "Hi",
        " ",
        ".",
        "!",
        "?",
        "\n",
        "e.g.",
        "1.",
        "07:40",
        "45.00 EUR",
        "Dr.",
        "…",
        "a",
        "B",
        '"',
        "<NAME_1>",
        "  ",
        "- x",
        "é",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


def in_chunks(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    splitter = SentenceSplitter()
    found: list[str] = []
    for start, end in pairwise(places):
        found += splitter.feed(text[start:end])
    return found + splitter.finish()


@given(text=TEXTS, cuts=st.lists(st.integers(0, 200), max_size=12))
def test_sentences_are_the_text_and_do_not_depend_on_the_chunks(text: str, cuts: list[int]) -> None:
    sentences = split_sentences(text)
    assert "".join(sentences) == text
    assert in_chunks(text, cuts) == sentences
    assert in_chunks(text, list(range(len(text)))) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["It leaves at 07:40. ", "It costs 45.00 EUR."],
        ["Hi there! ", "How can I help?"],
        ["Dr. Smith paid approx. 40 EUR, e.g. by card. ", "Fine."],
        ["Two options:\n", "1. The morning flight.\n", "2. The evening flight.\n\n", "Which one?"],
        ["Gate no. 5 is open. ", "Go."],
        ["He said “yes.” ", "Then he left."],
        ["Wait… ", "Really?! ", "Yes."],
        ["The U.S. flight waits. ", "Bye."],
        ["**Done.** ", "Next."],
    ],
)
def test_known_texts(sentences: list[str]) -> None:
    assert split_sentences("".join(sentences)) == sentences


def test_a_sentence_is_out_before_the_text_ends() -> None:
    splitter = SentenceSplitter()
    assert splitter.feed("The fee is 45") == []
    assert splitter.feed(".00 EUR. ") == []
    assert splitter.feed("Shall") == ["The fee is 45.00 EUR. "]


def test_a_splitter_starts_anew_after_finish() -> None:
    splitter = SentenceSplitter()
    splitter.feed("One. Two")
    assert splitter.finish() == ["Two"]
    assert splitter.finish() == []


def test_text_made_to_be_slow_is_not() -> None:
    for unit in ("!", ".", ' "', ". ", "\n", "a"):
        assert "".join(split_sentences(unit * 20_000)) == unit * 20_000


def test_a_day_behind_a_german_weekday_ends_no_sentence() -> None:
    assert len(split_sentences("Montag, 23. November um 7:30 Uhr.")) == 1
    assert len(split_sentences("Es kostet 23. Danach mehr.")) == 2
