"""Does a long request keep its thread when its workflow continues as new, with a message arriving just then?"""

from itertools import pairwise

from temporalio.api.enums.v1 import EventType

from tests.conversation import Conversation
from tests.records import ask, rows
from tests.stack import Stack, wait_until
from tests.temporal import connect, look_at

TURNS_PER_RUN = 10


async def _runs(stack: Stack, request_id: str) -> int:
    client = await connect(stack)
    return len([run async for run in client.list_workflows(f"WorkflowId = '{request_id}'")])


def turns_of(customer: Conversation) -> list[int]:
    """The turns that have been recorded, in order."""
    query = "SELECT turn FROM handrail.turns WHERE request_id = :r ORDER BY turn"
    return [row["turn"] for row in rows(customer.stack, query, r=customer.request_id)]


def test_a_request_of_many_turns_continues_as_new_and_loses_nothing(stack: Stack) -> None:
    customer = Conversation(stack, "C102")
    customer.say("My flight was cancelled, what can you do for me?")
    for number in range(TURNS_PER_RUN - 2):
        customer.say(f"How much is an extra bag? {number}")
    for number in range(4):
        customer.send(f"How much is an extra bag? again {number}")
    wait_until(lambda: turns_of(customer) == list(range(1, TURNS_PER_RUN + 4)), "a turn for every message")
    wait_until(lambda: ask(_runs(stack, customer.request_id)) == 2, "the second run")

    lines = customer.look()["transcript"]
    said = [line["text"] for line in lines if line["who"] == "customer"]
    assert said[-4:] == [f"How much is an extra bag? again {number}" for number in range(4)]
    assert [line["who"] for line in lines].count("agent") == TURNS_PER_RUN + 3

    customer.say("the first one please")
    card = customer.look()["open_confirmation"]
    assert card is not None, "what was offered in the first run can be chosen in the second"
    customer.decide()
    assert len(customer.ledger("booking", "change_flight")) == 1


def test_history_per_turn_does_not_grow(stack: Stack) -> None:
    customer = Conversation(stack)
    sizes: list[int] = []
    for number in range(4):
        customer.say(f"How much is an extra bag? {number}")
        sizes.append(len(look_at(stack, customer.request_id).history.events))
    steps = [later - earlier for earlier, later in pairwise(sizes)]
    assert max(steps) - min(steps) <= 2, "the same turn takes the same events, however long the conversation"
    types = [event.event_type for event in look_at(stack, customer.request_id).history.events]
    assert EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED not in types


def test_a_further_turn_of_the_same_kind_writes_no_timer_and_no_label(stack: Stack) -> None:
    customer = Conversation(stack)
    for number in range(3):
        customer.say(f"How much is an extra bag? {number}")
    types = [event.event_type for event in look_at(stack, customer.request_id).history.events]
    assert types.count(EventType.EVENT_TYPE_TIMER_STARTED) == 1
    assert EventType.EVENT_TYPE_TIMER_CANCELED not in types
    assert types.count(EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES) == 1
