"""Booking and flight operations disagree: is it noticed, told with both sources, and does it stop what rests on it?"""

import re

import pytest

from evals.records import rows
from tests.conversation import Conversation, admin, headers, standin
from tests.days import in_days
from tests.stack import Stack

MORNING = "NW204"
BOTH = re.compile(
    r"don't agree about whether the flight is on time: delayed \(flight operations, read \d\d:\d\d\); "
    r"on time \(your bookings?, read \d\d:\d\d\)\. What counts is flight operations\."
)


def delay_tomorrow(stack: Stack, number: str) -> None:
    """Flight operations learn that tomorrow's flight is late; booking still sells it as on time."""
    rows(
        stack,
        "UPDATE airline_operations.movements SET status = 'delayed', reason = 'crew rest',"
        " estimated_departure = scheduled_departure + interval '2 hours'"
        " WHERE flight_number = :n AND flight_date = :d",
        n=number,
        d=in_days(1),
    )


def learn_of_the_delay(customer: Conversation) -> None:
    """What a reading of flight operations after the confirmation was shown leaves behind."""
    rows(
        customer.stack,
        "INSERT INTO handrail.facts (request_id, fact_key, call_id, tool, pointer, type, value, subject, as_of)"
        " VALUES (:r, 'late#/status', 'late', 'get_flight_status', '/status', 'flight_status', '\"delayed\"',"
        " :f, now())",
        r=customer.request_id,
        f=f"{MORNING}-{in_days(1)}",
    )


READS = (("booking", "get_reservation"), ("operations", "get_flight_status"))


def read_at_once(customer: Conversation) -> bool:
    """Whether one read of the two systems began before the other had ended."""
    states = [
        (event["data"]["tool"], event["data"]["state"])
        for event in customer.events()
        if event["type"] == "tool" and event["data"]["tool"] in ("get_reservation", "get_flight_status")
    ]
    return [state for _, state in states[:2]] == ["started", "started"] and len({tool for tool, _ in states[:2]}) == 2


@pytest.mark.parametrize("model", ["up", "down"])
def test_the_controlled_path_reads_both_at_once_and_tells_both(stack: Stack, model: str) -> None:
    if model == "down":
        standin(stack, "POST", "/_control", json={"faults": [{"kind": "503", "times": 100, "model": ""}]})
    for system, operation in READS:
        slow = {"system": system, "operation": operation, "mode": "slow", "times": 1, "delay_ms": 800}
        admin(stack, "POST", "/_control", json=slow)
    customer = Conversation(stack, "C107")
    (reply,) = customer.say("Is my flight on time?")
    assert "NW502 is delayed. It was planned for 14:00 and is now expected to leave" in reply
    assert "15:30" in reply
    assert BOTH.search(reply), reply
    assert customer.look()["route"] == "controlled"
    assert read_at_once(customer)


def test_the_timeline_and_the_desk_show_it_once(stack: Stack) -> None:
    customer = Conversation(stack, "C107")
    customer.say("Is my flight on time?")
    customer.say("Is my flight on time now?")
    (notice,) = [event["data"] for event in customer.events() if event["type"] == "notice"]
    assert (notice["kind"], notice["type"], notice["subject"]) == (
        "contradiction",
        "flight_status",
        f"NW502-{in_days(2)}",
    )
    assert BOTH.search(notice["text"])
    url = f"{stack.url}/v1/desk/requests/{customer.request_id}"
    (shown,) = stack.http.get(url, headers=headers("A1", "agent")).json()["contradictions"]
    assert [one["fact"]["value"] for one in shown["statements"]] == ["delayed", "on_time"]


def test_systems_that_agree_are_told_without_more_words(stack: Stack) -> None:
    (reply,) = Conversation(stack, "C101").say("Is my flight on time?")
    assert "planned to leave on time" in reply
    assert "agree" not in reply


def test_a_write_that_would_rest_on_it_is_never_offered(stack: Stack) -> None:
    delay_tomorrow(stack, MORNING)
    customer = Conversation(stack, "C101")
    customer.say("Is NW204 late tomorrow?")
    customer.say("Move me to tomorrow's morning flight")
    customer.await_status("waiting_for_person")
    assert customer.look()["open_confirmation"] is None
    handoff = customer.await_event("handoff", state="waiting")
    assert handoff["data"]["reason"] == "contradiction"
    assert "don't agree" not in customer.look()["replies"][-1]["text"]
    assert "Our systems disagree" in customer.look()["replies"][-1]["text"]


def test_a_confirmed_change_stops_before_its_first_write_when_the_systems_have_come_to_disagree(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    learn_of_the_delay(customer)
    customer.decide()
    customer.await_status("waiting_for_person")
    assert customer.await_event("handoff", state="waiting")["data"]["reason"] == "contradiction"
    assert customer.ledger("payments") == []
    assert customer.ledger("booking", "change_flight") == []
