"""Are sums over a window kept however they are cut up, and does nobody approve more than they may?"""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.pack import RoleDef
from contracts.request import Decision, OpenSet
from contracts.tool import SumLimit
from contracts.verdict import Verdict
from governance.approvers import NobodyApproves, choose_approval
from governance.confirmation import decide
from governance.judged_call import JudgedCall
from governance.sums import Spent, add_spent, check_sums
from tests.governance.governance_samples import ANNA, GOOD_PAY, MONEY, NOW, TEXT, fact, judge, make_tool

LIMIT: dict[str, Any] = {"window": "1d", "per": "customer", "max": {"amount": 10_000, "currency": "EUR"}}
PAY_BACK = make_tool("pay_back", "write", {"amount": MONEY, "code": TEXT}, limits=[LIMIT])
ASKS = make_tool("pay_back", "write", {"amount": MONEY}, limits=[{**LIMIT, "role": "supervisor"}])


def eur(amount: int, currency: str = "EUR") -> dict[str, Any]:
    return {"amount": {"amount": amount, "currency": currency}}


def spent(amount: int) -> tuple[Spent, ...]:
    return (Spent(tool="pay_back", limit="customer_1d", amount=amount),)


@given(st.lists(st.integers(0, 12_000), max_size=12))
def test_what_is_allowed_one_after_the_other_never_exceeds_the_limit(amounts: list[int]) -> None:
    known, moved = spent(0), 0
    for amount in amounts:
        (verdict,) = check_sums(PAY_BACK, eur(amount), known)
        assert verdict.allowed == (moved + amount <= 10_000)
        if verdict.allowed:
            moved += amount
            known = add_spent(known, PAY_BACK, eur(amount))
    assert moved <= 10_000


def test_three_of_ninety_nine_are_caught_under_a_limit_of_a_hundred() -> None:
    codes = [check_sums(PAY_BACK, eur(9_900), spent(done))[0].code for done in (0, 9_900, 19_800)]
    assert codes == ["within_limits", "over_limit", "over_limit"]


def test_a_limit_with_a_role_asks_instead_of_denying() -> None:
    (verdict,) = check_sums(ASKS, eur(1), spent(10_000))
    assert (verdict.outcome, verdict.advice) == ("approve", "approve:supervisor")


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_above_its_ceiling_nobody_lifts_a_limit(moved: int, amount: int) -> None:
    ceiling = {"amount": 20_000, "currency": "EUR"}
    capped = make_tool(
        "pay_back", "write", {"amount": MONEY}, limits=[{**LIMIT, "role": "supervisor", "ceiling": ceiling}]
    )
    (verdict,) = check_sums(capped, eur(amount), spent(moved))
    within = "approve" if moved + amount > 10_000 else "allow"
    assert verdict.outcome == ("deny" if moved + amount > 20_000 else within)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ceiling": {"amount": 20_000, "currency": "EUR"}},
        {"role": "supervisor", "ceiling": {"amount": 20_000, "currency": "USD"}},
        {"role": "supervisor", "ceiling": {"amount": 9_999, "currency": "EUR"}},
    ],
)
def test_a_ceiling_that_means_nothing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="ceiling"):
        SumLimit.model_validate({**LIMIT, **wrong})


@pytest.mark.parametrize(
    ("arguments", "known"),
    [
        (eur(1, "USD"), spent(0)),
        ({}, spent(0)),
        ({"amount": {"from_tool": "x", "field": "y"}}, spent(0)),
        ({"amount": {"amount": True, "currency": "EUR"}}, spent(0)),
        ({"amount": {"amount": "1", "currency": "EUR"}}, spent(0)),
        (eur(-1), spent(0)),
        (eur(1), ()),
        (eur(1), (Spent(tool="another", limit="customer_1d", amount=0),)),
    ],
)
def test_a_sum_that_cannot_be_known_is_a_denial(arguments: dict[str, Any], known: tuple[Spent, ...]) -> None:
    (verdict,) = check_sums(PAY_BACK, arguments, known)
    assert (verdict.outcome, verdict.code) == ("deny", "sum_unknown")


def call(amount: int, approver: str | None = "supervisor", approvers: int = 1) -> JudgedCall:
    verdict = Verdict(guard="confirmation", outcome="approve", code="needs_approval")
    return JudgedCall(
        tool="pay_back", verdicts=(verdict,), arguments=eur(amount), approver=approver, approvers=approvers
    )


ROLES = {
    "supervisor": RoleDef.model_validate({"title": "S", "approves_up_to": {"amount": 50_000, "currency": "EUR"}}),
    "manager": RoleDef(title="M"),
}


def test_a_role_approves_up_to_its_amount_and_one_without_a_limit_any() -> None:
    approval = choose_approval([(PAY_BACK, call(50_000))], ROLES)
    assert approval is not None
    assert (approval.role, approval.people) == ("supervisor", 1)
    with pytest.raises(NobodyApproves):
        choose_approval([(PAY_BACK, call(50_001))], ROLES)
    assert choose_approval([(PAY_BACK, call(10**7, "manager"))], ROLES) is not None
    assert choose_approval([(PAY_BACK, call(10**7, None))], ROLES) is None


def test_what_a_role_may_approve_counts_for_the_whole_set() -> None:
    for amounts, fits in (((25_000, 25_000), True), ((25_000, 25_001), False), ((20_000, 20_000, 20_000), False)):
        calls = [(PAY_BACK, call(amount)) for amount in amounts]
        if fits:
            assert choose_approval(calls, ROLES) is not None
        else:
            with pytest.raises(NobodyApproves):
                choose_approval(calls, ROLES)


