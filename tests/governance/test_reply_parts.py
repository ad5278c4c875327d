"""Which pictures, forms and choices may a reply show? What the pack declares, and choices that hold as sentences do."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pack import MediaItem, Voice
from contracts.reply_parts import Buttons, ReplyPart, ShownMedia
from governance.evidence import KnownResult, gather_evidence
from governance.reply_parts import PartReader, PartsJudged, judge_mark

TAG = MediaItem(kind="image", title="A tag", url="https://air.example/tag.png", text="The number stands on the tag.")
FORM = MediaItem(kind="form", title="A form", url="https://air.example/form", text="Report it with this form:")
MEDIA = {"bag_tag": TAG, "form": FORM, "third": FORM, "fourth": FORM}
EVIDENCE = gather_evidence(
    today=date(2026, 5, 4),
    results=[KnownResult("bookings", {"flight_number": "NW212", "departs_at": "2026-05-05T10:30:00Z"})],
)
VOICE = Voice(forbidden_promises=("free upgrade",))


def read(*pieces: str) -> tuple[str, list[str]]:
    reader = PartReader()
    fed = [*(reader.feed(piece) for piece in pieces), reader.finish()]
    return "".join(words for words, _ in fed), [mark for _, marks in fed for mark in marks]


def judge(*marks: str) -> PartsJudged:
    judged, parts = PartsJudged(), tuple[ReplyPart, ...]()
    for mark in marks:
        judged = judge_mark(mark, parts, "Which one?", media=MEDIA, evidence=EVIDENCE, voice=VOICE)
        if judged.refused is not None:
            return judged
        parts = judged.parts
    return judged


def code_of(*marks: str) -> str:
    refused = judge(*marks).refused
    return refused.code if refused is not None else "shown"


def test_marks_are_taken_out_of_the_words() -> None:
    said = read("It stands on the tag. [[show:bag_tag]]Is that", " yours? [[buttons:Yes | No]]")
    assert said == ("It stands on the tag. Is that yours? ", ["[[show:bag_tag]]", "[[buttons:Yes | No]]"])


@given(
    st.lists(st.sampled_from(["[[show:a]]", "[[", "]]", "[", "]", "a [x] b", "\n", "words. ", "[[x" * 200])),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_how_a_text_is_cut_into_chunks_changes_nothing(parts: list[str], cuts: list[int]) -> None:
    text = "".join(parts)
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    pieces = [text[begin:end] for begin, end in pairwise(places)]
    assert read(*pieces) == read(text)
    words, marks = read(text)
    assert sorted(words + "".join(marks)) == sorted(text), "nothing is lost, nothing is added"


def test_words_in_single_brackets_are_words() -> None:
    assert read("Row [12] and [a", "b]") == ("Row [12] and [ab]", [])


def test_a_mark_without_an_end_is_never_said() -> None:
    assert read("Look: [[show:bag_t") == ("Look: ", ["[[show:bag_t"])
    assert code_of("[[show:bag_t") == "bad_part"


def test_declared_media_are_shown_as_the_pack_says() -> None:
    assert judge("[[show:bag_tag]]", "[[show:bag_tag]]").parts == (
        ShownMedia(kind="image", name="bag_tag", title=TAG.title, url=TAG.url, text=TAG.text),
    )


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        (["[[show:invented]]"], "unknown_media"),
        (["[[show:https://evil.example/x.png]]"], "unknown_media"),
        (["[[image:bag_tag]]"], "bad_part"),
        (["[[show:bag_tag]]", "[[show:form]]", "[[show:third]]", "[[show:fourth]]"], "too_many_parts"),
        (["[[buttons:Yes]]"], "bad_part"),
        (["[[buttons:Yes | yes please, with every detail that I have ever told you]]"], "bad_part"),
        (["[[buttons:1|2|3|4|5|6|7]]"], "bad_part"),
        (["[[buttons:Yes | No]]", "[[buttons:Here | There]]"], "too_many_parts"),
        (["[[buttons:Pay 45 EUR | No]]"], "unsupported_money"),
        (["[[buttons:NW999 | NW212]]"], "unsupported_identifier"),
        (["[[buttons:A free upgrade | No]]"], "forbidden_promise"),
        (["[[buttons:www.evil.example | No]]"], "bad_part"),
        (["[[buttons:<NAME_9> | No]]"], "unknown_token"),
    ],
)
def test_what_is_not_the_packs_or_not_so_is_withheld(marks: list[str], code: str) -> None:
    assert code_of(*marks) == code


def test_choices_that_hold_are_offered() -> None:
    assert judge("[[buttons:NW212 | 10:30 | Neither|Neither]]").parts == (
        Buttons(choices=("NW212", "10:30", "Neither")),
    )
