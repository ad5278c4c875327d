"""Do the checks still judge the corpus of replies as measured, and does the measurement see a check that is broken?"""

from collections.abc import Iterable

import pytest

from contracts.verdict import Finding
from evals.replies.cases import (
    HALVES,
    HELD_OUT,
    HELD_OUT_SPEAKER,
    HELD_OUT_SUMS,
    OTHER_LANGUAGES,
    SECOND_HELD_OUT,
    STRICT,
    THIRD_HELD_OUT,
    Case,
    read_cases,
)
from evals.replies.judge import figures_of, held_out_figures, judge, second_held_out_figures
from governance import validate_reply

# What is known to go out, or to be withheld, wrongly: mend the rule and take the line away.
KNOWN_MISSES = frozenset[str]()
MOST_FALSE_ALARMS = 3
HELD_OUT_MISSES = frozenset(("Three payments went to the gym in October.",))
MOST_HELD_OUT_ALARMS = 0
SECOND_HELD_OUT_MOST = {  # at most so many, of so many
    "second_held_out_unsupported_missed": (2, 85),
    "second_held_out_false_alarm_rate": (3, 92),
    "second_held_out_denials_missed": (1, 80),
    "second_held_out_denials_false_alarm_rate": (2, 80),
    "second_held_out_sums_missed": (1, 35),
    "second_held_out_sums_false_alarm_rate": (3, 42),
}

THIRD_HELD_OUT_MISSES = 3
THIRD_HELD_OUT_ALARMS = 3


@pytest.fixture(scope="module")
def corpus() -> list[Case]:
    return [case for half in HALVES for case in read_cases(half)]


def test_half_of_the_corpus_is_right_and_half_was_written_without_a_look_at_the_checks(corpus: list[Case]) -> None:
    assert len(corpus) >= 400
    assert sum(case.wrong is None for case in corpus) * 2 == len(corpus)
    assert sum(case.half == "blind" for case in corpus) * 2 == len(corpus)


def test_no_other_wrong_number_date_identifier_or_deed_goes_out_than_is_known(corpus: list[Case]) -> None:
    judged = judge(case for case in corpus if case.wrong in STRICT)
    assert {one.case.reply for one in judged if one.missed} <= KNOWN_MISSES


def test_hardly_anything_right_is_withheld(corpus: list[Case]) -> None:
    judged = judge(case for case in corpus if case.wrong is None)
    assert len(alarms := [one.case.reply for one in judged if one.false_alarm]) <= MOST_FALSE_ALARMS, alarms


def test_a_check_that_is_broken_shows_as_missed(corpus: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    def finds_nothing(*_: object) -> Iterable[Finding]:
        return []

    monkeypatch.setattr(validate_reply, "_check_deeds", finds_nothing)
    measured = figures_of(judge(corpus))["unsupported_missed"]
    assert measured.value > 10
    assert measured.met is False


def test_replies_that_were_held_out_are_judged_no_worse_than_measured() -> None:
    judged = judge(read_cases(HELD_OUT))
    wrong = [one for one in judged if one.case.wrong is not None]
    assert min(len(wrong), len(judged) - len(wrong)) >= 80
    assert {one.case.scene.pack for one in judged} == {"airline", "bank"}
    assert {one.case.reply for one in wrong if one.missed} <= HELD_OUT_MISSES
    assert len(alarms := [one.case.reply for one in judged if one.false_alarm]) <= MOST_HELD_OUT_ALARMS, alarms


def test_replies_of_a_second_author_are_judged_no_worse_than_measured() -> None:
    judged, speaker, sums = (judge(read_cases(name)) for name in (SECOND_HELD_OUT, HELD_OUT_SPEAKER, HELD_OUT_SUMS))
    assert {one.case.scene.language for one in judged} == {one.case.scene.language for one in speaker} > {"en", "de"}
    figures = second_held_out_figures(judged, speaker, sums)
    assert {name: one.n for name, one in figures.items()} == {
        name: of for name, (_, of) in SECOND_HELD_OUT_MOST.items()
    }
    counts = {
        name: one.value if "rate" not in name else round(one.value * (one.n or 0)) for name, one in figures.items()
    }
    assert [name for name, (most, _) in SECOND_HELD_OUT_MOST.items() if counts[name] > most] == []


def test_replies_of_a_third_author_are_judged_no_worse_than_measured() -> None:
    figures = held_out_figures(judge(read_cases(THIRD_HELD_OUT)), "third_")
    missed, alarms = figures["third_held_out_unsupported_missed"], figures["third_held_out_false_alarm_rate"]
    assert (missed.n, alarms.n) == (108, 90)
    assert missed.value <= THIRD_HELD_OUT_MISSES
    assert round(alarms.value * 90) <= THIRD_HELD_OUT_ALARMS


def test_replies_in_other_languages_are_judged_as_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = judge(read_cases(OTHER_LANGUAGES))
    assert {one.case.scene.language for one in judged} == {"de", "es", "fr"}
    assert [one.case.reply for one in judged if one.missed or one.false_alarm] == []
    monkeypatch.setattr(validate_reply, "find_other_deeds", lambda *_: ())
    assert sum(one.missed for one in judge(read_cases(OTHER_LANGUAGES))) > 10
