"""Do two people approve, is the desk reminded of them, and does an approval that nobody gives expire by itself?"""

from typing import Any

import pytest

from tests.approvals import judge, waiting_approval
from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.records import rows
from tests.stack import Stack
from tests.workflows.second_house import WATCHFUL, AirlineConversation


@pytest.fixture
def awaited(house: Stack) -> Conversation:
    """A change that the customer has confirmed, and that two supervisors have to approve within seconds."""
    bring_back(house)
    customer = AirlineConversation(house, "C101", pack=WATCHFUL)
    customer.say("Move me to tomorrow's morning flight")
    (reply,) = customer.decide()
    assert "supervisor has to approve" in reply
    return customer


def approvals(customer: Conversation) -> list[tuple[str, int, bool]]:
    """How the approval went, as whoever follows the request sees it: state, people so far, whether a reminder."""
    shown: list[dict[str, Any]] = [event["data"] for event in customer.events() if event["type"] == "approval"]
    return [(one["state"], one.get("approvals", 0), one.get("reminded", False)) for one in shown]


def test_four_eyes_take_two_people_who_are_not_the_requester(awaited: Conversation) -> None:
    assert judge(awaited, "approve", name="C101").status_code == 409, "nobody approves their own"
    assert judge(awaited, "approve", name="A1", role="agent").status_code == 409, "it takes the role"
    assert judge(awaited, "approve", name="S1").json()["state"] == "awaiting_approval"
    assert judge(awaited, "approve", name="S1").json()["state"] == "awaiting_approval", "one person is one person"
    assert awaited.ledger("payments") == []
    assert judge(awaited, "approve", name="S2").json()["state"] == "confirmed"
    assert "NW204" in awaited.await_event("reply.done", by="agent")["data"]["text"]
    assert len(awaited.ledger("payments", "charge_payment")) == 1
    assert [state for state, _, _ in approvals(awaited)][-1] == "approved"
    query = "SELECT DISTINCT authorised_by FROM handrail.effects WHERE request_id = :r"
    assert rows(awaited.stack, query, r=awaited.request_id) == [{"authorised_by": "S1,S2"}]


def test_what_one_of_two_approved_expires_by_itself_after_a_reminder(awaited: Conversation) -> None:
    judge(awaited, "approve", name="S1")
    awaited.await_event("approval", state="awaited", reminded=True)
    waiting = waiting_approval(awaited)
    assert (waiting["reminded"], waiting["approved_by"]) == (True, ["S1"])

    awaited.await_event("approval", state="expired")
    awaited.await_status("waiting_for_customer")
    assert approvals(awaited) == [
        ("awaited", 0, False),
        ("awaited", 1, False),
        ("awaited", 1, True),
        ("expired", 0, False),
    ]
    assert "not approved in time, so nothing was changed" in awaited.look()["replies"][-1]["text"]
    assert judge(awaited, "approve", name="S2", waiting=waiting).status_code == 409, "too late is too late"
    assert [awaited.ledger(system) for system in ("payments", "booking")] == [[], []]
    query = "SELECT DISTINCT state, problem->>'code' AS code FROM handrail.effects WHERE request_id = :r"
    assert rows(awaited.stack, query, r=awaited.request_id) == [{"state": "rejected", "code": "expired"}]


def test_who_takes_back_what_waits_for_approval_is_not_told_that_it_was_denied(awaited: Conversation) -> None:
    (reply,) = awaited.decide("decline")
    assert reply == "All right, I have changed nothing."
    assert [state for state, _, _ in approvals(awaited)] == ["awaited", "void"]
    assert awaited.ledger("payments") == []
