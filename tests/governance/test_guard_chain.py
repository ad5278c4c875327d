"""Does the chain let through what it should, and nothing else?"""

from datetime import timedelta
from typing import Any

import pytest
from governance_samples import (
    ANNA,
    FACTS,
    GOOD_CHANGE,
    GOOD_PAY,
    IDENTIFIED,
    NOW,
    TOOLS,
    VISITOR,
    fact,
    judge,
)
from hypothesis import given
from hypothesis import strategies as st

from contracts.facts import Contradiction, Statement
from governance.guard_chain import CONTRADICTED
from governance.rights import Rights
from governance.sums import Spent
from governance.switches import Switches


def test_good_calls_are_allowed_or_wait_for_the_customer() -> None:
    assert judge("search", {"origin": "FRA", "date": "2026-11-22"}, VISITOR).verdict.allowed
    read = judge("read_reservation", {"code": "K7Q2LM"})
    assert read.verdict.allowed
    assert read.arguments == {"customer_id": "C101", "code": "K7Q2LM"}
    assert judge("pay", GOOD_PAY).needs == "confirm"
    change = judge("change", GOOD_CHANGE)
    assert (change.verdict.outcome, change.needs, change.approver) == ("confirm", "confirm", None)
    assert {source.argument: source.origin for source in change.sources} == {
        "code": "fact",
        "flight": "fact",
        "payment": "hole",
        "note": "text",
    }


def test_tokens_stay_in_the_arguments_that_are_kept() -> None:
    assert judge("change", GOOD_CHANGE).arguments["note"] == "<NAME_1>"


def test_the_real_value_behind_a_token_is_validated_and_never_quoted() -> None:
    judged = judge("change", GOOD_CHANGE, tokens={"<NAME_1>": "Keller" * 50})
    assert judged.verdict.code == "invalid_argument"
    assert "Keller" not in str(judged.observation)
    assert "<NAME_1>" in str(judged.observation)


REFUSED: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("unknown_tool", "fly_me_to_the_moon", {}, {}),
    ("pack_off", "pay", GOOD_PAY, {"switches": Switches(pack=frozenset({"airline"}))}),
    ("intent_off", "pay", GOOD_PAY, {"switches": Switches(intent=frozenset({"i"})), "intent": "i"}),
    ("tool_off", "pay", GOOD_PAY, {"switches": Switches(tool=frozenset({"pay"}))}),
    ("not_in_plan", "pay", GOOD_PAY, {"plan_tools": frozenset({"search"})}),
    ("needs_verified", "pay", GOOD_PAY, {"acting": VISITOR}),
    ("needs_verified", "pay", GOOD_PAY, {"acting": IDENTIFIED}),
    ("needs_identified", "read_reservation", {"code": "K7Q2LM"}, {"acting": VISITOR}),
    ("identity_argument", "read_reservation", {"code": "K7Q2LM", "customer_id": "C102"}, {}),
    ("not_json", "pay", "{", {}),
    ("duplicate_key", "pay", '{"code": "A", "code": "B"}', {}),
    ("not_an_object", "pay", "[]", {}),
    ("invalid_argument", "pay", {**GOOD_PAY, "extra": 1}, {}),
    ("invalid_argument", "pay", {"code": "K7Q2LM"}, {}),
    ("invalid_argument", "pay", {**GOOD_PAY, "code": "k7"}, {}),
    ("invalid_argument", "search", {"origin": "FRA", "date": "tomorrow"}, {}),
    ("unknown_token", "change", {**GOOD_CHANGE, "note": "<CARD_1>"}, {}),
    ("token_inside", "change", {**GOOD_CHANGE, "note": "Hotel <NAME_1>, room 4"}, {}),
    ("hole_unfilled", "change", GOOD_CHANGE, {"earlier_writes": ()}),
    ("hole_unfilled", "change", GOOD_CHANGE, {"earlier_writes": ("pay", "pay")}),
    ("hole_undeclared", "change", {**GOOD_CHANGE, "payment": {"from_tool": "search", "field": "payment_id"}}, {}),
    ("hole_undeclared", "change", {**GOOD_CHANGE, "flight": {"from_tool": "pay", "field": "payment_id"}}, {}),
    ("no_source", "change", {**GOOD_CHANGE, "flight": "NW999"}, {}),
    ("no_source", "change", {**GOOD_CHANGE, "flight": "K7Q2LM"}, {}),
    ("no_source", "pay", {**GOOD_PAY, "amount": {"amount": 4400, "currency": "EUR"}}, {}),
    ("not_yours", "pay", {**GOOD_PAY, "code": "P3XW9T"}, {}),
    ("no-light", "change", {**GOOD_CHANGE, "code": "Z1QY7V"}, {}),
    ("no_policies", "pay", GOOD_PAY, {"rights": Rights("", "v0")}),
    ("no_policies", "pay", GOOD_PAY, {"rights": Rights("permit (", "v0")}),
    (
        "policy_error",
        "pay",
        GOOD_PAY,
        {"rights": Rights("permit (principal, action, resource) when { 1 < context.x };", "v")},
    ),
    ("guard_crashed", "pay", GOOD_PAY, {"rights": None}),
    ("guard_crashed", "pay", GOOD_PAY, {"facts": None}),
]


