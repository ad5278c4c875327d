"""What becomes of the marks in a model's words? Parts of the reply, or a reason to withhold it."""

import asyncio
from typing import Any, cast

from activities.replies import reply_body
from activities.run_flow import FlowRun, begin_flow
from activities.speech import Speech
from contracts.flow import Flow
from contracts.pack import Voice
from contracts.reply_parts import Buttons
from evals.replies.cases import NOW, pack_of
from governance.evidence import gather_evidence

PACK = pack_of("airline")


def heard(*pieces: str, notice: str = "", longest: int | None = None) -> Speech:
    unused = cast("Any", None)
    speech = Speech(
        unused,
        "r1",
        "c1",
        1,
        turn=1,
        evidence=gather_evidence(today=NOW.date()),
        voice=Voice(),
        media=PACK.media,
        hold=True,
        longest=longest,
        notice=notice,
    )

    async def hear() -> None:
        for piece in pieces:
            await speech.hear(piece)
        await speech.finish()

    asyncio.run(hear())
    return speech


def test_what_is_shown_stands_beside_the_words() -> None:
    speech = heard("What is the number on your bag tag? [[sh", "ow:bag_tag]] [[buttons:I have it | ", "I lost it]]")
    assert speech.text == "What is the number on your bag tag?"
    assert [part.kind for part in speech.parts] == ["image", "buttons"]
    assert speech.parts[0].model_dump()["url"] == PACK.media["bag_tag"].url
    assert speech.withheld is None


def test_a_model_that_shows_what_the_pack_does_not_have_is_withheld() -> None:
    speech = heard("Look here. [[show:my_own_picture]] And so on.")
    assert speech.withheld is not None
    assert (speech.withheld.outcome, speech.withheld.code) == ("repair", "unknown_media")
    assert "bag_tag" in speech.withheld.detail, "the model is told what there is"
    assert speech.text == "Look here.", "what stood before it was said, what stands behind it never is"


def test_the_notice_counts_as_given_only_once_it_was_seen() -> None:
    """Words that are held back for a channel that cannot retract have been shown to nobody."""
    speech = heard("Good day.", notice="I am automated.")
    assert (speech.notice, speech.notice_given) == ("I am automated.", "")


def test_a_body_without_notice_and_parts_names_neither() -> None:
    assert reply_body("Good day.", "agent") == {"text": "Good day.", "by": "agent", "sources": []}
    assert reply_body("Good day.", "agent", notice="I am automated.", parts=[Buttons(choices=("A", "B"))]) == {
        "text": "Good day.",
        "by": "agent",
        "sources": [],
        "notice": "I am automated.",
        "parts": [{"kind": "buttons", "choices": ["A", "B"]}],
    }


def test_a_question_of_a_flow_offers_its_choices_and_shows_its_media() -> None:
    flow = Flow.model_validate(
        {
            "title": "t",
            "steps": [
                {"name": "a", "do": "say", "text": "Hello.", "show": ["bag_tag"]},
                {
                    "name": "b",
                    "do": "ask",
                    "slot": "s",
                    "text": "Which?",
                    "choices": ["Yes", "No"],
                    "show": ["bag_tag"],
                },
                {"name": "c", "do": "end"},
            ],
        }
    )
    asked = FlowRun(flow, begin_flow("f", flow), {}, "", fresh=False).advance()
    assert (asked.show, asked.choices) == (("bag_tag",), ("Yes", "No"))
    ended = FlowRun(flow, asked.position, {}, "yes", fresh=True).advance()
    assert (ended.kind, ended.choices) == ("ended", ())


def test_a_reply_that_its_channel_cannot_carry_is_mended_before_any_of_it_is_sent() -> None:
    speech = heard("One sentence. ", "And another one.", longest=20)
    assert speech.withheld is not None
    assert (speech.withheld.outcome, speech.withheld.code) == ("repair", "too_long")
    assert "20 characters" in speech.withheld.detail
    assert heard("One sentence. ", "And another one.", longest=30).withheld is None


def test_a_second_answer_goes_out_whatever_its_length() -> None:
    assert heard("One sentence. ", "And another one.", longest=None).text == "One sentence. And another one."
