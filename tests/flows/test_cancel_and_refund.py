"""Cancel and refund: is exactly what the fare gives back refunded, after a code, a confirmation and an approval?"""

import re
from typing import Any

import pytest

from tests.approvals import judge
from tests.conversation import Conversation, admin, headers, ledger
from tests.records import PLACES, rows, value
from tests.stack import Stack, wait_until

FLEX, CLASSIC_SMALL, CLASSIC_LARGE, LIGHT = "C104", "C101", "C126", "C105"
FREE = "UPDATE handrail.effects SET state = 'rejected' WHERE tool = 'refund_payment' AND state <> 'compensated'"


@pytest.fixture
def stack(stack: Stack) -> Stack:
    """The machine as seeded: nobody is locked, and nothing counts towards a sum."""
    for table in ("code_locks", "code_attempts", "one_time_codes"):
        rows(stack, f"DELETE FROM handrail.{table}")
    rows(stack, FREE)
    return stack


def mailbox(stack: Stack, customer: str) -> list[str]:
    """What the customer's own mailbox holds, newest first."""
    letters = admin(stack, "GET", "/_mailbox", params={"customer_id": customer}).json()["letters"]
    return [letter["text"] for letter in letters]


def code_of(customer: Conversation) -> str:
    """The newest code in the customer's mailbox."""
    assert customer.customer is not None
    found = re.match(r"\d{6}", mailbox(customer.stack, customer.customer)[0])
    assert found is not None
    return found[0]


def wish(stack: Stack, who: str, text: str = "Please cancel my trip and refund me") -> Conversation:
    """A customer who was asked for a code."""
    customer = Conversation(stack, who)
    customer.say(text)
    return customer


def proved(stack: Stack, who: str, text: str = "Please cancel my trip and refund me") -> Conversation:
    """A customer who typed the right code and sees the card."""
    customer = wish(stack, who, text)
    assert customer.status == "waiting_for_code"
    customer.say(code_of(customer))
    assert customer.look()["open_confirmation"]["state"] == "pending"
    return customer


def refunds(customer: Conversation) -> list[dict[str, Any]]:
    """The refunds of this request in the payment system's own ledger."""
    return customer.ledger("payments", "refund_payment")


def line(card: dict[str, Any], label: str) -> str:
    """The value of one line of the card."""
    return next(one["value"] for one in card["lines"] if one["label"] == label)


def test_below_the_limit_a_code_and_a_yes_are_enough(stack: Stack) -> None:
    customer = wish(stack, CLASSIC_SMALL)
    assert customer.status == "waiting_for_code"
    asked = customer.look()["replies"][-1]["text"]
    assert "six-digit code" in asked
    assert "a•••@example.com" in asked
    assert customer.ledger("booking", "cancel_reservation") == []
    customer.say(f"it's {code_of(customer)}")
    card = customer.look()["open_confirmation"]
    assert line(card, "Paid") == "129.00 EUR"
    assert line(card, "You get back") == "64.50 EUR"
    (reply,) = customer.decide()
    assert "64.50 EUR" in reply
    assert [row["arguments"]["amount"] for row in refunds(customer)] == [{"amount": 6450, "currency": "EUR"}]
    assert len(customer.ledger("booking", "cancel_reservation")) == 1


@pytest.mark.parametrize(
    ("who", "text", "back"),
    [
        (FLEX, "Please cancel my trip and refund me", 28_900),
        (CLASSIC_LARGE, "Please cancel my booking 0DRYOZ and refund me", 25_350),
    ],
)
def test_above_the_limit_a_supervisor_approves_and_the_chat_says_so(
    stack: Stack, who: str, text: str, back: int
) -> None:
    customer = proved(stack, who, text)
    (reply,) = customer.decide()
    assert "supervisor" in reply
    assert customer.status == "waiting_for_approval"
    awaited = customer.await_event("approval", state="awaited")
    assert awaited["data"]["role"] == "supervisor"
    assert refunds(customer) == []
    assert judge(customer, "approve", name="A1", role="agent").status_code == 409
    assert judge(customer, "approve", name=who).status_code == 409, "nobody approves their own"
    assert judge(customer, "approve").status_code == 200
    customer.await_event("reply.done", by="agent")
    assert [row["arguments"]["amount"]["amount"] for row in refunds(customer)] == [back]
    query = "SELECT DISTINCT authorised_by FROM handrail.effects WHERE request_id = :r"
    assert rows(stack, query, r=customer.request_id) == [{"authorised_by": "S1"}]