@pytest.mark.parametrize(("code", "tool", "arguments", "context"), REFUSED)
def test_everything_else_is_refused_with_its_reason(
    code: str, tool: str, arguments: Any, context: dict[str, Any]
) -> None:
    judged = judge(tool, arguments, **context)
    assert (judged.verdict.outcome, judged.verdict.code) == ("deny", code)
    assert judged.verdicts[-1].code == code, "the first refusal ends the chain"
    assert not judged.confirms
    assert judged.approver is None
    assert judged.verdict.detail


def test_a_fact_that_is_too_old_grounds_nothing() -> None:
    old = tuple(one.model_copy(update={"as_of": NOW - timedelta(minutes=16)}) for one in FACTS)
    assert judge("pay", GOOD_PAY, facts=old).verdict.code == "no_source"


def test_an_identified_visitor_reads_the_one_reservation_they_named() -> None:
    words = ["My booking is K7Q2LM"]
    assert judge("read_reservation", {"code": "K7Q2LM"}, IDENTIFIED, (), customer_words=words).verdict.allowed
    other = judge("read_reservation", {"code": "P3XW9T"}, IDENTIFIED, (), customer_words=["P3XW9T"])
    assert other.verdict.code == "not_yours"


def test_missing_and_foreign_records_are_refused_alike() -> None:
    amount = {"amount": 4500, "currency": "EUR"}
    unowned = (*FACTS, fact("reservation", "QQQQQQ", "/reservations/3/code"))
    foreign = judge("pay", {"code": "P3XW9T", "amount": amount}, facts=unowned)
    missing = judge("pay", {"code": "QQQQQQ", "amount": amount}, facts=unowned)
    assert foreign.verdict == missing.verdict
    words = ["P3XW9T"]
    assert judge("read_reservation", {"code": "P3XW9T"}, customer_words=words).verdict == foreign.verdict


def test_who_is_represented_is_served() -> None:
    judged = judge("read_reservation", {"code": "P3XW9T"}, represented=frozenset({"C102"}))
    assert judged.verdict.allowed


def test_a_large_amount_needs_the_customer_and_the_supervisor() -> None:
    large = {**GOOD_PAY, "amount": {"amount": 25000, "currency": "EUR"}}
    judged = judge("pay", large)
    assert (judged.needs, judged.approver, judged.confirms) == ("approve", "supervisor", True)
    assert judge("pay", large, policy_context={"approved": True}).needs == "confirm"


