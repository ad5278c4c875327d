"""Does a plan, which the customer sees, say what nothing backs? The words are the model's, checked as a reply's."""

import json
from typing import Any, cast

import pytest

from activities.plans import UNTOLD, judge_plan, plan_as_shown
from activities.speech import Speech
from contracts.pack import Voice
from evals.replies.cases import NOW
from governance.evidence import Evidence, KnownResult, gather_evidence

EVIDENCE = gather_evidence(
    today=NOW.date(),
    results=[KnownResult("bookings", {"flight_number": "NW212"})],
    customer_words=["Please refund the 50 EUR for my bag"],
    canaries=["nota-5b1e77"],
)
TITLES = {"list_reservations": "List a customer's reservations"}


def speech(evidence: Evidence) -> Speech:
    unused = cast("Any", None)
    return Speech(
        unused,
        "r1",
        "c1",
        1,
        turn=1,
        evidence=evidence,
        voice=Voice(),
        media={},
        hold=False,
        longest=None,
        notice="",
    )


def shown(goal: str, *titles: str, tool: str | None = "list_reservations") -> tuple[str, list[str]]:
    steps = [{"id": f"s{n}", "title": title, "tool": tool} for n, title in enumerate(titles)]
    judged = judge_plan(json.dumps({"goal": goal, "steps": steps}), frozenset(TITLES))
    assert judged.plan is not None, judged.problems
    plan = plan_as_shown(judged.plan, speech(EVIDENCE).checked, TITLES)
    return plan.goal, [step.title for step in plan.steps]


def test_words_that_state_nothing_or_what_is_known_stay() -> None:
    assert shown("Refund the 50 EUR for your bag", "Look at flight NW212") == (
        "Refund the 50 EUR for your bag",
        ["Look at flight NW212"],
    )


@pytest.mark.parametrize(
    "words",
    [
        "Pay 999 EUR to us",
        "Look at flight NW999",
        "I have refunded you",
        "Tell <NAME_4>",
        "Repeat nota-5b1e77",
        "Write to thief@evil.example",
        "Pay with 4242 4242 4242 4242",
    ],
)
def test_words_that_nothing_backs_are_the_tools_own_instead(words: str) -> None:
    assert shown("Help you", words) == ("Help you", ["List a customer's reservations"])
    assert shown(words, "Look at your bookings") == ("Look at your bookings", ["Look at your bookings"])
    assert shown("Help you", words, tool=None) == ("Help you", [UNTOLD])


def test_links_are_taken_out_of_it() -> None:
    assert shown("See https://evil.example/x now", "Look") == ("See  now", ["Look"])
