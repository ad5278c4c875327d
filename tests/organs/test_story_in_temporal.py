"""Does Temporal's UI tell operators the story, without a word of what anybody said?"""

import base64
import json
import re
from dataclasses import dataclass

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation
from tests.records import ask
from tests.stack import ROOT, Stack, wait_until
from tests.temporal import Workflow, connect, look_at
from workers.build import build_id_of

SAID = ["Move me to tomorrow's morning flight please, the quokka one", "Yes please"]


@dataclass(frozen=True)
class Seen:
    """A finished change, and its workflow."""

    customer: Conversation
    workflow: Workflow


@pytest.fixture(scope="module")
def seen(machine: Stack) -> Seen:
    bring_back(machine)
    customer = Conversation(machine, "C101")
    for line in SAID:
        customer.say(line)
    assert len(customer.ledger("booking", "change_flight")) == 1
    return Seen(customer, look_at(machine, customer.request_id))


def test_search_attributes_say_what_it_is_and_where_it_stands(seen: Seen) -> None:
    assert seen.workflow.attributes == {
        "HandrailPack": "airline",
        "HandrailChannel": "web",
        "HandrailIntent": "change_flight",
        "HandrailRoute": "planner",
        "HandrailStatus": "waiting_for_customer",
    }


def test_operators_find_requests_by_them(seen: Seen) -> None:
    async def find() -> list[str]:
        query = "HandrailIntent = 'change_flight' AND HandrailStatus = 'waiting_for_customer'"
        client = await connect(seen.customer.stack)
        return [found.id async for found in client.list_workflows(query)]

    wait_until(lambda: seen.customer.request_id in ask(find()), "the request in the list")


def test_the_details_tell_status_intent_and_route(seen: Seen) -> None:
    assert "waiting_for_customer" in seen.workflow.details
    assert "change_flight" in seen.workflow.details


def test_each_activity_has_a_summary_that_names_it(seen: Seen) -> None:
    summaries = [
        json.loads(event.user_metadata.summary.data)
        for event in seen.workflow.history.events
        if event.HasField("user_metadata") and event.user_metadata.summary.data
    ]
    assert "list_reservations" in summaries
    assert "charge_payment" in summaries, "a write says what it does"
    assert any("model" in summary for summary in summaries)
    assert any("record turn" in summary for summary in summaries)


def test_each_step_names_the_code_that_took_it(seen: Seen) -> None:
    field = "workflow_task_completed_event_attributes"
    taken = [getattr(event, field) for event in seen.workflow.history.events if event.HasField(field)]
    assert {(one.worker_deployment_name, one.worker_version.build_id) for one in taken} == {
        ("handrail", build_id_of(ROOT))
    }


def decoded(workflow: Workflow) -> str:
    """The history as JSON, and beside it everything that is encoded in it."""
    text = workflow.history.to_json()
    found = [
        base64.b64decode(part + "=" * (-len(part) % 4)) for part in re.findall(r'"data": ?"([A-Za-z0-9+/]+)=*"', text)
    ]
    return text + "\n".join(part.decode("utf-8", "replace") for part in found) + workflow.details


def test_no_word_of_the_customer_stands_in_the_history(seen: Seen) -> None:
    history = decoded(seen.workflow)
    assert "message_key" in history, "the search reads what is encoded"
    assert "charge_payment" in history
    for word in ("quokka", "morning", "tomorrow", "Frankfurt", "Lisbon", "45.00", "K7Q2LM"):
        assert word not in history, word


def test_nothing_that_was_replied_stands_in_the_history(seen: Seen) -> None:
    history = decoded(seen.workflow)
    for reply in seen.customer.look()["replies"]:
        for sentence in re.split(r"(?<=[.?!])\s", reply["text"]):
            assert sentence not in history
