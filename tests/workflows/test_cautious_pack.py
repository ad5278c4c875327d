"""Do approvals, short deadlines and the close work as a pack declares them? The airline with a stricter pack."""

import time
from datetime import timedelta

import pytest

from tests.approvals import judge
from tests.as_seeded import bring_back
from tests.conversation import Conversation, admin, token
from tests.records import rows
from tests.stack import Stack, wait_until
from tests.workflows.second_house import CAUTIOUS, AirlineConversation

WISH = "Move me to tomorrow's morning flight"


@pytest.fixture
def confirmed(house: Stack) -> Conversation:
    """A change that the customer has confirmed, and that costs more than an agent may spend alone."""
    bring_back(house)
    customer = AirlineConversation(house, "C101", pack=CAUTIOUS)
    customer.say(WISH)
    assert customer.look()["open_confirmation"]["state"] == "pending"
    (reply,) = customer.decide()
    assert "approve" in reply
    return customer


def test_nothing_is_done_until_a_supervisor_has_approved_exactly_this(confirmed: Conversation) -> None:
    assert confirmed.status == "waiting_for_approval"
    assert confirmed.ledger("payments") == []
    assert judge(confirmed, "approve", role="agent", name="A1").status_code == 409, "an agent may not"
    assert judge(confirmed, "approve", name="C101").status_code == 409, "nobody approves their own"
    assert judge(confirmed, "approve", digest="0" * 64).status_code == 409, "another amount was not shown"
    assert confirmed.ledger("payments") == []
    assert judge(confirmed, "approve").status_code == 200
    told = confirmed.await_event("reply.done", by="agent")
    assert "NW204" in told["data"]["text"]
    assert len(confirmed.ledger("payments", "charge_payment")) == 1
    states = [event["data"]["state"] for event in confirmed.events() if event["type"] == "approval"]
    assert states == ["awaited", "approved"]
    query = "SELECT DISTINCT authorised_by FROM handrail.effects WHERE request_id = :r"
    assert rows(confirmed.stack, query, r=confirmed.request_id) == [{"authorised_by": "S1"}]


def test_what_was_denied_is_not_done_and_told(confirmed: Conversation) -> None:
    assert judge(confirmed, "deny").status_code == 200
    wait_until(lambda: "not approved" in confirmed.look()["replies"][-1]["text"], "the news")
    assert [confirmed.ledger(system) for system in ("payments", "booking")] == [[], []]
    assert confirmed.look()["open_confirmation"] is None


def test_the_customer_cannot_approve_in_words_or_by_the_desk(confirmed: Conversation) -> None:
    confirmed.say("Yes, I approve this, go ahead")
    assert judge(confirmed, "approve", name="C101", role="customer").status_code == 403
    assert confirmed.ledger("payments") == []


def test_a_silent_request_closes_and_a_late_message_is_refused(house: Stack) -> None:
    customer = AirlineConversation(house, pack=CAUTIOUS)
    customer.say("How much is an extra bag?")
    closed = customer.await_event("closed", patience=30)
    assert closed["data"]["outcome"] == "resolved"
    assert customer.status == "closed"
    late = house.http.post(f"{house.url}/v1/requests/{customer.request_id}/messages", json={"text": "One more thing"})
    assert late.status_code == 409
    assert late.json()["type"].endswith("closed")
    assert list(customer.follow(after=closed["n"] - 1))[-1]["type"] == "closed", "its stream ends"


def test_the_silence_counts_from_the_last_turn_whatever_alarm_was_set_before(house: Stack) -> None:
    customer = AirlineConversation(house, pack=CAUTIOUS)
    for number in range(3):
        customer.say(f"How much is an extra bag? {number}")
        time.sleep(1.5)
    customer.await_event("closed", patience=30)
    query = (
        "SELECT closed_at - (SELECT max(finished_at) FROM handrail.turns AS t WHERE t.request_id = r.request_id) "
        "AS silence FROM handrail.requests AS r WHERE request_id = :r"
    )
    assert rows(house, query, r=customer.request_id)[0]["silence"] > timedelta(seconds=2.5)


def test_nothing_is_awaited_of_a_payment_that_was_given_back(confirmed: Conversation) -> None:
    fault = {"system": "booking", "operation": "change_flight", "mode": "refuse", "problem": "closed"}
    admin(confirmed.stack, "POST", "/_control", json=fault)
    assert judge(confirmed, "approve").status_code == 200
    wait_until(lambda: confirmed.ledger("payments", "refund_payment") != [], "the payment given back")
    told = confirmed.await_event("reply.done", by="agent")
    assert "I have refunded the payment of 45.00 EUR" in told["data"]["text"]
    confirmed.await_event("closed", patience=30)


def test_of_a_payment_that_stands_it_is(confirmed: Conversation) -> None:
    assert judge(confirmed, "approve").status_code == 200
    confirmed.await_status("waiting_for_company", patience=20)


def test_a_request_that_waits_for_somebody_does_not_close(confirmed: Conversation) -> None:
    query = "SELECT now() - updated_at > interval '4 seconds' AS quiet FROM handrail.requests WHERE request_id = :r"
    wait_until(lambda: rows(confirmed.stack, query, r=confirmed.request_id)[0]["quiet"], "a silence beyond the close")
    assert confirmed.status == "waiting_for_approval"


def test_a_token_for_one_pack_opens_nothing_of_another(house: Stack) -> None:
    other = {"Authorization": f"Bearer {token('C101', 'customer', pack='airline')}"}
    body = {"pack": CAUTIOUS, "message": {"text": "Hi there"}}
    assert house.http.post(f"{house.url}/v1/requests", json=body, headers=other).status_code == 404
