"""Does each turn go to who should resolve it, for the right reason?"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.pack import ModelPrice
from contracts.steps import Classified, Screened
from governance.assurance import LEVELS, check_assurance, meets
from governance.budget import (
    Budget,
    Spent,
    TokenUsage,
    call_cost,
    check_budget,
    check_shares,
    greatest_cost,
    remaining,
)
from governance.route import RouteContext, choose_route
from governance.switches import Switches, check_switch

SURE: dict[str, Any] = {"intent": "change_flight", "confidence": 0.9, "route": "planner"}

FALSE_MESSAGE: dict[str, Any] = {**SURE, "intent": "phishing", "route": "person", "risk": "medium"}


def route(said: dict[str, Any], **context: Any) -> tuple[str, str]:
    chosen = choose_route(Classified(**said), RouteContext(confidence_threshold=0.5, **context))
    return chosen.route, chosen.reason


@pytest.mark.parametrize(
    ("said", "context", "expected"),
    [
        (SURE, {}, ("planner", "intent")),
        ({**SURE, "route": "fast", "complexity": "simple"}, {}, ("fast", "intent")),
        ({**SURE, "route": "fast", "complexity": "complex"}, {}, ("planner", "complex")),
        ({**SURE, "route": "fast", "complexity": "simple", "risk": "high"}, {}, ("planner", "high_risk")),
        ({**SURE, "route": "controlled", "flow": "bags"}, {}, ("controlled", "intent")),
        ({**SURE, "route": "controlled"}, {}, ("planner", "no_flow")),
        ({**SURE, "route": "person"}, {}, ("person", "intent")),
        ({**SURE, "wants_person": True}, {"open_flow": "bags"}, ("person", "wants_person")),
        ({**SURE, "angry": True}, {"open_plan": True}, ("person", "anger")),
        (SURE, {"failures": 2}, ("person", "failures")),
        (SURE, {"screened": Screened(to_person=True)}, ("person", "emergency")),
        (SURE, {"budget_left": False}, ("person", "budget_spent")),
        ({**SURE, "flow": "change"}, {"budget_left": False}, ("controlled", "budget_spent")),
        ({**SURE, "flow": "change"}, {"model_up": False}, ("controlled", "model_down")),
        ({**SURE, "flow": "change"}, {"intent_on": False}, ("person", "intent_off")),
        (SURE, {"open_flow": "bags"}, ("controlled", "open_flow")),
        (SURE, {"open_plan": True}, ("planner", "open_plan")),
        ({"small_talk": True}, {"open_plan": True}, ("planner", "small_talk_in_plan")),
        ({"small_talk": True}, {}, ("fast", "small_talk")),
        ({}, {"open_question": True}, ("planner", "open_question")),
        *[(FALSE_MESSAGE, {opened: True}, ("person", "intent")) for opened in ("open_plan", "open_question")],
        (FALSE_MESSAGE, {"open_flow": "freeze_card"}, ("person", "intent")),
        ({**FALSE_MESSAGE, "risk": "high"}, {"open_plan": True}, ("person", "intent")),
        ({**FALSE_MESSAGE, "risk": "low"}, {"open_plan": True}, ("planner", "open_plan")),
        ({**FALSE_MESSAGE, "confidence": 0.49}, {"open_flow": "freeze_card"}, ("controlled", "open_flow")),
        ({**SURE, "risk": "high"}, {"open_question": True}, ("planner", "open_question")),
        ({}, {}, ("fast", "unknown_wish")),
        ({"intent": "", "in_scope": True}, {}, ("planner", "unsure")),
        ({**SURE, "confidence": 0.49}, {}, ("fast", "unknown_wish")),
        ({}, {"clarified": True}, ("person", "unclear")),
    ],
)
def test_the_first_rule_that_fits_decides(
    said: dict[str, Any], context: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert route(said, **context) == expected


def test_an_unknown_wish_is_asked_about_and_not_guessed() -> None:
    chosen = choose_route(Classified(in_scope=False), RouteContext(confidence_threshold=0.5))
    assert chosen.clarify
    assert not choose_route(Classified(**SURE), RouteContext(confidence_threshold=0.5)).clarify


def test_an_open_plan_is_kept_in_small_talk() -> None:
    chosen = choose_route(Classified(small_talk=True), RouteContext(confidence_threshold=0.5, open_plan=True))
    assert chosen.keeps_plan


FLAGS = st.booleans()


@given(st.data())
def test_every_turn_has_a_route_and_no_model_is_used_where_none_may_be(data: st.DataObject) -> None:
    flags: dict[str, Any] = {"small_talk": data.draw(FLAGS), "angry": data.draw(FLAGS)}
    said = Classified(**SURE, **flags, flow=data.draw(st.sampled_from([None, "f"])))
    context = RouteContext(
        confidence_threshold=data.draw(st.floats(0, 1)),
        clarified=data.draw(FLAGS),
        failures=data.draw(st.integers(0, 3)),
        open_flow=data.draw(st.sampled_from([None, "g"])),
        open_plan=data.draw(FLAGS),
        model_up=data.draw(FLAGS),
        budget_left=data.draw(FLAGS),
    )
    chosen = choose_route(said, context)
    assert chosen.reason
    if not (context.model_up and context.budget_left):
        assert chosen.route in ("controlled", "person")
    if chosen.route == "controlled":
        assert chosen.flow


def test_assurance_is_a_ladder() -> None:
    for actual, low in LEVELS.items():
        for needed, high in LEVELS.items():
            assert meets(actual, needed) is (low >= high)
            assert check_assurance(actual, needed).allowed is (low >= high)
    assert check_assurance("anonymous", "stepped_up").code == "needs_stepped_up"


def test_switches_deny_by_kind_and_name() -> None:
    switches = Switches(tool=frozenset({"pay"}))
    assert check_switch(switches, "tool", "pay").code == "tool_off"
    assert check_switch(switches, "model", "pay").allowed


SHARED = Budget(daily_micro=1000, caller_share=0.25, visitors_share=0.5)


def test_a_call_costs_what_its_tokens_cost_rounded_up() -> None:
    price = ModelPrice(input=1_250_000, cached_input=125_000, output=10_000_000)
    assert call_cost(TokenUsage(input=1_000, cached_input=400, output=100), price) == 750 + 50 + 1_000
    assert call_cost(TokenUsage(input=1), price) == 2
    assert call_cost(TokenUsage(), price) == 0
    assert call_cost(TokenUsage(input=10, cached_input=99), price) == 2


def test_a_call_may_cost_its_whole_prompt_uncached_and_the_longest_answer() -> None:
    price = ModelPrice(input=1_250_000, cached_input=125_000, output=10_000_000)
    assert greatest_cost(3_000, 800, price) == 1_250 + 8_000
    assert greatest_cost(1, 0, price) == 2, "a part of a token is one, and its price is rounded up"
    english = "Your flight to Lisbon leaves at 07:40; I have found two later ones on the same day for you. " * 40
    actual = TokenUsage(input=len(english) // 4, output=800)
    assert greatest_cost(len(english.encode()), 800, price) > call_cost(actual, price)


@pytest.mark.parametrize(
    ("spent", "is_visitor", "most"),
    [
        (Spent(total=700, caller=100), False, 150),
        (Spent(total=900, caller=100), False, 100),
        (Spent(total=600, caller=100, visitors=420), True, 80),
    ],
)
def test_a_call_begins_only_where_its_greatest_cost_fits_every_share(spent: Spent, is_visitor: bool, most: int) -> None:
    assert check_shares(SHARED, spent, most, is_visitor=is_visitor).allowed
    assert check_shares(SHARED, spent, most + 1, is_visitor=is_visitor).code == "budget_spent"


def test_a_spent_budget_calls_no_model() -> None:
    assert check_budget(None, 10**9).allowed
    assert check_budget(100, 40, 60).allowed
    assert check_budget(100, 40, 61).code == "budget_spent"
    assert not check_budget(100, 100).allowed
    assert remaining(100, 140) == 0


@pytest.mark.parametrize(
    ("spent", "is_visitor", "allowed"),
    [
        (Spent(), False, True),
        (Spent(total=999, caller=0), False, True),
        (Spent(total=1000, caller=0), False, False),
        (Spent(total=250, caller=250), False, False),
        (Spent(total=600, caller=249, visitors=600), False, True),
        (Spent(total=600, caller=249, visitors=600), True, False),
        (Spent(total=600, caller=249, visitors=499), True, True),
        (Spent(total=600, caller=250, visitors=499), True, False),
    ],
)
def test_nobody_uses_up_what_others_need(spent: Spent, is_visitor: bool, allowed: bool) -> None:
    verdict = check_shares(SHARED, spent, is_visitor=is_visitor)
    assert (verdict.allowed, verdict.code) == (allowed, "within_budget" if allowed else "budget_spent")


def test_without_a_budget_nothing_is_called() -> None:
    assert not check_shares(Budget(daily_micro=0), Spent(), is_visitor=False).allowed