@pytest.mark.parametrize("amount", [{"amount": 1, "currency": "USD"}, {"amount": -1, "currency": "EUR"}, 1, None])
def test_what_cannot_be_held_against_what_a_role_may_approve_is_approved_by_nobody(amount: Any) -> None:
    unclear = call(1).model_copy(update={"arguments": {"amount": amount}})
    with pytest.raises(NobodyApproves):
        choose_approval([(PAY_BACK, call(1)), (PAY_BACK, unclear)], ROLES)


def judged_pay(approve: dict[str, Any], limit: dict[str, Any]) -> JudgedCall:
    """A payment of which a rule and a limit each ask somebody."""
    asks = make_tool(
        "pay",
        "write",
        {"code": {"type": "string"}, "amount": MONEY},
        parameters={
            "code": {"source": "reference", "type": "reservation"},
            "amount": {"source": "reference", "type": "total"},
        },
        owned={"argument": "code", "type": "reservation"},
        approve={"above": {"amount": 0, "currency": "EUR"}, "argument": "amount", "role": "supervisor", **approve},
        limits=[{**LIMIT, "max": {"amount": 1, "currency": "EUR"}, **limit}],
    )
    known = (Spent(tool="pay", limit="customer_1d", amount=0),)
    return judge("pay", GOOD_PAY, contracts={"pay": asks}, spent=known)


def test_two_roles_for_one_call_are_nobody() -> None:
    judged = judged_pay({}, {"role": "director"})
    assert (judged.verdict.outcome, judged.verdict.code) == ("deny", "approvers_differ")


def test_of_what_a_limit_and_a_rule_ask_for_one_call_the_most_people_count() -> None:
    judged = judged_pay({"approvers": 2}, {"role": "supervisor"})
    assert (judged.needs, judged.approver, judged.approvers) == ("approve", "supervisor", 2)


def test_two_roles_for_one_set_are_nobody_and_the_most_people_count() -> None:
    with pytest.raises(NobodyApproves):
        choose_approval([(PAY_BACK, call(1)), (PAY_BACK, call(1, "manager"))], ROLES)
    approval = choose_approval([(PAY_BACK, call(1)), (PAY_BACK, call(1, approvers=2))], ROLES)
    assert approval is not None
    assert approval.people == 2


def four_eyes(**changes: Any) -> OpenSet:
    values: dict[str, Any] = {"set_id": "s", "digest": "d", "expires_at": NOW + timedelta(hours=1), "requester": "C101"}
    waits = {"state": "awaiting_approval", "approval_role": "supervisor", "approvers": 2, "decided_by": "C101"}
    return OpenSet.model_validate({**values, **waits, **changes})


def by(name: str, decision: str = "approve", role: str = "supervisor") -> Decision:
    return Decision.model_validate({"set_id": "s", "digest": "d", "decision": decision, "by": name, "role": role})


def test_four_eyes_are_two_different_people() -> None:
    first = decide(four_eyes(), by("S1"), NOW)
    assert (first.state, first.code, first.approved_by) == ("awaiting_approval", "approved_one_more", ("S1",))
    again = decide(four_eyes(approved_by=first.approved_by), by("S1"), NOW)
    assert (again.state, again.code) == ("awaiting_approval", "already_taken")
    second = decide(four_eyes(approved_by=first.approved_by), by("S2"), NOW)
    assert (second.state, second.approved_by) == ("confirmed", ("S1", "S2"))


def test_one_no_is_enough_and_the_requester_is_no_approver() -> None:
    assert decide(four_eyes(approved_by=("S1",)), by("S2", "deny"), NOW).state == "declined"
    for own in ({"requester": "C101", "decided_by": "C102"}, {"requester": None, "decided_by": "C101"}):
        assert decide(four_eyes(approved_by=("S1",), **own), by("C101"), NOW).code == "own_request"


def test_before_the_code_nothing_is_confirmed_and_a_no_counts() -> None:
    waits = four_eyes(state="awaiting_code", decided_by=None)
    refused = decide(waits, by("C101", "confirm", "customer"), NOW)
    assert (refused.accepted, refused.code, refused.state) == (False, "code_first", "awaiting_code")
    assert decide(waits, by("S1"), NOW).code == "not_awaiting_approval"
    assert decide(waits, by("C101", "decline", "customer"), NOW).state == "declined"


STEP_UP = make_tool(
    "pay",
    "write",
    {"code": {"type": "string", "pattern": "^[A-Z0-9]{6}$"}, "amount": MONEY},
    assurance="stepped_up",
    parameters={
        "code": {"source": "reference", "type": "reservation"},
        "amount": {"source": "reference", "type": "total"},
    },
    owned={"argument": "code", "type": "reservation"},
)


def test_a_code_is_asked_only_of_who_is_signed_in_and_where_the_pack_can() -> None:
    tools = {"pay": STEP_UP}
    asked = judge("pay", GOOD_PAY, contracts=tools, can_step_up=True)
    assert (asked.needs_code, asked.needs, asked.verdict.outcome) == (True, "confirm", "confirm")
    assert judge("pay", GOOD_PAY, contracts=tools).verdict.code == "needs_stepped_up"
    visitor = ANNA.model_copy(update={"assurance": "identified"})
    assert judge("pay", GOOD_PAY, visitor, contracts=tools, can_step_up=True).verdict.stops
    stranger = judge("pay", {**GOOD_PAY, "code": "P3XW9T"}, contracts=tools, can_step_up=True, facts=[fact("total", 1)])
    assert stranger.verdict.stops
    assert not stranger.needs_code
