"""Do ownership, rights and confirmation hold, whatever is tried? Each against the plain meaning of its rule."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

import pytest
from governance_samples import ANNA, CHANGE, IDENTIFIED, NOW, PAY, READ, RIGHTS, SEARCH, TOOLS, VISITOR, fact, judge
from hypothesis import given
from hypothesis import strategies as st

from contracts.facts import Fact
from contracts.principal import Acting
from contracts.request import Decision, OpenSet
from contracts.tool import ToolContract
from contracts.values import JsonObject
from governance.confirmation import decide
from governance.ownership import BY_THE_ANSWER, check_answer, check_ownership, refuse_record
from governance.rights import Resource

CODES = st.sampled_from(["K7Q2LM", "P3XW9T", "QQQQQQ"])
PEOPLE = st.sampled_from(["C101", "C102", "C103", None])
ACTING = st.sampled_from([ANNA, VISITOR, IDENTIFIED, Acting(customer_id="C102", role="customer", assurance="verified")])
REPRESENTED = st.frozensets(st.sampled_from(["C101", "C102", "C103"]), max_size=2)


@st.composite
def known(draw: st.DrawFn) -> Fact:
    kind = draw(st.sampled_from(["reservation", "reservation", "payment"]))
    return fact(kind, draw(CODES), f"/reservations/{draw(st.integers(0, 4))}/code", draw(PEOPLE))


def acts_for(acting: Acting, represented: frozenset[str], owner: str | None) -> bool:
    """The rule: who is signed in acts for themselves, and for those whom they represent."""
    if acting.assurance not in ("verified", "stepped_up") or owner is None:
        return False
    return owner == acting.customer_id or owner in represented


@given(
    tool=st.sampled_from([READ, PAY, CHANGE]),
    code=CODES,
    facts=st.lists(known(), max_size=5),
    acting=ACTING,
    represented=REPRESENTED,
)
def test_a_record_is_owned_by_who_acts_or_by_whom_they_represent(
    tool: ToolContract, code: str, facts: list[Fact], acting: Acting, represented: frozenset[str]
) -> None:
    owned = check_ownership(tool, {"code": code}, facts=facts, acting=acting, represented=represented, now=NOW)
    owners = [one.owner for one in facts if (one.type, one.value) == ("reservation", code)]
    if owned.verdict.code == BY_THE_ANSWER:
        assert not tool.is_write
        assert not owners, "whose it is was not read yet"
        assert acting.assurance == "verified"
    elif owned.verdict.allowed:
        theirs = any(acts_for(acting, represented, owner) for owner in owners)
        proved = acting.assurance == "identified" and code in acting.reservations and not tool.is_write
        assert theirs or proved
    elif owned.verdict.code == "read_first":
        assert not owners, "it says nothing of what others own"
        assert acting.customer_id is not None
        assert acting.assurance == "verified"
    else:
        assert owned.verdict == refuse_record()


@given(code=CODES, answered=st.lists(known(), max_size=5), acting=ACTING, represented=REPRESENTED)
def test_an_answer_counts_only_where_it_shows_the_named_record_and_nobody_elses(
    code: str, answered: list[Fact], acting: Acting, represented: frozenset[str]
) -> None:
    found = check_answer(READ, code, answered, acting=acting, represented=represented)
    named = [one for one in answered if (one.type, one.value) == ("reservation", code)]
    shown = [*named, *(one for one in answered if one.owner is not None)]
    assert found.verdict.allowed == (bool(named) and all(acts_for(acting, represented, one.owner) for one in shown))
    assert found.verdict.allowed or found.verdict == refuse_record()


@pytest.mark.parametrize("facts", [(), (fact("reservation", "P3XW9T", "/reservations/0/code", "C102"),)])
def test_a_write_on_a_record_that_nothing_shows_to_be_theirs_waits_for_no_answer(facts: Sequence[Fact]) -> None:
    judged = judge("pay", {"code": "P3XW9T", "amount": {"amount": 1, "currency": "EUR"}}, facts=facts)
    assert judged.verdict.code in ("no_source", "not_yours")


def test_a_customers_call_on_a_record_that_was_not_read_leads_to_reading_it() -> None:
    """Their own code, another's and one that does not exist look alike: nothing was read."""

    def code_of(acting: Acting, *facts: Fact) -> str:
        arguments: JsonObject = {"code": "P3XW9T"}
        owned = check_ownership(PAY, arguments, facts=facts, acting=acting, represented=frozenset(), now=NOW)
        return owned.verdict.code

    others = fact("reservation", "P3XW9T", "/reservations/0/code", "C102")
    assert code_of(ANNA) == "read_first"
    assert code_of(ANNA, others) == "not_yours"
    assert code_of(VISITOR) == code_of(IDENTIFIED) == "not_yours", "visitors learn nothing"


