"""Do approvals, short deadlines and the close work as a pack declares them? The airline with a stricter pack."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, headers, ledger, token
from tests.records import rows
from tests.stack import Stack, wait_until
from tests.workflows.second_house import copy_pack, second_house

CLOSE_AFTER = "3s"
WISH = "Move me to tomorrow's morning flight"
PACK = "cautious"


def _stricter(manifest: dict[str, Any], tools: dict[str, Any]) -> None:
    manifest["close_after"] = CLOSE_AFTER
    payment = tools["tools"]["charge_payment"]
    payment["approve"] = {"above": {"amount": 1000, "currency": "EUR"}, "argument": "amount", "role": "supervisor"}


@pytest.fixture(scope="module")
def house(machine: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("cautious")
    with second_house(machine, copy_pack(folder, PACK, _stricter)) as house:
        yield house


@dataclass
class CautiousConversation(Conversation):
    """A conversation with the stricter company."""

    pack: str = PACK

    def ledger(self, system: str, operation: str | None = None) -> list[dict[str, Any]]:
        """What it works on is the airline's back office."""
        return ledger(self.stack, system, operation=operation, request_id=self.request_id)


@pytest.fixture
def confirmed(house: Stack) -> Conversation:
    """A change that the customer has confirmed, and that costs more than an agent may spend alone."""
    bring_back(house)
    customer = CautiousConversation(house, "C101")
    customer.say(WISH)
    assert customer.look()["open_confirmation"]["state"] == "pending"
    (reply,) = customer.decide()
    assert "approve" in reply
    return customer


def judge(
    customer: Conversation, verdict: str, name: str = "S1", role: str = "supervisor", **changed: str
) -> httpx2.Response:
    stack = customer.stack
    queue = stack.http.get(f"{stack.url}/v1/desk/queue", headers=headers("S1", "supervisor")).json()["approvals"]
    waiting = next(one for one in queue if one["request_id"] == customer.request_id)
    body = {"set_id": waiting["set_id"], "digest": waiting["digest"]} | changed
    url = f"{stack.url}/v1/desk/requests/{customer.request_id}/{verdict}"
    return stack.http.post(url, json=body, headers=headers(name, role))


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
    customer = CautiousConversation(house)
    customer.say("How much is an extra bag?")
    closed = customer.await_event("closed", patience=30)
    assert closed["data"]["outcome"] == "resolved"
    assert customer.status == "closed"
    late = house.http.post(f"{house.url}/v1/requests/{customer.request_id}/messages", json={"text": "One more thing"})
    assert late.status_code == 409
    assert late.json()["type"].endswith("closed")
    assert list(customer.follow(after=closed["n"] - 1))[-1]["type"] == "closed", "its stream ends"


def test_the_silence_counts_from_the_last_turn_whatever_alarm_was_set_before(house: Stack) -> None:
    customer = CautiousConversation(house)
    for number in range(3):
        customer.say(f"How much is an extra bag? {number}")
        time.sleep(1.5)
    customer.await_event("closed", patience=30)
    query = (
        "SELECT closed_at - (SELECT max(finished_at) FROM handrail.turns AS t WHERE t.request_id = r.request_id) "
        "AS silence FROM handrail.requests AS r WHERE request_id = :r"
    )
    assert rows(house, query, r=customer.request_id)[0]["silence"] > timedelta(seconds=2.5)


def test_a_request_that_waits_for_somebody_does_not_close(confirmed: Conversation) -> None:
    query = "SELECT now() - updated_at > interval '4 seconds' AS quiet FROM handrail.requests WHERE request_id = :r"
    wait_until(lambda: rows(confirmed.stack, query, r=confirmed.request_id)[0]["quiet"], "a silence beyond the close")
    assert confirmed.status == "waiting_for_approval"


def test_a_token_for_one_pack_opens_nothing_of_another(house: Stack) -> None:
    other = {"Authorization": f"Bearer {token('C101', 'customer', pack='airline')}"}
    body = {"pack": PACK, "message": {"text": "Hi there"}}
    assert house.http.post(f"{house.url}/v1/requests", json=body, headers=other).status_code == 404