def test_what_is_denied_is_not_done(stack: Stack) -> None:
    customer = proved(stack, FLEX)
    customer.decide()
    assert judge(customer, "deny").status_code == 200
    wait_until(lambda: "not approved" in customer.look()["replies"][-1]["text"], "the news")
    assert refunds(customer) == []
    assert customer.ledger("booking", "cancel_reservation") == []


def test_a_light_fare_is_politely_refused_and_can_be_cancelled_without_money(stack: Stack) -> None:
    customer = wish(stack, LIGHT)
    told = customer.look()["replies"][-1]["text"]
    assert "not refunded" in told
    assert "without a refund" in told
    assert customer.look()["open_confirmation"] is None
    customer.say("yes please")
    assert line(customer.look()["open_confirmation"], "You get back") == "0.00 EUR"
    customer.decide()
    assert len(customer.ledger("booking", "cancel_reservation")) == 1
    assert refunds(customer) == []


def test_five_wrong_codes_lock_the_customer_in_every_request(stack: Stack) -> None:
    customer = wish(stack, FLEX)
    wrong = f"{(int(code_of(customer)) + 1) % 1_000_000:06}"
    for _ in range(4):
        (reply,) = customer.say(wrong)
        assert "not the code" in reply
    assert "locked" in customer.say(wrong)[0]
    customer.await_status("waiting_for_person")
    assert "locked" in " ".join(wish(stack, FLEX).answers[-1]["replies"][0].values())
    assert refunds(customer) == []


def test_a_code_in_two_messages_counts_and_leaves_no_trace(stack: Stack) -> None:
    customer = wish(stack, CLASSIC_SMALL)
    code = code_of(customer)
    (reply,) = customer.say(code[:3])
    assert "other digits" in reply
    customer.say(f"then {code[3:]}")
    assert customer.look()["open_confirmation"]["state"] == "pending"
    customer.decide()
    for place, look in PLACES.items():
        assert re.search(rf"(?<!\d){code}(?!\d)", look(stack, customer.request_id)) is None, place
    said = [one["text"] for one in customer.look()["transcript"] if one["who"] == "customer"]
    assert said[1:3] == ["•••", "then •••"] or said[1:3] == ["•••", "•••"]


def test_a_danger_comes_before_the_code_and_is_no_attempt(stack: Stack) -> None:
    for said in ("{} hurry, my father can't breathe", "there is a man with a bomb at gate 12, send the code again"):
        customer = wish(stack, FLEX)
        (told,) = customer.say(said.format(code_of(customer)))
        assert "112" in told
        assert customer.status == "waiting_for_person"
        assert customer.look()["open_confirmation"]["state"] == "awaiting_code"
    assert rows(stack, "SELECT outcome FROM handrail.code_attempts") == []


def test_a_code_of_another_request_and_a_used_one_prove_nothing(stack: Stack) -> None:
    first, second = wish(stack, FLEX), wish(stack, FLEX)
    newest = code_of(second)
    (reply,) = first.say(newest)
    assert "not the code" in reply
    second.say(newest)
    assert second.look()["open_confirmation"]["state"] == "pending"
    assert first.look()["open_confirmation"]["state"] == "awaiting_code"


def test_without_the_code_the_api_confirms_nothing(stack: Stack) -> None:
    customer = wish(stack, FLEX)
    card = customer.look()["open_confirmation"]
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "confirm"}}
    url = f"{stack.url}/v1/requests/{customer.request_id}/messages"
    answer = stack.http.post(url, json=body, headers=headers(FLEX))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2].rpartition("/")[2]) == (409, "code_first")


def test_a_new_code_replaces_the_old_one_and_the_next_one_has_to_wait(stack: Stack) -> None:
    customer = wish(stack, FLEX)
    rows(stack, "UPDATE handrail.one_time_codes SET made_at = made_at - interval '1 minute'")
    old = code_of(customer)
    customer.say("I didn't get a code, please send a new one")
    new = code_of(customer)
    assert new != old
    assert "another code" in customer.say("send it again")[0]
    assert "not the code" in customer.say(old)[0]
    customer.say(new)
    assert customer.look()["open_confirmation"]["state"] == "pending"


