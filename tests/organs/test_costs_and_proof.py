"""Is every turn's cost known, and can every decision be proved later?"""

import hashlib
import json
from typing import Any

import pytest

from tests.as_seeded import bring_back
from tests.conversation import Conversation, headers
from tests.records import rows, value
from tests.stack import Stack


@pytest.fixture(scope="module")
def changed(machine: Stack) -> Conversation:
    """Anna has moved her flight."""
    bring_back(machine)
    anna = Conversation(machine, "C101")
    anna.say("Move me to tomorrow's morning flight")
    anna.decide()
    return anna


def test_each_turn_costs_what_its_calls_cost(changed: Conversation) -> None:
    query = "SELECT turn, sum(cost_micro)::bigint AS cost FROM handrail.calls WHERE request_id = :r GROUP BY turn"
    by_calls = {row["turn"]: row["cost"] for row in rows(changed.stack, query, r=changed.request_id)}
    query = "SELECT turn, cost_micro AS cost FROM handrail.turns WHERE request_id = :r"
    by_turns = {row["turn"]: row["cost"] for row in rows(changed.stack, query, r=changed.request_id)}
    assert by_turns == by_calls
    assert all(cost > 0 for cost in by_turns.values())
    assert len(by_turns) == 2
    assert changed.look()["cost_usd"] == pytest.approx(sum(by_turns.values()) / 1_000_000)


def test_a_reply_says_what_its_turn_cost(changed: Conversation) -> None:
    done = changed.await_event("reply.done", turn=2)
    query = "SELECT cost_micro FROM handrail.turns WHERE request_id = :r AND turn = 2"
    assert done["data"]["cost_usd"] == pytest.approx(value(changed.stack, query, r=changed.request_id) / 1_000_000)
    assert changed.request_id in done["data"]["temporal_url"]


def test_tokens_that_the_cache_had_are_counted_apart(changed: Conversation) -> None:
    query = (
        "SELECT input_tokens, cached_tokens, output_tokens FROM handrail.calls WHERE request_id = :r AND state = 'done'"
    )
    calls = rows(changed.stack, query, r=changed.request_id)
    assert all(call["input_tokens"] > call["cached_tokens"] >= 0 and call["output_tokens"] > 0 for call in calls)
    assert any(call["cached_tokens"] for call in calls), "the stable part of the prompt comes first"


def test_what_was_confirmed_is_what_was_sent(changed: Conversation) -> None:
    (paid,) = changed.ledger("payments", "charge_payment")
    query = "SELECT state, authorised_by, sent FROM handrail.effects WHERE request_id = :r AND tool = 'charge_payment'"
    (effect,) = rows(changed.stack, query, r=changed.request_id)
    assert (effect["state"], effect["authorised_by"]) == ("verified", "C101")
    assert paid["arguments"]["amount"] == {"amount": 4500, "currency": "EUR"}
    assert b'"amount":4500' in bytes(effect["sent"])


def audit(customer: Conversation) -> dict[str, Any]:
    url = f"{customer.stack.url}/v1/requests/{customer.request_id}/audit"
    answer = customer.stack.http.get(url, headers=headers("O1", "compliance"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def proof(customer: Conversation) -> dict[str, Any]:
    return audit(customer)["proof"]


def test_the_chain_is_shown_with_its_proof(changed: Conversation) -> None:
    shown = audit(changed)
    assert {"guard", "decision", "effect", "turn"} <= {record["kind"] for record in shown["records"]}
    assert shown["proof"] == {"holds": True, "first_bad": None, "head": shown["records"][-1]["hash"]}


def test_nobody_finds_arguments_by_trying_their_digests(changed: Conversation) -> None:
    """Arguments have little entropy: four digits, a date, a name."""
    guards = [record for record in audit(changed)["records"] if record["kind"] == "guard"]
    calls = rows(
        changed.stack,
        "SELECT body->>'arguments' AS said FROM handrail.entries WHERE request_id = :r AND kind = 'call'",
        r=changed.request_id,
    )
    tried = {hashlib.sha256(str(call["said"]).encode()).hexdigest() for call in calls}
    assert len(guards) > 1
    assert tried.isdisjoint(json.dumps(guards).split('"'))


ONE = "WHERE request_id = :r AND seq = 2"
LAST = "WHERE request_id = :r AND seq = (SELECT max(seq) FROM handrail.audit WHERE request_id = :r)"
CHANGES = {
    "one byte": f"UPDATE handrail.audit SET record = overlay(record PLACING 'X' FROM 3) {ONE} RETURNING seq",
    "broken JSON": f"UPDATE handrail.audit SET record = '{{' {ONE} RETURNING seq",
    "a cut tail": f"DELETE FROM handrail.audit {LAST} RETURNING seq",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_chain_is_not_proved(stack: Stack, change: str) -> None:
    visitor = Conversation(stack)
    visitor.say("When does my booking leave?")
    visitor.say("K7Q2LM")
    visitor.say("Keller")
    assert proof(visitor)["holds"] is True
    assert rows(stack, CHANGES[change], r=visitor.request_id), "the test must change something"
    assert proof(visitor)["holds"] is False
