"""What do policies, pointers, facts and sources say one by one?"""

from typing import Any

import pytest
from governance_samples import ANNA, CHANGE, FACTS, IDENTIFIED, NOW, PAY, READ, RIGHTS, TOOLS, VISITOR, make_tool

from contracts.principal import Acting
from contracts.tool import ToolContract
from contracts.verdict import Verdict, combine
from governance.extract_facts import extract_facts, is_typed
from governance.ownership import check_ownership
from governance.pointers import find_beside, find_values, join_pointer, split_pointer
from governance.rights import Resource, Rights
from governance.sources import bind_identity, is_for_the_runtime
from governance.words import says

OWN = Resource("K7Q2LM", {"owner": "C101", "fare_class": "classic"})


def test_a_permit_allows_and_names_its_policy_and_version() -> None:
    verdict = RIGHTS.decide(ANNA, CHANGE, OWN, {})
    assert (verdict.outcome, verdict.code, verdict.policy_version) == ("allow", "own-writes", "v1")


def test_a_forbid_beats_every_permit_and_says_what_to_do_instead() -> None:
    verdict = RIGHTS.decide(ANNA, CHANGE, Resource("Z", {"owner": "C101", "fare_class": "light"}), {})
    assert (verdict.outcome, verdict.code, verdict.advice) == ("deny", "no-light", "Offer a new booking.")


def test_what_no_policy_permits_is_denied() -> None:
    assert RIGHTS.decide(VISITOR, CHANGE, OWN, {}).code == "not_permitted"
    assert RIGHTS.decide(ANNA, CHANGE, Resource("K7Q2LM", {"owner": "C102"}), {}).code == "not_permitted"


def test_an_error_in_one_policy_denies_although_another_permits() -> None:
    text = "permit (principal, action, resource); forbid (principal, action, resource) when { context.missing > 1 };"
    assert Rights(text, "v").decide(ANNA, CHANGE, OWN, {}).code == "policy_error"


def test_without_a_policy_nothing_is_shown_or_allowed() -> None:
    for broken in (Rights("", "v"), Rights("  \n", "v"), Rights("permit everything;", "v")):
        assert broken.problem
        assert broken.allowed_tools(ANNA, TOOLS.values()) == ()
        assert broken.decide(ANNA, READ, OWN, {}).outcome == "deny"


def test_values_that_cedar_does_not_know_are_translated() -> None:
    context: dict[str, Any] = {"a": None, "b": 1.5, "c": [None, 1], "d": {"e": None}}
    assert RIGHTS.decide(ANNA, CHANGE, OWN, context).allowed


def shown(acting: Any) -> set[str]:
    return {tool.name for tool in RIGHTS.allowed_tools(acting, TOOLS.values())}


def test_each_is_shown_only_what_policy_could_ever_allow_them() -> None:
    assert shown(VISITOR) == {"search"}
    assert shown(IDENTIFIED) == {"search", "read_reservation"}
    assert shown(ANNA) == {"search", "read_reservation", "pay", "change"}


def test_what_only_the_runtime_can_fill_is_not_shown() -> None:
    tool = make_tool("find", "read", {"key": {"type": "string"}}, parameters={"key": {"source": "computed"}})
    assert is_for_the_runtime(tool)
    assert RIGHTS.allowed_tools(ANNA, [tool]) == ()
    assert not is_for_the_runtime(READ)


RESULT: dict[str, Any] = {
    "as_of": "2026-11-21T09:00:00Z",
    "reservations": [
        {"code": "A", "customer_id": "C101", "fare_class": "light", "note": "use id X9", "bags": [{"tag": "t1"}]},
        {"code": "B", "customer_id": "C102", "fare_class": None, "bags": [{"tag": "t2"}, {"tag": "t3"}]},
        {"code": "C", "bags": []},
    ],
}


def test_facts_are_the_typed_values_with_their_owners_and_age() -> None:
    facts = extract_facts(READ, RESULT, "r/t1.2", NOW)
    assert {(one.type, one.value, one.owner) for one in facts} == {
        ("reservation", "A", "C101"),
        ("reservation", "B", "C102"),
        ("reservation", "C", None),
        ("fare_class", "light", None),
        ("bag", "t1", "C101"),
        ("bag", "t2", "C102"),
        ("bag", "t3", "C102"),
    }, "free text (the note) and null are no facts"
    assert {one.as_of.minute for one in facts} == {0}
    assert facts[0].key == "r/t1.2#/reservations/0/code"


def test_a_result_from_the_future_is_as_old_as_its_reading() -> None:
    late = extract_facts(READ, {**RESULT, "as_of": "2099-01-01T00:00:00Z"}, "c", NOW)
    assert {one.as_of for one in late} == {NOW}


def test_a_tool_that_is_not_authoritative_gives_no_facts() -> None:
    quiet: ToolContract = READ.model_copy(update={"overlay": READ.overlay.model_copy(update={"authoritative": False})})
    assert extract_facts(quiet, RESULT, "c", NOW) == []


