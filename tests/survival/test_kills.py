"""Is anything lost, or done twice, when a process dies in the middle of flow 3, right after the payment?"""

from collections.abc import Callable

import pytest

from tests.conversation import Conversation, admin
from tests.stack import Stack, wait_until


def pay_and_stop_before_the_change(stack: Stack) -> Conversation:
    """Bring flow 3 to the moment after its payment, while the change of the ticket is slow."""
    slow = {"system": "booking", "operation": "change_flight", "mode": "slow", "times": 1, "delay_ms": 4000}
    admin(stack, "POST", "/_control", json=slow)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide(wait=None)
    wait_until(lambda: len(customer.ledger("payments", "charge_payment")) == 1, "the payment")
    return customer


def assert_done_once(customer: Conversation) -> None:
    """The change was finished with exactly one payment, and told."""
    done = customer.await_event("reply.done", by="agent", patience=90)
    assert "NW204" in done["data"]["text"]
    assert len(customer.ledger("payments", "charge_payment")) == 1
    assert len(customer.ledger("booking", "change_flight")) == 1
    assert customer.look()["status"] == "waiting_for_customer"


def kill_worker(stack: Stack) -> None:
    stack.kill("runtime0")
    stack.restart("runtime0")


def kill_gateway(stack: Stack) -> None:
    stack.kill("gateway")
    stack.restart("gateway")


def kill_temporal(stack: Stack) -> None:
    assert stack.temporal is not None
    stack.temporal.kill()
    stack.start_temporal()


def kill_postgres(stack: Stack) -> None:
    assert stack.postgres is not None
    stack.postgres.kill()
    stack.restart_postgres()
    stack.await_healthy("gateway")


def kill_airline(stack: Stack) -> None:
    stack.kill("airline")
    stack.restart("airline")


@pytest.mark.parametrize("kill", [kill_worker, kill_gateway, kill_temporal, kill_postgres, kill_airline])
def test_a_kill_after_the_payment_loses_nothing_and_pays_once(stack: Stack, kill: Callable[[Stack], None]) -> None:
    customer = pay_and_stop_before_the_change(stack)
    kill(stack)
    assert_done_once(customer)


def test_an_effect_whose_answer_was_lost_is_not_repeated(stack: Stack) -> None:
    lost = {"system": "payments", "operation": "charge_payment", "mode": "timeout_after_effect", "times": 1}
    admin(stack, "POST", "/_control", json=lost)
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.decide()
    assert_done_once(customer)


def test_a_message_accepted_while_no_worker_runs_is_answered_later(stack: Stack) -> None:
    stack.kill("runtime0")
    customer = Conversation(stack)
    customer.send("How much is an extra bag?")
    stack.restart("runtime0")
    assert "40" in customer.await_event("reply.done")["data"]["text"]


def test_a_message_accepted_while_temporal_is_down_is_signalled_by_the_sweeper(stack: Stack) -> None:
    assert stack.temporal is not None
    stack.temporal.kill()
    customer = Conversation(stack)
    customer.send("How much is an extra bag?")
    stack.start_temporal()
    assert "40" in customer.await_event("reply.done")["data"]["text"]
