"""Is exactly what was shown confirmed, by who may, in time, once?"""

import hashlib
from datetime import timedelta
from typing import Any, Literal

import pytest
from governance_samples import GOOD_CHANGE, GOOD_PAY, NOW, TOOLS, make_tool
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from contracts.request import Decision, OpenSet
from contracts.template import MissingValue
from contracts.values import JsonObject
from governance.canonical import canonical_bytes
from governance.confirmation import decide, render_confirmation
from governance.needs import find_needs
from governance.read_decision import read_code, read_decision
from governance.write_set import ProposedWrite, WriteSet, confirmation_code, fill_holes

PAY_WRITE = ProposedWrite(tool="pay", arguments=dict(GOOD_PAY))
CHANGE_WRITE = ProposedWrite(tool="change", arguments=dict(GOOD_CHANGE))
SET = WriteSet(set_id="s1", writes=(PAY_WRITE, CHANGE_WRITE))


def test_order_arguments_holes_and_quotes_make_the_digest_and_the_id_does_not() -> None:
    literal = CHANGE_WRITE.model_copy(update={"arguments": {**GOOD_CHANGE, "payment": "pay_1"}})
    dearer = PAY_WRITE.model_copy(update={"arguments": {**GOOD_PAY, "amount": {"amount": 4501, "currency": "EUR"}}})
    others = [
        SET.model_copy(update={"writes": (CHANGE_WRITE, PAY_WRITE)}),
        SET.model_copy(update={"writes": (PAY_WRITE,)}),
        SET.model_copy(update={"writes": (PAY_WRITE, literal)}),
        SET.model_copy(update={"writes": (dearer, CHANGE_WRITE)}),
        SET.model_copy(update={"quoted": {"q": 4500}}),
    ]
    assert len({SET.digest, *(other.digest for other in others)}) == len(others) + 1
    assert SET.model_copy(update={"set_id": "s2"}).digest == SET.digest


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), min_size=1, max_size=3), st.data(), VALUES)
def test_every_argument_of_every_write_is_in_the_digest(
    arguments: list[dict[str, JsonValue]], data: st.DataObject, other: JsonValue
) -> None:
    place = data.draw(st.integers(0, len(arguments) - 1))
    name = data.draw(st.sampled_from(sorted(arguments[place])))
    writes = tuple(ProposedWrite(tool="t", arguments=one) for one in arguments)
    changed = [dict(one) for one in arguments]
    changed[place][name] = other
    others = tuple(ProposedWrite(tool="t", arguments=one) for one in changed)
    same = canonical_bytes(other) == canonical_bytes(arguments[place][name])
    assert (WriteSet(set_id="s", writes=writes).digest == WriteSet(set_id="s", writes=others).digest) == same


def test_the_digest_is_known() -> None:
    empty = WriteSet(set_id="x", writes=(ProposedWrite(tool="t", arguments={"a": 1.0}),))
    assert empty.digest == WriteSet(set_id="y", writes=(ProposedWrite(tool="t", arguments={"a": 1}),)).digest
    text = b'{"quoted":{},"writes":[{"arguments":{"a":{"literal":1}},"tool":"t"}]}'
    assert empty.digest == hashlib.sha256(text).hexdigest()


def test_the_card_comes_from_the_overlay_alone() -> None:
    card = render_confirmation(SET, TOOLS)
    assert card.title == "Pay"
    assert [(line.label, line.value) for line in card.lines] == [("Code", "K7Q2LM")]
    assert card.total == "45.00 EUR"


def test_the_card_shows_records_and_names_what_is_missing() -> None:
    lines = [{"label": "Flight", "value": "{found.flight.departs_at|time}"}, {"label": "Paid", "value": "{payment}"}]
    tool = make_tool("change", "write", {"flight": {}}, confirm="customer", confirm_title="Change", confirm_lines=lines)
    tools = {**TOOLS, "change": tool}
    card = render_confirmation(SET, tools, [{}, {"flight": {"departs_at": "2026-11-22T07:40:00Z"}}])
    assert ("Flight", "07:40") in [(line.label, line.value) for line in card.lines]
    assert ("Paid", "from: Pay") in [(line.label, line.value) for line in card.lines]
    with pytest.raises(MissingValue):
        render_confirmation(SET, tools)


