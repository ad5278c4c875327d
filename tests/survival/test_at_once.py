"""Does what many want, or what comes many times, happen once?"""

from concurrent.futures import ThreadPoolExecutor

from temporalio.client import Client

from contracts.request import MessageArrived
from tests.conversation import Conversation, admin, headers
from tests.days import in_days
from tests.records import ask, rows
from tests.stack import Stack
from tests.survival.holding import Holding
from tests.survival.travellers import (
    MORNING,
    WISH,
    WRITES,
    at_once,
    plant_travellers,
    shown_the_card,
    writes,
)

TEN = 10


def calls_of(stack: Stack, operation: str) -> int:
    """How often the company's system was asked to do this, whatever it answered."""
    params = {"system": WRITES[operation], "operation": operation}
    return len(admin(stack, "GET", "/_calls", params=params).json()["rows"])


def test_of_ten_who_want_the_last_seat_one_gets_it_and_nine_are_told_and_pay_nothing(
    stack: Stack, holding: Holding
) -> None:
    talks = shown_the_card(stack, plant_travellers(holding, TEN, seats=1))
    at_once(lambda talk: talk.decide(wait="60s"), talks)

    flying = [talk for talk in talks if writes(talk)["change_flight"]]
    (flyer,) = flying
    assert writes(flyer) == dict.fromkeys(WRITES, 1)
    told = [talk for talk in talks if talk is not flyer]
    for talk in told:
        assert writes(talk) == {"charge_payment": 1, "refund_payment": 1}
        assert "last seat on that flight has just been taken" in talk.look()["replies"][-1]["text"]
    for talk in talks:
        assert talk.status == "waiting_for_customer", "no card of a flight that is sold"
        assert "handoff" not in {event["type"] for event in talk.events()}, "and nobody at the desk is troubled"
    assert calls_of(stack, "change_flight") == TEN, "nobody tries again what is sold"
    flight = "SELECT seats_left FROM airline_booking.flights WHERE flight_number = $1 AND flight_date = $2"
    assert holding.ask(flight, MORNING, in_days(1)) == [{"seats_left": 0}]


def test_a_decision_that_comes_eight_times_at_once_is_carried_out_once(stack: Stack) -> None:
    anna = Conversation(stack, "C101")
    anna.say(WISH)
    card = anna.look()["open_confirmation"]
    body = {"confirm": {"set_id": card["set_id"], "digest": card["digest"], "decision": "confirm"}}
    url = f"{stack.url}/v1/requests/{anna.request_id}/messages"

    def decide(_: int) -> tuple[int, str]:
        answer = stack.http.post(url, json=body, headers=headers("C101"))
        return answer.status_code, answer.json()["decision"]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(decide, range(8))) == {(202, "confirmed")}
    anna.await_event("reply.done", turn=2)
    anna.await_status("waiting_for_customer")
    assert writes(anna) == dict.fromkeys(WRITES, 1)
    assert decide(9) == (202, "confirmed"), "and one that comes when all is done hears that it was taken"
    assert [event["data"]["turn"] for event in anna.events() if event["type"] == "reply.done"] == [1, 2]


def test_a_signal_that_comes_again_is_no_second_turn(stack: Stack) -> None:
    anna = Conversation(stack, "C101")
    anna.say(WISH)
    query = "SELECT message_key, seq FROM handrail.inbox WHERE request_id = :r"
    (row,) = rows(stack, query, r=anna.request_id)
    arrived = MessageArrived(message_key=row["message_key"], seq=row["seq"])

    async def signal_twice() -> None:
        client = await Client.connect(stack.temporal_address)
        handle = client.get_workflow_handle(anna.request_id)
        for _ in range(2):
            await handle.signal("message", arrived.model_dump(mode="json"))

    ask(signal_twice())
    anna.decide()
    ask(signal_twice())
    anna.say("How much is an extra bag?")
    assert [event["data"]["turn"] for event in anna.events() if event["type"] == "reply.done"] == [1, 2, 3]
    assert writes(anna) == dict.fromkeys(WRITES, 1)


def test_writes_whose_answers_are_lost_happen_once_each(stack: Stack, holding: Holding) -> None:
    """Every write of the set is done by its system, which then says nothing: the same key finds the stored answer."""
    talks = shown_the_card(stack, plant_travellers(holding, len(WRITES), seats=9))
    for operation, system in WRITES.items():
        lost = {"system": system, "operation": operation, "mode": "timeout_after_effect", "delay_ms": 1}
        admin(stack, "POST", "/_control", json=lost)
    at_once(lambda talk: talk.decide(wait="60s"), talks)
    for talk in talks:
        talk.await_status("waiting_for_customer")
        assert writes(talk) == dict.fromkeys(WRITES, 1)
        assert MORNING in talk.look()["replies"][-1]["text"]
    assert [calls_of(stack, operation) for operation in WRITES] == [len(WRITES) + 1] * len(WRITES)
