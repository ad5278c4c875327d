"""Does it matter how a reply is cut into chunks while it is written?"""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from contracts.pack import Voice
from evals.replies.cases import HALVES, evidence_for, read_cases
from governance.sentences import SentenceSplitter, split_sentences
from governance.validate_reply import validate_sentence

TEXTS = [
    *(case.reply for half in HALVES for case in read_cases(half)),
    "It costs approx. 45.00 EUR, e.g. for Mr. Keller (No. 4). Flight NW212 leaves at 7:05 a.m. and lands at 10.10.",
    "1. NW216 at 18:20\n2. NW210 at 07:05\n\nWhich one?",
    "| what | price |\n|---|---|\n| change | 45.00 EUR |\n\nDone.",
    "```\nx = 4.5. y\n```\nThat is 1,500.25 EUR... or not?! Yes.",
]
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


def verdicts(sentences: list[str]) -> list[str]:
    """The verdicts' codes, each sentence checked with all before it."""
    evidence, voice = evidence_for(CASE.scene), Voice()
    before, codes = "", list[str]()
    for sentence in sentences:
        codes.append(validate_sentence(sentence, before, evidence, voice).code)
        before += sentence
    return codes