def test_a_broken_guard_tells_nothing_of_what_it_saw() -> None:
    judged = judge("pay", GOOD_PAY, rights=None)
    assert "K7Q2LM" not in str(judged.observation)


def test_a_tool_that_the_pack_disables_is_off() -> None:
    off = TOOLS["pay"].model_copy(update={"overlay": TOOLS["pay"].overlay.model_copy(update={"enabled": False})})
    assert judge("pay", GOOD_PAY, contracts={"pay": off}).verdict.code == "tool_off"


def test_an_undeclared_argument_of_a_write_has_no_source() -> None:
    bare = TOOLS["pay"].model_copy(update={"overlay": TOOLS["pay"].overlay.model_copy(update={"parameters": {}})})
    assert judge("pay", GOOD_PAY, contracts={"pay": bare}).verdict.code == "source_undeclared"


def test_what_systems_say_differently_stops_a_write_about_it_and_no_read() -> None:
    said = [fact("flight", word, f"/{word}", call=word) for word in ("on_time", "delayed")]
    about = Contradiction(
        type="flight_status",
        subject="K7Q2LM",
        statements=tuple(Statement(system=one.call_id, fact=one) for one in said),
    )
    assert judge("pay", GOOD_PAY, contradictions=[about]).verdict.code == CONTRADICTED
    assert judge("read_reservation", {"code": "K7Q2LM"}, contradictions=[about]).verdict.allowed
    other = about.model_copy(update={"subject": "Z1QY7V"})
    assert not judge("pay", GOOD_PAY, contradictions=[other]).verdict.stops


def test_policies_see_what_was_spent_of_this_tool() -> None:
    policies = """permit (principal, action, resource);
    @id("enough") forbid (principal, action, resource)
    when { context.spent has customer_1d && context.spent.customer_1d > 100 };"""
    for tool, amount, stops in (("pay", 101, True), ("pay", 100, False), ("another", 101, False)):
        spent = (Spent(tool=tool, limit="customer_1d", amount=amount),)
        assert judge("pay", GOOD_PAY, rights=Rights(policies, "v"), spent=spent).verdict.stops == stops


WORDS = st.sampled_from(["K7Q2LM", "Z1QY7V", "P3XW9T", "NW210", "C101", "C102", "x", "<NAME_1>", "<NAME_9>"])
VALUES = st.one_of(WORDS, st.none(), st.integers(), st.just({"amount": 4500, "currency": "EUR"}), st.just({**GOOD_PAY}))
ARGUMENTS = st.dictionaries(st.sampled_from(["code", "amount", "flight", "payment", "note", "customer_id"]), VALUES)


@given(tool=st.sampled_from(sorted(TOOLS)), arguments=ARGUMENTS, acting=st.sampled_from([ANNA, VISITOR, IDENTIFIED]))
def test_no_write_passes_without_an_owner_an_allowed_right_and_a_confirmation(
    tool: str, arguments: dict[str, Any], acting: Any
) -> None:
    judged = judge(tool, arguments, acting)
    if judged.verdict.stops or not TOOLS[tool].is_write:
        return
    assert acting is ANNA
    assert judged.confirms
    assert judged.arguments["code"] in ("K7Q2LM", "Z1QY7V")
    assert {"rights", "ownership", "sources"} <= {verdict.guard for verdict in judged.verdicts}
    assert all(not verdict.stops for verdict in judged.verdicts)


@given(text=st.text(max_size=40), tool=st.sampled_from(sorted(TOOLS)))
def test_any_text_as_arguments_gives_a_verdict_and_never_an_exception(text: str, tool: str) -> None:
    judged = judge(tool, text)
    assert judged.verdict.outcome == "deny"
    assert judged == judge(tool, text)


def test_facts_of_another_type_do_not_ground_a_reference() -> None:
    facts = (*FACTS, fact("seat", "NW999", "/seats/0"))
    assert judge("change", {**GOOD_CHANGE, "flight": "NW999"}, facts=facts).verdict.code == "no_source"