def test_missing_and_foreign_records_look_the_same_until_the_system_answers() -> None:
    words = ["P3XW9T", "QQQQQQ"]
    one, other = (judge("read_reservation", {"code": code}, facts=(), customer_words=words) for code in words)
    assert [verdict.code for verdict in one.verdicts] == [verdict.code for verdict in other.verdicts]
    assert BY_THE_ANSWER in [verdict.code for verdict in one.verdicts]


OWNERS = st.sampled_from(["C101", "C102"])


def permitted(acting: Acting, tool: ToolContract, attributes: dict[str, Any], *, approved: bool) -> bool:
    """What the policies of the samples mean, without Cedar."""
    if tool is SEARCH:
        return True
    if not tool.is_write:
        return acting.assurance != "anonymous"
    if acting.role != "customer" or attributes.get("owner") != acting.customer_id:
        return False
    if tool is CHANGE and attributes.get("fare_class") == "light":
        return False
    return not (tool is PAY and attributes.get("amount", 0) > 20_000 and not approved)


@given(
    tool=st.sampled_from(list(TOOLS.values())),
    acting=ACTING,
    attributes=st.fixed_dictionaries(
        {},
        optional={
            "owner": OWNERS,
            "fare_class": st.sampled_from(["light", "classic"]),
            "amount": st.integers(0, 40_000),
            "note": st.text(max_size=5),
        },
    ),
    approved=st.booleans(),
    extra=st.dictionaries(
        st.sampled_from(["a", "b", "represents"]), st.none() | st.integers(-(2**63), 2**63 - 1), max_size=2
    ),
)
def test_cedar_allows_what_the_rules_mean_and_nothing_else(
    tool: ToolContract, acting: Acting, attributes: dict[str, Any], approved: bool, extra: dict[str, Any]
) -> None:
    context = {**extra, **({"approved": True} if approved else {})}
    verdict = RIGHTS.decide(acting, tool, Resource("K7Q2LM", attributes), context)
    assert verdict.allowed == permitted(acting, tool, attributes, approved=approved)
    if verdict.outcome == "approve":
        assert permitted(acting, tool, attributes, approved=True), "an approval can make it allowed"


DECISIONS = st.builds(
    Decision,
    set_id=st.sampled_from(["s1", "s1", "s1", "s2"]),
    digest=st.sampled_from(["d", "d", "d", "e"]),
    decision=st.sampled_from(["confirm", "decline", "approve", "deny"]),
    by=st.sampled_from(["C101", "C101", "C102", "S1", "S2"]),
    role=st.sampled_from(["customer", "agent", "supervisor"]),
)
type Roles = Literal["supervisor"] | None


@given(
    taken=st.lists(st.tuples(DECISIONS, st.integers(0, 40)), max_size=12),
    state=st.sampled_from(["pending", "awaiting_code"]),
    role=st.sampled_from([None, "supervisor"]),
    approvers=st.integers(1, 2),
)
def test_a_set_is_confirmed_by_its_customer_and_its_approvers_in_time_and_by_nobody_else(
    taken: list[tuple[Decision, int]], state: Any, role: Roles, approvers: int
) -> None:
    shown = OpenSet(
        set_id="s1",
        digest="d",
        expires_at=NOW + timedelta(seconds=60),
        state=state,
        approval_role=role,
        approvers=approvers,
        requester="C101",
    )
    now, counted = NOW, list[Decision]()
    for one, later in taken:
        now += timedelta(seconds=later)
        before, decided = shown.state, decide(shown, one, now)
        approved_by = decided.approved_by or shown.approved_by
        if decided.accepted and (decided.state != before or approved_by != shown.approved_by):
            assert (one.set_id, one.digest) == ("s1", "d")
            assert now < shown.expires_at
            counted.append(one)
        decided_by = one.by if decided.accepted and one.decision == "confirm" else shown.decided_by
        changes = {"state": decided.state, "decided_by": decided_by, "approved_by": approved_by}
        shown = shown.model_copy(update=changes)
    if shown.state == "confirmed":
        assert state == "pending", "what waits for a code is not confirmed without it"
        assert counted[0].decision == "confirm"
        assert counted[0].by == "C101"
        approved = {one.by for one in counted[1:] if one.role == "supervisor" and one.by != "C101"}
        assert len(approved) == (approvers if role else 0)
        assert all(one.decision == "approve" for one in counted[1:])
