"""Is every turn's cost known, and can every decision be proved later?"""

import pytest

from tests.conversation import Conversation, headers
from tests.records import rows, value
from tests.stack import Stack


@pytest.fixture
def changed(stack: Stack) -> Conversation:
    """Anna has moved her flight."""
    anna = Conversation(stack, "C101")
    anna.say("Move me to tomorrow's morning flight")
    anna.decide()
    return anna


def test_each_turn_costs_what_its_calls_cost(stack: Stack, changed: Conversation) -> None:
    query = "SELECT turn, sum(cost_micro)::bigint AS cost FROM handrail.calls WHERE request_id = :r GROUP BY turn"
    by_calls = {row["turn"]: row["cost"] for row in rows(stack, query, r=changed.request_id)}
    query = "SELECT turn, cost_micro AS cost FROM handrail.turns WHERE request_id = :r"
    by_turns = {row["turn"]: row["cost"] for row in rows(stack, query, r=changed.request_id)}
    assert by_turns == by_calls
    assert all(cost > 0 for cost in by_turns.values())
    assert len(by_turns) == 2
    assert changed.look()["cost_usd"] == pytest.approx(sum(by_turns.values()) / 1_000_000)


def test_a_reply_says_what_its_turn_cost(stack: Stack, changed: Conversation) -> None:
    done = changed.await_event("reply.done", turn=2)
    query = "SELECT cost_micro FROM handrail.turns WHERE request_id = :r AND turn = 2"
    assert done["data"]["cost_usd"] == pytest.approx(value(stack, query, r=changed.request_id) / 1_000_000)
    assert changed.request_id in done["data"]["temporal_url"]


def test_tokens_that_the_cache_had_are_counted_apart(stack: Stack, changed: Conversation) -> None:
    query = (
        "SELECT input_tokens, cached_tokens, output_tokens FROM handrail.calls WHERE request_id = :r AND state = 'done'"
    )
    calls = rows(stack, query, r=changed.request_id)
    assert all(call["input_tokens"] > call["cached_tokens"] >= 0 and call["output_tokens"] > 0 for call in calls)
    assert any(call["cached_tokens"] for call in calls), "the stable part of the prompt comes first"


def audit(changed: Conversation, role: str = "compliance") -> dict[str, object]:
    url = f"{changed.stack.url}/v1/requests/{changed.request_id}/audit"
    answer = changed.stack.http.get(url, headers=headers("O1", role))
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_chain_is_shown_with_its_proof(changed: Conversation) -> None:
    shown = audit(changed)
    kinds = [record["kind"] for record in shown["records"]]  # type: ignore[index,attr-defined]
    assert {"guard", "decision", "effect", "turn"} <= set(kinds)
    assert shown["proof"]["holds"] is True  # type: ignore[index]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE handrail.audit SET record = replace(record, 'allow', 'alloW') WHERE request_id = :r AND seq = 2",
        "DELETE FROM handrail.audit WHERE request_id = :r AND seq = (SELECT max(seq) FROM handrail.audit WHERE request_id = :r)",
        "UPDATE handrail.audit SET record = '{' WHERE request_id = :r AND seq = 2",
    ],
    ids=["one byte", "a cut tail", "broken JSON"],
)
def test_a_changed_chain_is_not_proved(stack: Stack, changed: Conversation, change: str) -> None:
    rows(stack, change, r=changed.request_id)
    assert audit(changed)["proof"]["holds"] is False  # type: ignore[index]


def test_what_was_confirmed_is_what_was_sent(stack: Stack, changed: Conversation) -> None:
    (paid,) = changed.ledger("payments", "charge_payment")
    query = "SELECT state, authorised_by, sent FROM handrail.effects WHERE request_id = :r AND tool = 'charge_payment'"
    (effect,) = rows(stack, query, r=changed.request_id)
    assert (effect["state"], effect["authorised_by"]) == ("verified", "C101")
    assert paid["arguments"]["amount"] == {"amount": 4500, "currency": "EUR"}
    assert b'"amount":4500' in bytes(effect["sent"])
