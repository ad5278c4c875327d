"""Is nothing left half done, and is the customer told the truth, where a set of writes cannot be finished?"""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from tests.conversation import Conversation, admin, headers
from tests.days import in_days
from tests.stack import Stack, wait_until
from tests.survival.holding import Holding
from tests.survival.travellers import MORNING, WISH

UNDONE = {
    "charge_payment": "compensated",
    "change_flight": "rejected",
    "recalculate_points": "rejected",
    "notify_operations": "rejected",
}


def plan(stack: Stack, system: str, operation: str, mode: str, **more: Any) -> None:
    """Plan one fault."""
    admin(stack, "POST", "/_control", json={"system": system, "operation": operation, "mode": mode, **more})


def shown(stack: Stack) -> Conversation:
    """Anna wants the morning flight, and sees what is to be confirmed."""
    anna = Conversation(stack, "C101")
    anna.say(WISH)
    return anna


def states(holding: Holding, talk: Conversation) -> dict[str, str]:
    """What our ledger says of the four writes that were to be confirmed."""
    query = "SELECT tool, state FROM handrail.effects WHERE request_id = $1 AND compensates IS NULL"
    return {row["tool"]: row["state"] for row in holding.ask(query, talk.request_id)}


def written(talk: Conversation) -> list[str]:
    """What the company's systems did for this request, by their own ledgers, in order."""
    rows = [row for system in ("payments", "booking", "loyalty", "operations") for row in talk.ledger(system)]
    return [row["operation"] for row in sorted(rows, key=lambda row: row["at"])]


def reason_at_desk(talk: Conversation) -> str:
    """Why the request waits for a person, as the desk's queue says it."""
    url = f"{talk.stack.url}/v1/desk/queue"
    queue = talk.stack.http.get(url, headers=headers("A1", "agent")).json()["items"]
    return {item["request_id"]: str(item["reason"]) for item in queue}[talk.request_id]


def stop_in(tool: str, holding: Holding, talk: Conversation) -> Callable[[str], int]:
    """The customer has confirmed, and the system of this write has the call. Returns how to decide once more."""
    point = f"system {talk.request_id} {tool}"
    holding.hold(point)
    card = talk.look()["open_confirmation"]
    talk.decide(wait=None)
    holding.await_held(point)
    url = f"{talk.stack.url}/v1/requests/{talk.request_id}/messages"

    def decide(decision: str) -> int:
        body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": decision}}
        return talk.stack.http.post(url, json=body, headers=headers("C101")).status_code

    return decide


def last_words(talk: Conversation) -> str:
    return str(talk.look()["replies"][-1]["text"])


def test_behind_a_write_that_fails_for_good_the_payment_is_given_back_once(stack: Stack, holding: Holding) -> None:
    plan(stack, "booking", "change_flight", "refuse", problem="closed")
    anna = shown(stack)
    anna.decide()
    assert states(holding, anna) == UNDONE
    assert written(anna) == ["charge_payment", "refund_payment"]
    (refund,) = anna.ledger("payments", "refund_payment")
    assert refund["arguments"]["amount"] == {"amount": 4500, "currency": "EUR"}
    assert MORNING not in last_words(anna)
    assert "nothing was changed. I have refunded the payment of 45.00 EUR" in last_words(anna)


def test_an_undoing_that_fails_once_is_tried_again_and_happens_once(stack: Stack, holding: Holding) -> None:
    plan(stack, "booking", "change_flight", "refuse", problem="closed")
    plan(stack, "payments", "refund_payment", "timeout_after_effect", delay_ms=1)
    anna = shown(stack)
    anna.decide(wait=None)
    wait_until(lambda: states(holding, anna) == UNDONE, "the undoing")
    assert written(anna) == ["charge_payment", "refund_payment"]


def test_an_undoing_that_is_refused_waits_at_the_desk_with_an_alert_and_is_told(stack: Stack, holding: Holding) -> None:
    plan(stack, "booking", "change_flight", "refuse", problem="closed")
    plan(stack, "payments", "refund_payment", "refuse", problem="too_late", status=422)
    anna = shown(stack)
    anna.decide()
    anna.await_status("waiting_for_person")
    assert states(holding, anna) == {**UNDONE, "charge_payment": "verified"}
    assert written(anna) == ["charge_payment"]
    assert "only a part of this was done" in last_words(anna)
    assert reason_at_desk(anna) == "compensation_failed"
    assert "compensation_failed" in stack.log("runtime0")
    counted = httpx2.get(stack.metrics_url("runtime0"), trust_env=False).text
    assert "handrail_compensations_failed{" in counted


