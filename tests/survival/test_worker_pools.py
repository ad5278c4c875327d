"""Do the pools do their work as processes of their own, drain on SIGTERM, and leave a sick model alone?"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conversation import Conversation, standin
from tests.records import rows
from tests.stack import Stack, running_stack, wait_until

PRICE = "How much is an extra bag?"
FAILURES = 3


@pytest.fixture(scope="module")
def pools() -> Iterator[Stack]:
    """A machine with a process for each pool, whose circuits open after a few failures."""
    with running_stack(pools=("requests", "models", "tools"), HANDRAIL_CIRCUIT_FAILURES=str(FAILURES)) as stack:
        yield stack


@pytest.fixture(autouse=True)
def healthy(pools: Stack) -> None:
    standin(pools, "DELETE", "/_control")
    standin(pools, "DELETE", "/_requests")


def received(stack: Stack, model: str) -> list[Any]:
    asked = standin(stack, "GET", "/_requests").json()["requests"]
    return [one for one in asked if (one["body"] or {}).get("model") == model]


def test_separate_pools_carry_a_change_out(pools: Stack) -> None:
    customer = Conversation(pools, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide()
    assert len(customer.ledger("payments", "charge_payment")) == 1


def test_sigterm_lets_a_model_call_under_way_finish(pools: Stack) -> None:
    standin(pools, "POST", "/_control", json={"latency": {"gpt-4.1": {"ttft_ms": 2500, "tokens_per_s": 20}}})
    customer = Conversation(pools)
    customer.send(PRICE)
    wait_until(lambda: len(received(pools, "gpt-4.1")) == 1, "the call")
    assert pools.stop_one("runtime-models"), "it ends by itself"
    (call,) = rows(pools, "SELECT state, attempt FROM handrail.calls WHERE request_id = :r", r=customer.request_id)
    assert call == {"state": "done", "attempt": 1}
    assert "40" in customer.await_event("reply.done")["data"]["text"]
    assert len(received(pools, "gpt-4.1")) == 1, "nobody had to ask again"
    pools.restart("runtime-models")


def test_a_storm_of_429_is_not_answered_by_more_calls(pools: Stack) -> None:
    fault = {"kind": "429", "times": 1000, "model": "gpt-4.1", "retry_after": 0}
    standin(pools, "POST", "/_control", json={"faults": [fault]})
    for _ in range(4):
        (reply,) = Conversation(pools).say(PRICE)
        assert "40" in reply, "the other tier answers"
    asked, customers = len(received(pools, "gpt-4.1")), 4
    assert asked >= FAILURES
    assert asked <= FAILURES + customers, "then a probe at the most, where every customer brought four calls"
    assert "model_circuit_opened" in pools.log("runtime-models")
