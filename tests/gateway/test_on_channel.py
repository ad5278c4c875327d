"""How does one reply read in the chat, in an SMS and in an email?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pack import ChannelLimits
from contracts.voice import Wording
from workers.gateway.on_channel import ChannelForm, split_text

WEB = ChannelLimits(max_length=4000, can_retract=True, buttons=True)
NOTICE = "I'm an automated assistant."
REPLY: dict[str, Any] = {
    "turn": 1,
    "text": "What is the number on your bag tag?",
    "notice": NOTICE,
    "parts": [
        {
            "kind": "image",
            "name": "bag_tag",
            "title": "A bag tag",
            "url": "https://air.example/tag.png",
            "text": "It stands on the sticker.",
        },
        {"kind": "buttons", "choices": ["I have it", "I lost it"]},
    ],
}


def thin(channel: str, most: int = 640) -> ChannelForm:
    return ChannelForm(channel, ChannelLimits(max_length=most, can_retract=False, buttons=False), Wording())


def test_the_chat_gets_words_notice_and_parts_apart() -> None:
    assert ChannelForm("web", WEB, Wording()).reply(REPLY) == REPLY


@pytest.mark.parametrize(("channel", "between"), [("sms", "\n"), ("email", "\n\n")])
def test_a_thin_channel_gets_all_of_it_as_text(channel: str, between: str) -> None:
    said = thin(channel).reply(REPLY)
    paragraphs = [
        NOTICE,
        "What is the number on your bag tag?",
        "It stands on the sticker. https://air.example/tag.png",
        "You can answer: I have it / I lost it.",
    ]
    assert said == {"turn": 1, "text": between.join(paragraphs), "messages": [between.join(paragraphs)]}


def test_a_drawing_of_the_pack_is_only_told_where_nothing_is_shown() -> None:
    drawn = {**REPLY["parts"][0], "url": "/media/airline/0123456789abcdef/bag-tag.svg"}
    assert thin("sms").reply({"text": "Look.", "parts": [drawn]})["text"] == "Look.\nIt stands on the sticker."


def test_choices_that_the_words_name_are_not_said_twice() -> None:
    told = {"text": "Is it NW212 or NW214?", "parts": [{"kind": "buttons", "choices": ["NW212", "NW214"]}]}
    assert thin("sms").reply(told)["text"] == "Is it NW212 or NW214?"


def test_a_channel_of_which_nothing_is_known_loses_nothing() -> None:
    assert ChannelForm("sms", None, Wording()).reply(REPLY) == REPLY


def test_a_long_reply_is_cut_at_its_sentences_and_counted() -> None:
    told = "One short sentence. Another short sentence. A third one."
    assert thin("sms", 40).reply({"text": told})["messages"] == [
        "One short sentence. (1/3)",
        "Another short sentence. (2/3)",
        "A third one. (3/3)",
    ]


@given(st.text(alphabet="ab .!\n", max_size=300), st.integers(12, 60))
def test_every_message_fits_and_no_word_is_lost(text: str, most: int) -> None:
    messages = split_text(text, most)
    assert all(len(message) <= most for message in messages)
    bare = messages if len(messages) == 1 else [message.rpartition(" (")[0] for message in messages]
    assert "".join("".join(bare).split()) == "".join(text.split())