def test_a_contradiction_that_shows_after_the_payment_gives_it_back(stack: Stack, holding: Holding) -> None:
    anna = shown(stack)
    stop_in("charge_payment", holding, anna)
    late = (
        "INSERT INTO handrail.facts (request_id, fact_key, call_id, tool, pointer, type, value, subject, as_of) VALUES"
        " ($1, 'late#/status', 'late', 'get_flight_status', '/status', 'flight_status', '\"delayed\"', $2, now())"
    )
    holding.ask(late, anna.request_id, f"{MORNING}-{in_days(1)}")
    holding.release()
    anna.await_status("waiting_for_person")
    assert states(holding, anna) == UNDONE
    assert written(anna) == ["charge_payment", "refund_payment"]
    assert reason_at_desk(anna) == "contradiction"
    assert "Our systems disagree" in last_words(anna)


def test_an_answer_that_cannot_be_relied_on_stops_the_set_for_a_person(stack: Stack, holding: Holding) -> None:
    plan(stack, "booking", "change_flight", "break_contract")
    anna = shown(stack)
    anna.decide()
    anna.await_status("waiting_for_person")
    assert states(holding, anna) == {**UNDONE, "change_flight": "executed"}
    assert written(anna) == ["charge_payment", "change_flight", "refund_payment"]
    assert reason_at_desk(anna) == "compensation_failed", "the change cannot be undone by us"
    assert "only a part of this was done" in last_words(anna)
    query = "SELECT effect_id FROM handrail.effects WHERE request_id = $1 AND tool = 'change_flight'"
    (change,) = holding.ask(query, anna.request_id)
    assert settle(anna, change["effect_id"], happened=False) == (200, "compensated"), "a person has undone it"
    assert settle(anna, change["effect_id"], happened=True)[0] == 409, "once"


def test_what_nobody_can_speak_for_is_not_given_back_before_somebody_has_looked(stack: Stack, holding: Holding) -> None:
    plan(stack, "booking", "change_flight", "break_contract")
    anna = shown(stack)
    anna.decide()
    anna.await_status("waiting_for_person")
    queue = stack.http.get(f"{stack.url}/v1/desk/queue", headers=headers("A1", "agent")).json()["items"]
    epoch = next(item["epoch"] for item in queue if item["request_id"] == anna.request_id)
    assert at_desk(anna, "claim", epoch=epoch)[0] == 200
    assert at_desk(anna, "return") == (409, "unsettled")
    assert anna.look()["status"] == "waiting_for_person", "it still waits for who holds it"
    query = "SELECT effect_id FROM handrail.effects WHERE request_id = $1 AND tool = 'change_flight'"
    (change,) = holding.ask(query, anna.request_id)
    settle(anna, change["effect_id"], happened=True)
    assert at_desk(anna, "return")[0] == 200


def test_while_a_write_is_under_way_nothing_is_given_back_and_none_follows_it(stack: Stack, holding: Holding) -> None:
    anna = shown(stack)
    stop_in("change_flight", holding, anna)
    assert at_desk(anna, "takeover")[0] == 200
    answer = answer_at_desk(anna, "return")  # once: the call is held for no longer than it may take
    holding.release()
    assert kind_of(answer) == (409, "unsettled")
    told = answer.json()["detail"]
    assert told == "change_flight is still under way: wait until it has ended.", "nobody can settle it"
    wait_until(lambda: reason_at_desk(anna) == "compensation_failed", "the end of the set, for a person holds it")
    left = {**UNDONE, "change_flight": "verified"}
    wait_until(lambda: states(holding, anna) == left, "the end of what was to follow")
    assert at_desk(anna, "return") == (409, "unsettled"), "a change without its payment is for a person to settle"
    query = "SELECT effect_id FROM handrail.effects WHERE request_id = $1 AND tool = 'change_flight'"
    (change,) = holding.ask(query, anna.request_id)
    settle(anna, change["effect_id"], happened=True)
    assert at_desk(anna, "return")[0] == 200


@pytest.mark.parametrize("state", ["uncertain", "executed"])
def test_an_undoing_that_a_person_finds_done_makes_the_payment_undone(
    stack: Stack, holding: Holding, state: str
) -> None:
    plan(stack, "booking", "change_flight", "refuse", problem="closed")
    anna = shown(stack)
    anna.decide()
    assert states(holding, anna) == UNDONE
    undoing = f"UPDATE handrail.effects SET state = '{state}' WHERE request_id = $1 AND compensates IS NOT NULL"
    paid = "UPDATE handrail.effects SET state = 'verified' WHERE request_id = $1 AND tool = 'charge_payment'"
    for lost in (undoing, paid):  # as if nobody had heard of it
        holding.ask(lost, anna.request_id)
    query = "SELECT effect_id FROM handrail.effects WHERE request_id = $1 AND compensates IS NOT NULL"
    (undo,) = holding.ask(query, anna.request_id)
    assert settle(anna, undo["effect_id"], happened=True) == (200, "verified")
    assert states(holding, anna)["charge_payment"] == "compensated"


