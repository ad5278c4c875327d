"""Are thoughts that a server leaves in its text kept from the customer, however the stream cuts them?"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.inline_thoughts import InlineThoughts
from activities.openai_chat import ChatAnswer
from contracts.errors import ModelFailed
from contracts.model_port import Acted, Reasoning, TextDelta
from tests.models.test_chat_answers import chunk

TEXT = "<think>They want a price.</think>A bag costs <b>40 EUR</b>; 3 < 4.<thinking>Done?</thinking> Anything else?"
SAID = "A bag costs <b>40 EUR</b>; 3 < 4. Anything else?"


def hear(*pieces: str) -> tuple[str, str]:
    """What is said and what is thought in these pieces."""
    words = InlineThoughts()
    said = "".join(words.hear(piece) for piece in pieces) + words.finish()
    return said, words.thought


@given(cuts=st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_cuts_change_nothing(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in pairwise(places)]
    assert hear(*pieces) == (SAID, "They want a price.Done?")


@given(text=st.text(alphabet="<>/thinkNAME_1 a", max_size=60).filter(lambda text: "think>" not in text))
def test_a_text_without_thoughts_is_said_whole(text: str) -> None:
    assert hear(*text) == (text, "")


def test_words_are_held_back_only_while_they_may_be_a_tag() -> None:
    words = InlineThoughts()
    assert words.hear("It is 3 <") == "It is 3 "
    assert words.hear(" 4 <") == "< 4 "
    assert words.hear("NAME_1>") == "<NAME_1>"


def test_an_answer_that_is_thought_to_the_end_says_nothing() -> None:
    assert hear("<think>So the fare is 40 EUR. The customer") == ("", "So the fare is 40 EUR. The customer")


def test_a_thought_that_never_began_fails_the_call_for_good() -> None:
    with pytest.raises(ModelFailed) as failed:
        hear("They want a price. </th", "ink>A bag costs 40 EUR.")
    assert (failed.value.code, failed.value.retryable) == ("model.thinks_aloud", False)


def test_a_chat_answer_keeps_them_as_its_thought() -> None:
    answer = ChatAnswer()
    assert answer.take(chunk({"content": "<think>A price."})) == []
    assert answer.take(chunk({"content": "</think>40 EUR <"}, "stop")) == [TextDelta(text="40 EUR ")]
    said, thought, _ = answer.finish()
    assert said == TextDelta(text="<")
    assert thought == Acted(item=Reasoning(item={}), thought="A price.")