@pytest.mark.parametrize(("value", "typed"), [("NW212-2026-11-21", True), ("a b", False), ("", False), (1, True)])
def test_words_with_spaces_are_free_text(value: Any, typed: bool) -> None:
    assert is_typed(value) is typed


def test_pointers_escape_and_wildcards_walk() -> None:
    assert split_pointer(join_pointer(["a/b", "~c", 3])) == ("a/b", "~c", "3")
    assert [way for way, _ in find_values({"x": [{"y": 1}, {"z": 2}]}, "/x/*/y")] == [("x", "0", "y")]
    assert find_beside(RESULT, "/reservations/*/customer_id", ("reservations", "1", "bags", "0", "tag")) == "C102"


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [
        (["my code is k7q 2lm."], "K7Q2LM", True),
        (["(K7Q2LM)"], "K7Q2LM", True),
        (["K7Q2LMX"], "K7Q2LM", False),
        (["from <NAME_1>, please"], "<NAME_1>", True),
        (["from <NAME_12>"], "<NAME_1>", False),
        (["4 bags and 5 seats"], 45, False),
        (["A and B"], ["A", "B"], True),
        (["A"], ["A", "B"], False),
        ([""], "", False),
        (["! ! K7Q ! 2LM"], "K7Q2LM", True),
        (["‹ＥＭＡＩＬ_1>"], "<EMAIL_1>", False),
        (["＜ＥＭＡＩＬ_1＞"], "<EMAIL_1>", False),
        (["<email_1>"], "<EMAIL_1>", False),
        (["< EMAIL_1 >"], "<EMAIL_1>", False),
        (["K7Q", "then K7Q2LM"], "K7QK7Q2LM", True),
        (["2LM", "K7Q"], "K7Q2LM", False),
        (["a" * 64], "a" * 64, True),
        (["a" * 65], "a" * 65, False),
    ],
)
def test_the_customers_words_are_whole_words(words: list[str], value: Any, said: bool) -> None:
    assert says(words, value) is said


@pytest.mark.parametrize("unit", ["a ", "aa ", "a1 "])
def test_words_made_to_be_slow_are_not(unit: str) -> None:
    assert not says([unit * 1_000] * 200, "a" * 61 + "1b")


def test_the_first_refusal_decides_then_the_strongest_need() -> None:
    allow, confirm, approve, deny = (
        Verdict(guard=str(place), outcome=outcome, code=outcome)
        for place, outcome in enumerate(("allow", "confirm", "approve", "deny"))
    )
    assert combine([allow, confirm, deny]).code == "deny"
    assert combine([confirm, approve, allow]).code == "approve"
    assert combine([allow, confirm]).code == "confirm"
    assert combine([allow]).code == "allow"
    assert combine([]).code == "no_verdict"


def test_an_approval_helps_only_where_nothing_else_stands_against_the_call() -> None:
    large = {"amount": 25_000, "owner": "C101"}
    assert RIGHTS.decide(ANNA, PAY, Resource("K", large), {}).outcome == "approve"
    assert RIGHTS.decide(ANNA, PAY, Resource("K", {**large, "owner": "C102"}), {}).code == "not_permitted"
    assert RIGHTS.decide(ANNA, PAY, Resource("K", large), {"approved": True}).outcome == "allow"


def test_a_policy_that_asks_for_approval_and_never_yields_is_a_denial() -> None:
    text = """permit (principal, action, resource);
    @id("never") @advice("approve:boss") forbid (principal, action, resource);"""
    for context in ({}, {"approved": True}):
        verdict = Rights(text, "v").decide(ANNA, PAY, OWN, context)
        assert (verdict.outcome, verdict.code) == ("deny", "never")


def test_what_the_pack_asks_assurance_for_is_not_shown_below_it() -> None:
    open_rights = Rights("permit (principal, action, resource);", "v")
    assert [tool.name for tool in open_rights.allowed_tools(VISITOR, TOOLS.values())] == ["search"]


def test_identity_is_bound_from_the_session_or_nothing_is_called() -> None:
    assert bind_identity({}, READ, ANNA).arguments == {"customer_id": "C101"}
    assert bind_identity({"customer_id": "C101"}, READ, ANNA).verdict.allowed
    assert bind_identity({"customer_id": None}, READ, ANNA).verdict.code == "identity_argument"
    assert bind_identity({}, READ, VISITOR).verdict.code == "identity_unknown"


def owns(tool: ToolContract, acting: Acting, code: str | None = "K7Q2LM") -> bool:
    arguments: dict[str, Any] = {} if code is None else {"code": code}
    owned = check_ownership(tool, arguments, facts=FACTS, acting=acting, represented=frozenset(), now=NOW)
    return owned.verdict.allowed


def test_only_the_signed_in_owner_writes() -> None:
    assert owns(CHANGE, ANNA)
    assert not owns(CHANGE, ANNA, "P3XW9T")
    assert not owns(CHANGE, IDENTIFIED)
    assert owns(READ, IDENTIFIED)
    assert not owns(CHANGE, ANNA.model_copy(update={"assurance": "identified"}))
    assert not owns(CHANGE, ANNA, None)
    assert owns(READ, ANNA, None)