def answer_at_desk(talk: Conversation, verb: str, **body: Any) -> httpx2.Response:
    """What somebody at the desk hears when they do this with the request."""
    url = f"{talk.stack.url}/v1/desk/requests/{talk.request_id}/{verb}"
    return talk.stack.http.post(url, json=body, headers=headers("A1", "agent"))


def at_desk(talk: Conversation, verb: str, **body: Any) -> tuple[int, str]:
    """The status, and the kind of problem."""
    return kind_of(answer_at_desk(talk, verb, **body))


def kind_of(answer: httpx2.Response) -> tuple[int, str]:
    """The status, and the kind of problem."""
    return answer.status_code, str(answer.json().get("type", "")).rpartition(":")[2].rpartition("/")[2]


def settle(talk: Conversation, effect_id: str, *, happened: bool) -> tuple[int, str]:
    """A person at the desk says what they found; the status, and the effect's new state."""
    url = f"{talk.stack.url}/v1/desk/requests/{talk.request_id}/settle"
    body = {"effect_id": effect_id, "happened": happened}
    answer = talk.stack.http.post(url, json=body, headers=headers("A1", "agent"))
    return answer.status_code, str(answer.json().get("state", ""))


def test_a_takeover_between_payment_and_change_gives_the_payment_back(stack: Stack, holding: Holding) -> None:
    anna = shown(stack)
    stop_in("charge_payment", holding, anna)
    url = f"{stack.url}/v1/desk/requests/{anna.request_id}/takeover"
    assert stack.http.post(url, json={}, headers=headers("A1", "agent")).status_code == 200
    holding.release()
    wait_until(lambda: states(holding, anna) == UNDONE, "the undoing")
    assert written(anna) == ["charge_payment", "refund_payment"]


def half_done_in_hands(stack: Stack, holding: Holding) -> Conversation:
    """A person has taken the request over between payment and change, and giving the payment back was refused."""
    plan(stack, "payments", "refund_payment", "refuse", problem="too_late", status=422)
    anna = shown(stack)
    stop_in("charge_payment", holding, anna)
    assert at_desk(anna, "takeover")[0] == 200
    holding.release()
    undoing = "SELECT state FROM handrail.effects WHERE request_id = $1 AND compensates IS NOT NULL"
    wait_until(lambda: holding.ask(undoing, anna.request_id) == [{"state": "rejected"}], "the undoing")
    wait_until(lambda: reason_at_desk(anna) == "compensation_failed", "the reason")
    return anna


@pytest.mark.parametrize("stands", [True, False])
def test_who_took_it_over_says_what_becomes_of_the_payment_before_giving_it_back(
    stack: Stack, holding: Holding, stands: bool
) -> None:
    anna = half_done_in_hands(stack, holding)
    assert states(holding, anna)["charge_payment"] == "verified"
    assert at_desk(anna, "return") == (409, "unsettled")
    query = "SELECT effect_id FROM handrail.effects WHERE request_id = $1 AND tool = 'charge_payment'"
    (payment,) = holding.ask(query, anna.request_id)
    assert settle(anna, payment["effect_id"], happened=stands) == (200, "verified" if stands else "compensated")
    assert settle(anna, payment["effect_id"], happened=stands)[0] == 409, "once"
    assert at_desk(anna, "return")[0] == 200


def test_a_half_done_set_that_is_released_waits_in_the_queue_by_its_reason(stack: Stack, holding: Holding) -> None:
    anna = half_done_in_hands(stack, holding)
    assert at_desk(anna, "release")[0] == 200
    assert reason_at_desk(anna) == "compensation_failed"
    assert at_desk(anna, "return") == (409, "not_yours")


def test_what_the_customer_declines_is_never_sent(stack: Stack, holding: Holding) -> None:
    anna = shown(stack)
    anna.decide("decline")
    assert states(holding, anna) == dict.fromkeys(UNDONE, "rejected")
    assert written(anna) == []


def test_a_customer_who_withdraws_between_payment_and_change_gets_the_payment_back(
    stack: Stack, holding: Holding
) -> None:
    anna = shown(stack)
    decide = stop_in("charge_payment", holding, anna)
    assert decide("decline") == 202
    holding.release()
    anna.await_event("reply.done", turn=2)
    anna.await_status("waiting_for_customer")
    assert states(holding, anna) == UNDONE
    assert written(anna) == ["charge_payment", "refund_payment"]
    assert "What had begun is undone" in last_words(anna)
    assert decide("confirm") == 409, "what was taken back is not confirmed again by a late repetition"


def test_a_withdrawal_behind_the_last_write_that_can_be_undone_is_refused(stack: Stack, holding: Holding) -> None:
    anna = shown(stack)
    decide = stop_in("change_flight", holding, anna)
    assert decide("decline") == 409
    holding.release()
    anna.await_event("reply.done", turn=2)
    assert written(anna) == ["charge_payment", "change_flight", "recalculate_points", "notify_operations"]