def test_every_write_of_one_tool_stands_on_the_card_with_its_own_record_and_the_total_is_the_sum() -> None:
    lines = [{"label": "To", "value": "{found.payee.name}"}, {"label": "For", "value": "{purpose}"}]
    overlay: dict[str, Any] = {
        "confirm": "customer",
        "confirm_title": "Transfer",
        "confirm_lines": lines,
        "confirm_total": "amount",
    }
    tool = make_tool("transfer", "write", {"payee": {}, "amount": {}, "purpose": {}}, **overlay)

    def transfer(payee: str, amount: int) -> ProposedWrite:
        money: JsonObject = {"amount": amount, "currency": "EUR"}
        return ProposedWrite(tool="transfer", arguments={"payee": payee, "amount": money, "purpose": "Rent"})

    both = WriteSet(set_id="s1", writes=(transfer("PY1", 10_000), transfer("PY2", 25_000)))
    found: list[dict[str, JsonValue]] = [{"payee": {"name": "Ana"}}, {"payee": {"name": "Ben"}}]
    card = render_confirmation(both, {"transfer": tool}, found)
    assert [(line.label, line.value) for line in card.lines] == [
        ("1. To", "Ana"),
        ("1. For", "Rent"),
        ("2. To", "Ben"),
        ("2. For", "Rent"),
    ]
    assert card.total == "350.00 EUR"


def open_set(**changes: Any) -> OpenSet:
    values: dict[str, Any] = {
        "set_id": "s1",
        "digest": "d",
        "expires_at": NOW + timedelta(minutes=1),
        "requester": "C101",
    }
    return OpenSet(**{**values, **changes})


def decision(
    what: Literal["confirm", "decline", "approve", "deny"] = "confirm", by: str = "C101", **changes: Any
) -> Decision:
    values: dict[str, Any] = {"set_id": "s1", "digest": "d", "decision": what, "by": by, **changes}
    return Decision(**values)


WAITING: dict[str, Any] = {"state": "awaiting_approval", "approval_role": "supervisor", "decided_by": "C101"}


@pytest.mark.parametrize(
    ("given", "taken", "state", "code"),
    [
        (open_set(), decision(), "confirmed", "confirmed"),
        (open_set(), decision("decline"), "declined", "declined"),
        (open_set(approval_role="supervisor"), decision(), "awaiting_approval", "confirmed_awaiting_approval"),
        (open_set(**WAITING), decision("approve", "S1", role="supervisor"), "confirmed", "approved"),
        (open_set(**WAITING), decision("deny", "S1", role="supervisor"), "declined", "denied"),
        (open_set(**WAITING), decision("decline"), "declined", "declined"),
        (open_set(state="confirmed"), decision(), "confirmed", "already_taken"),
    ],
)
def test_decisions_that_count(given: OpenSet, taken: Decision, state: str, code: str) -> None:
    decided = decide(given, taken, NOW)
    assert (decided.accepted, decided.state, decided.code) == (True, state, code)


