"""Does a switch act at once and everywhere: on what is asked next, on what waits for a yes, and back on again?"""

import contextlib
from collections.abc import Generator

import pytest

from tests.conversation import Conversation, headers
from tests.stack import Stack

FLIGHT = "Move me to tomorrow's morning flight"
OPERATOR = headers("O1", "operator")


def switch(stack: Stack, kind: str, name: str, *, on: bool, reason: str = "test") -> int:
    """Switch something of the airline."""
    body = {"pack": "airline", "kind": kind, "name": name, "on": on, "reason": reason}
    return stack.http.put(f"{stack.url}/v1/control/switches", json=body, headers=OPERATOR).status_code


@contextlib.contextmanager
def off(stack: Stack, *things: tuple[str, str]) -> Generator[None]:
    """These are off within the block."""
    try:
        for kind, name in things:
            assert switch(stack, kind, name, on=False) == 200
        yield
    finally:
        for kind, name in things:
            assert switch(stack, kind, name, on=True) == 200


WRITES = [("tool", "charge_payment"), ("intent", "change_flight"), ("pack", "airline")]


@pytest.mark.parametrize(("kind", "name"), WRITES, ids=[kind for kind, _ in WRITES])
def test_what_waits_for_a_yes_is_not_sent(stack: Stack, kind: str, name: str) -> None:
    customer = Conversation(stack, "C101")
    customer.say(FLIGHT)
    assert customer.look()["open_confirmation"] is not None
    with off(stack, (kind, name)):
        customer.decide()
    assert [customer.ledger(system) for system in ("payments", "booking")] == [[], []]


def test_a_yes_in_words_does_not_lead_around_an_intent_that_is_off(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say(FLIGHT)
    with off(stack, ("intent", "change_flight")):
        customer.say("yes please")
    assert [customer.ledger(system) for system in ("payments", "booking")] == [[], []]


@pytest.mark.parametrize("thing", [("intent", "change_flight"), ("pack", "airline")])
def test_a_person_takes_what_is_off_and_the_agent_what_is_on_again(stack: Stack, thing: tuple[str, str]) -> None:
    with off(stack, thing):
        customer = Conversation(stack, "C101")
        customer.say(FLIGHT)
        assert customer.status == "waiting_for_person"
        assert customer.look()["route"] == "person"
    again = Conversation(stack, "C101")
    again.say(FLIGHT)
    assert again.look()["open_confirmation"] is not None


def test_a_running_request_goes_to_a_person_once_the_pack_is_off(stack: Stack) -> None:
    customer = Conversation(stack, "C101")
    customer.say("How much is an extra bag?")
    with off(stack, ("pack", "airline")):
        customer.say("And how heavy may my suitcase be?")
        assert customer.status == "waiting_for_person"


def test_models_that_are_off_leave_the_controlled_path(stack: Stack) -> None:
    """By their tiers' names; the flow of the intent answers without a model."""
    with off(stack, ("model", "fast"), ("model", "planner")):
        customer = Conversation(stack, "C103")
        said = " ".join(customer.say("What about my booking?"))
        assert customer.look()["route"] == "controlled"
        assert said
        stranded = Conversation(stack, "C101")
        stranded.say("How much is an extra bag?")
        assert stranded.status == "waiting_for_person"


def test_another_model_answers_where_one_is_off(stack: Stack) -> None:
    with off(stack, ("model", "gpt-4.1")):
        customer = Conversation(stack, "C101")
        assert customer.say("How much is an extra bag?")
        assert customer.status == "waiting_for_customer"


def test_a_switch_is_recorded_with_who_and_why(stack: Stack) -> None:
    assert switch(stack, "tool", "charge_payment", on=False, reason="") == 422
    with off(stack, ("tool", "charge_payment")):
        pass
    url = f"{stack.url}/v1/control/audit"
    proof = stack.http.get(url, params={"pack": "airline"}, headers=headers("X1", "compliance")).json()
    last = [row["record"] for row in proof["records"] if row["kind"] == "switch"][-2:]
    assert '"on":false' in last[0]
    assert '"on":true' in last[1]
    assert all('"by":"O1"' in one and '"reason":"test"' in one for one in last)
    assert proof["proof"]["holds"] is True


@pytest.mark.parametrize(("kind", "name"), [("tool", "none"), ("model", "none"), ("intent", "none"), ("pack", "bank")])
def test_what_the_pack_does_not_have_is_not_switched(stack: Stack, kind: str, name: str) -> None:
    assert switch(stack, kind, name, on=False) == 404
