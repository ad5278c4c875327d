"""Does it matter how a reply is cut into chunks while it is written?"""

import re
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.pack import Voice
from evals.replies.cases import HALVES, evidence_for, read_cases
from governance.evidence import Evidence, KnownResult, KnownText, gather_evidence
from governance.sentences import SentenceSplitter, split_sentences
from governance.validate_reply import validate_sentence

TEXTS = [
    *(case.reply for half in HALVES for case in read_cases(half)),
    "It costs approx. 45.00 EUR, e.g. for Mr. Keller (No. 4). Flight NW212 leaves at 7:05 a.m. and lands at 10.10.",
    "1. NW216 at 18:20\n2. NW210 at 07:05\n\nWhich one?",
    "| what | price |\n|---|---|\n| change | 45.00 EUR |\n\nDone.",
    "```\nx = 4.5. y\n```\nThat is 1,500.25 EUR... or not?! Yes.",
]
TODAY = date(2026, 11, 21)
CASE = next(iter(read_cases("blind")))


@given(text=st.sampled_from(TEXTS), cuts=st.lists(st.integers(0, 200), max_size=12))
@example(text="It costs 45.00 EUR.", cuts=[10, 11, 12, 13])
def test_any_chunks_of_a_text_give_the_same_sentences_and_verdicts(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    splitter = SentenceSplitter()
    heard = [sentence for start, end in pairwise(places) for sentence in splitter.feed(text[start:end])]
    heard += splitter.finish()
    assert heard == split_sentences(text)
    assert verdicts(heard) == verdicts(split_sentences(text))


@given(st.text(max_size=80))
def test_the_sentences_of_any_text_are_the_text(text: str) -> None:
    assert "".join(split_sentences(text)) == text


@pytest.mark.parametrize(
    "number",
    [
        "4242 4242 4242 4242",
        "4242424242424242",
        "4242-4242-4242-4242",
        "4242 4242\n4242 4242",
        "3782 822463 10005",
        "DE89 3704 0044 0532 0130 00",
        "GB29 NWBK 6016 1331 9268 19",
        "nl91-abna-0417-1643-00",
    ],
)
def test_a_number_of_an_account_is_withheld_wherever_the_stream_cuts_it(number: str) -> None:
    """Its groups are backed one by one: only the whole is what nobody may say."""
    groups = [{"part": part} for part in re.split(r"[ \n-]", number)]
    known = gather_evidence(today=TODAY, results=[KnownResult("r", [*groups])])
    reply = f"Hello again. It is {number}, as you said. Goodbye."
    for size in (1, 3, 4, 7, 50):
        assert "personal_data" in codes_of(heard_in(reply, size), known), size


def test_an_iban_of_the_companys_own_and_a_tickets_number_may_be_said() -> None:
    texts = [KnownText("Payments", "Pay to DE89 3704 0044 0532 0130 00, please.")]
    known = gather_evidence(today=TODAY, texts=texts, results=[KnownResult("r", {"ticket": "401-1234567892"})])
    assert codes_of(["It is DE89 3704 0044 0532 0130 00."], known) == ["released"]
    assert codes_of(["The ticket is 401-1234567892."], known) == ["released"]
    assert codes_of(["It is GB29 NWBK 6016 1331 9268 19."], known) == ["personal_data"]


def heard_in(text: str, size: int) -> list[str]:
    """The sentences of a text that arrives in chunks of this size."""
    splitter = SentenceSplitter()
    heard = [one for at in range(0, len(text), size) for one in splitter.feed(text[at : at + size])]
    return [*heard, *splitter.finish()]


def codes_of(sentences: list[str], known: Evidence) -> list[str]:
    """The verdicts' codes, each sentence checked with all before it."""
    before, codes = "", list[str]()
    for sentence in sentences:
        codes.append(validate_sentence(sentence, before, known, Voice()).code)
        before += sentence
    return codes


def verdicts(sentences: list[str]) -> list[str]:
    """The verdicts' codes in a request of the corpus."""
    return codes_of(sentences, evidence_for(CASE.scene))