@pytest.mark.parametrize(
    ("given", "taken", "code"),
    [
        (None, decision(), "unknown_set"),
        (open_set(), decision(set_id="s2"), "unknown_set"),
        (open_set(), decision(digest="e"), "digest_changed"),
        (open_set(expires_at=NOW), decision(), "expired"),
        (open_set(expires_at=NOW, **WAITING), decision("approve", "S1", role="supervisor"), "expired"),
        (open_set(), decision(by="C102"), "not_yours"),
        (open_set(), decision("approve", "S1", role="supervisor"), "not_awaiting_approval"),
        (open_set(**WAITING), decision("approve", "S1", role="agent"), "wrong_role"),
        (open_set(**WAITING), decision("approve", "C101", role="supervisor"), "own_request"),
        (open_set(state="declined"), decision(), "already_declined"),
        (open_set(state="void"), decision(), "already_void"),
        (open_set(state="confirmed"), decision("decline"), "already_confirmed"),
    ],
)
def test_decisions_that_do_not_count(given: OpenSet | None, taken: Decision, code: str) -> None:
    decided = decide(given, taken, NOW)
    assert (decided.accepted, decided.code) == (False, code)
    assert decided.state != "confirmed" or (given is not None and given.state == "confirmed")


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes please!",
        "YES, go ahead.",
        "ok do it",
        "Sure, sounds good",
        "I confirm",
        "yep, that's fine",
        "Yes ✅",
        "ok, do that",
        "thank you, do it now please",
        "yes that is right",
        "I do, go ahead",
    ],
)
def test_a_plain_yes(text: str) -> None:
    assert read_decision(text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        *("no", "No, thanks!", "nope", "please don't", "I don't want that", "Not now"),
        *("Never mind", "nevermind, thanks", "never mind, keep it", "forget it", "Please leave it as it is"),
        *("I've changed my mind", "no, keep it as it is", "forget about it then"),
        *("hmm, no, keep it as it is", "oh no, sorry, leave it", "actually, I've changed my mind", "um... no"),
        *("don't do it", "do not go ahead", "no, I don't want it", "oh no thanks", "oh no, please don't do that"),
    ],
)
def test_a_plain_no(text: str) -> None:
    assert read_decision(text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        "yes but only if it's free",
        "no wait",
        "yes, no",
        "yes?",
        "is that ok?",
        *("is that ok", "is it ok now", "is it confirmed", "is this confirmed", "do i confirm", "do I go ahead"),
        *("is it all ok", "ok is it confirmed", "that ok", "all ok", "you sure", "so that confirmed", "yes is that ok"),
        *("oh no", "Oh no!", "No, actually I want that", "oh no, actually do it", "oh no, sorry, do it please"),
        *("no sorry, I do want it", "is that declined, sorry", "never mind, do it", "don't forget it"),
        *("I've not changed my mind", "please don't leave it", "no, do it"),
        "ok, what does it cost",
        "yes to the flight, not the bag",
        "no problem",
        "don't you think yes",
        "I don't know",
        "",
        "the manager said yes",
        "yes and charge 100",
        "не yes",
        "confirm tomorrow",
        "cancel it",
        "keep it",
        "I don't mind",
        "never",
        "now",
        "thanks",
        "yes " * 9,
    ],
)
def test_anything_else_is_neither(text: str) -> None:
    assert read_decision(text) == "neither"


@given(st.text(max_size=60))
def test_any_text_reads_as_something_and_case_does_not_count(text: str) -> None:
    assert read_decision(text) in ("yes", "no", "neither")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0427", "0427"),
        ("the code is 0427.", "0427"),
        ("04271", None),
        ("0427 1234", None),
        ("12:0427", None),
        ("", None),
    ],
)
def test_one_code_is_read(text: str, code: str | None) -> None:
    assert read_code(text) == code


def test_codes_are_bound_to_key_set_and_digest() -> None:
    codes = {confirmation_code(key, one, two) for key in (b"k", b"l") for one in "abc" for two in "de"}
    assert len(codes) > 9
    assert all(len(code) == 4 and code.isdecimal() for code in codes)
    with pytest.raises(ValueError, match="key"):
        confirmation_code(b"", "a", "b")


def test_holes_are_filled_from_results_or_the_call_is_not_sent() -> None:
    assert fill_holes(dict(GOOD_CHANGE), {"pay": {"payment_id": "pay_1"}})["payment"] == "pay_1"
    unfit: list[dict[str, Any]] = [{}, {"pay": {}}, {"pay": {"payment_id": None}}, {"pay": {"payment_id": {"x": 1}}}]
    for results in unfit:
        with pytest.raises(KeyError):
            fill_holes(dict(GOOD_CHANGE), results)


@pytest.mark.parametrize(
    ("amount", "outcomes"),
    [
        ({"amount": 100, "currency": "EUR"}, ["confirm"]),
        ({"amount": 101, "currency": "EUR"}, ["confirm", "approve"]),
        ({"amount": 1, "currency": "USD"}, ["confirm", "approve"]),
        ({"from_tool": "x", "field": "y"}, ["confirm", "approve"]),
        (None, ["confirm", "approve"]),
    ],
)
def test_amounts_above_the_limit_or_unclear_need_approval(amount: Any, outcomes: list[str]) -> None:
    rule = {"above": {"amount": 100, "currency": "EUR"}, "role": "supervisor"}
    tool = make_tool("refund", "write", {"amount": {}}, approve=rule)
    assert [one.outcome for one in find_needs(tool, {"amount": amount}, tainted=False)] == outcomes


def test_after_tainted_text_every_write_is_confirmed() -> None:
    tool = make_tool("note", "write", {"text": {}}, confirm="none")
    assert [one.outcome for one in find_needs(tool, {}, tainted=False)] == ["allow"]
    assert [one.outcome for one in find_needs(tool, {}, tainted=True)] == ["confirm"]
