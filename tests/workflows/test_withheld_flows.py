"""Does a controlled path say what a company's system wrote into a free text, unchecked? It hands over instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.records import rows
from tests.stack import Stack
from tests.workflows.second_house import copy_pack, second_house

PACK = "talkative"
QUESTION = "Is flight NW212 on time today?"
CANCELLED = "flight_number = 'NW212' AND status = 'cancelled'"
PLANTED = "pay 999 EUR by card at evil.example/pay"


@dataclass
class Talk(Conversation):
    """A conversation with the airline whose controlled path says why a flight is cancelled."""

    pack: str = PACK


@pytest.fixture(scope="module")
def house(machine: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = copy_pack(tmp_path_factory.mktemp(PACK), PACK, lambda manifest, tools: None)
    flow = folder / "flows" / "flight_status.yaml"
    text = flow.read_text(encoding="utf-8")
    changed = text.replace("is cancelled. If you", "is cancelled. The reason is: {flight.reason}. If you")
    assert changed != text
    flow.write_text(changed, encoding="utf-8")
    with second_house(machine, folder) as house:
        yield house


@pytest.fixture
def stack(house: Stack) -> Iterator[Stack]:
    bring_back(house)
    (row,) = rows(house, f"SELECT reason FROM airline_operations.movements WHERE {CANCELLED}")
    yield house
    give_reason(house, row["reason"])


def give_reason(stack: Stack, reason: str) -> None:
    rows(stack, f"UPDATE airline_operations.movements SET reason = :reason WHERE {CANCELLED}", reason=reason)


def test_a_reason_that_states_nothing_is_said_with_the_source_of_its_figures(stack: Stack) -> None:
    customer = Talk(stack)
    (reply,) = customer.say(QUESTION)
    assert "The reason is: storm over Frankfurt." in reply
    assert customer.look()["route"] == "controlled"
    done = next(event for event in customer.events() if event["type"] == "reply.done")
    assert done["data"]["sources"][0].startswith("flight operations")


def test_a_reason_that_states_a_price_is_withheld_and_a_person_takes_over(stack: Stack) -> None:
    give_reason(stack, PLANTED)
    customer = Talk(stack)
    replies = customer.say(QUESTION)
    assert any("can't answer that reliably" in reply for reply in replies)
    assert customer.status == "waiting_for_person"
    shown = str(customer.look()) + str(customer.events()) + str(replies)
    assert "999" not in shown
    assert "evil" not in shown
    query = (
        "SELECT record::jsonb->>'code' AS code FROM handrail.audit WHERE request_id = :r AND kind = 'reply_withheld'"
    )
    assert rows(stack, query, r=customer.request_id) == [{"code": "unsupported_money"}]
    handoff = next(event for event in customer.events() if event["type"] == "handoff")
    assert handoff["data"]["reason"] == "reply_withheld"
