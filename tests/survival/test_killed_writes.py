"""Is every write of flow 3 done exactly once, wherever in it the worker is killed (FAULTS 2, 3)?

One kill meets many customers, each held at another point of their own set of writes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.stack import Stack
from tests.survival.deaths import DEATHS, Death, Victim, assert_proved, die, note_what_is_left, stand_still
from tests.survival.holding import Holding
from tests.survival.travellers import WISH, WRITES, plant_travellers, shown_the_card, writes

pytestmark = pytest.mark.timeout(300)  # the first test also waits for the machine, the cards and the kill

UNDONE = {
    "before the payment counts as undone": Death("inside", "compensated", "verified", done=True),
    "after the payment counts as undone": Death("commit", "compensated", "compensated", done=True),
}
DECIDED = {
    "before the decision is committed": Death("inside", "intended", "intended", done=False),
    "after the decision, before it is reported": Death("commit", "intended", "intended", done=False),
}


type Cases = dict[tuple[str, str], Death]

CASES: Cases = {(tool, when): death for tool in WRITES for when, death in DEATHS.items()}
UNDOING: Cases = {("refund_payment", when): death for when, death in DEATHS.items()} | {
    ("charge_payment", when): death for when, death in UNDONE.items()
}
DECIDING: Cases = {("charge_payment", when): death for when, death in DECIDED.items()}
MAKING = {"before T1 is committed": "inside", "after T1, before the card is shown": "commit"}


@dataclass
class Killed:
    """Those in whose sets the one kill was: by write and point; by point while T1 ran; and one who was only waiting."""

    victims: dict[tuple[str, str], Victim]
    making: dict[str, Conversation]
    waiting: Conversation


def seat_them(stack: Stack, holding: Holding) -> Killed:
    """Everybody has seen the card; of those whose set is to be undone, the company has cancelled the booking since."""
    cases = CASES | UNDOING | DECIDING
    ids = plant_travellers(holding, len(cases) + len(MAKING) + 1, seats=90)
    making = {when: Conversation(stack, ids.pop()) for when in MAKING}
    *talks, waiting = shown_the_card(stack, ids)
    victims = {case: Victim(talk, case[0], cases[case]) for case, talk in zip(cases, talks, strict=True)}
    for case in UNDOING:
        customer = victims[case].talk.customer
        update = "UPDATE airline_booking.reservations SET status = 'cancelled' WHERE customer_id = $1"
        holding.ask(update, customer)
    return Killed(victims, making, waiting)


def kill_at_every_point(stack: Stack, holding: Holding, killed: Killed) -> None:
    """Kill while somebody stands at every point.

    Who stands in T1 or in a decision occupies one of the worker's few workflow tasks, so that those come last.
    """
    stand_still(holding, [killed.victims[case] for case in CASES | UNDOING])
    in_making: list[str] = []
    for when, talk in killed.making.items():
        talk.send(WISH)
        in_making.append(f"{MAKING[when]} {talk.request_id} charge_payment intended")
    holding.hold(*in_making)
    holding.await_held(*in_making)
    stand_still(holding, [killed.victims[case] for case in DECIDING])
    holding.await_held(*(victim.point for victim in killed.victims.values()), *in_making)
    die(stack, holding)


@pytest.fixture(scope="module")
def killed(machine: Stack) -> Iterator[Killed]:
    bring_back(machine)
    with Holding(machine) as holding:
        killed = seat_them(machine, holding)
        try:
            kill_at_every_point(machine, holding, killed)
            note_what_is_left(holding, list(killed.victims.values()))
        finally:
            machine.kill("runtime0")
            machine.restart("runtime0")
        yield killed


def assert_done_and_told(talk: Conversation) -> None:
    """All four writes have happened once, the customer knows, and nothing is open."""
    told: dict[str, Any] = talk.await_event("reply.done", by="agent", patience=90)
    assert "NW204" in told["data"]["text"]
    assert writes(talk) == dict.fromkeys(WRITES, 1)
    talk.await_status("waiting_for_customer")
    assert_proved(talk)


def case_names(cases: Cases) -> list[str]:
    """One line a case."""
    return [f"{tool}, {when}" for tool, when in cases]


@pytest.mark.parametrize("case", CASES, ids=case_names(CASES))
def test_a_write_in_which_the_worker_dies_is_done_once(killed: Killed, case: tuple[str, str]) -> None:
    victim = killed.victims[case]
    assert victim.left == victim.wanted
    assert_done_and_told(victim.talk)


@pytest.mark.parametrize("case", UNDOING, ids=case_names(UNDOING))
def test_an_undoing_in_which_the_worker_dies_is_done_once(killed: Killed, case: tuple[str, str]) -> None:
    victim = killed.victims[case]
    assert victim.left == victim.wanted
    told = victim.talk.await_event("reply.done", by="agent", patience=90)
    assert "nothing was changed" in told["data"]["text"]
    assert writes(victim.talk) == {"charge_payment": 1, "refund_payment": 1}
    victim.talk.await_status("waiting_for_customer")
    assert_proved(victim.talk)


@pytest.mark.parametrize("case", DECIDING, ids=case_names(DECIDING))
def test_a_decision_in_which_the_worker_dies_is_carried_out_once(killed: Killed, case: tuple[str, str]) -> None:
    victim = killed.victims[case]
    assert victim.left == victim.wanted
    assert_done_and_told(victim.talk)


@pytest.mark.parametrize("when", MAKING)
def test_a_set_in_whose_making_the_worker_dies_is_shown_and_done_once(killed: Killed, when: str) -> None:
    talk = killed.making[when]
    talk.await_status("waiting_for_confirmation", patience=90)
    cards = [event["data"]["set_id"] for event in talk.events() if event["type"] == "confirm"]
    assert len(cards) == 1
    talk.decide()
    assert_done_and_told(talk)


def test_a_card_outlives_the_worker_that_showed_it(killed: Killed) -> None:
    assert killed.waiting.status == "waiting_for_confirmation"
    killed.waiting.decide()
    assert_done_and_told(killed.waiting)