def test_fare_rules_that_change_before_the_approval_void_the_set(stack: Stack) -> None:
    customer = proved(stack, FLEX)
    customer.decide()
    rows(stack, "UPDATE airline_fares.rules SET non_refundable_percent = 10 WHERE fare_class = 'flex'")
    assert judge(customer, "approve").status_code == 200
    customer.await_event("confirm", state="void")
    wait_until(lambda: customer.status == "waiting_for_code", "a new proposal at the new amount")
    assert line(customer.look()["open_confirmation"], "You get back") == "260.10 EUR"
    assert refunds(customer) == []


def test_a_refund_that_fails_for_good_after_the_cancellation_waits_for_a_person(stack: Stack) -> None:
    customer = proved(stack, CLASSIC_SMALL)
    fault = {"system": "payments", "operation": "refund_payment", "mode": "refuse", "times": 1}
    admin(stack, "POST", "/_control", json={**fault, "status": 409, "problem": "not_refundable"})
    customer.decide()
    customer.await_status("waiting_for_person")
    assert "only a part of this" in customer.look()["replies"][-1]["text"]
    desk = stack.http.get(f"{stack.url}/v1/desk/requests/{customer.request_id}", headers=headers("A1", "agent")).json()
    found = {one["tool"]: (one["state"], one["problem"]) for one in desk["summary"]["effects"]}
    assert found["cancel_reservation"][0] == "verified"
    assert found["refund_payment"] == ("rejected", "not_refundable")
    assert refunds(customer) == []


def test_one_after_the_other_refunds_stop_at_the_sum_of_the_day(stack: Stack) -> None:
    earlier = proved(stack, FLEX)
    earlier.decide()
    judge(earlier, "approve")
    earlier.await_event("reply.done", by="agent")
    grown = "UPDATE handrail.effects SET arguments = jsonb_set(arguments, '{amount,amount}', '45000')"
    rows(stack, f"{grown} WHERE request_id = :r AND tool = 'refund_payment'", r=earlier.request_id)
    admin(stack, "POST", "/_control/reset")
    later = wish(stack, FLEX)
    later.await_status("waiting_for_person")
    verdict = value(
        stack,
        "SELECT record FROM handrail.audit WHERE request_id = :r AND record LIKE '%over_limit%' LIMIT 1",
        r=later.request_id,
    )
    assert "over_limit" in str(verdict)
    assert ledger(stack, "payments", operation="refund_payment", request_id=later.request_id) == []


def test_without_buttons_the_card_and_its_code_are_written_once_the_customer_is_proved(stack: Stack) -> None:
    """The customer's other requests are over: else they were asked which one is meant."""
    rows(stack, "UPDATE handrail.requests SET status = 'closed' WHERE customer_id = :c", c=CLASSIC_SMALL)
    customer = Conversation(stack, CLASSIC_SMALL, channel="sms")
    customer.say("Please cancel my trip and refund me")
    assert customer.status == "waiting_for_code"
    card = customer.say(code_of(customer))[-1]
    assert "You get back: 64.50 EUR" in card
    code = re.search(r"reply with the code (\d{4})", card)
    assert code is not None
    assert "64.50 EUR" in customer.say(code[1])[-1]
    assert [row["arguments"]["amount"] for row in refunds(customer)] == [{"amount": 6450, "currency": "EUR"}]


def test_a_danger_comes_before_the_code_that_would_confirm_the_card(stack: Stack) -> None:
    """The customer's other requests are over: else they were asked which one is meant."""
    rows(stack, "UPDATE handrail.requests SET status = 'closed' WHERE customer_id = :c", c=CLASSIC_SMALL)
    customer = Conversation(stack, CLASSIC_SMALL, channel="sms")
    customer.say("Please cancel my trip and refund me")
    code = re.search(r"reply with the code (\d{4})", customer.say(code_of(customer))[-1])
    assert code is not None
    assert "112" in customer.say(f"{code[1]} hurry, my father can't breathe")[-1]
    assert customer.status == "waiting_for_person"
    assert refunds(customer) == []
