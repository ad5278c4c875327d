"""How are the histories recorded that the tests replay? By hand: `python -m tests.histories.record`.

Record anew only what cannot be replayed on purpose: requests of the version before still run (see `workflow.patched`).
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conversation import Conversation, admin, headers
from tests.stack import Stack, running_stack
from tests.temporal import look_at

FOLDER = Path(__file__).parent


def greet(stack: Stack) -> Conversation:
    """Flow 1: one call of the fast model."""
    customer = Conversation(stack, "C101")
    customer.say("Hi there")
    return customer


def change_a_flight(stack: Stack) -> Conversation:
    """Flow 3: a plan, a confirmation, four writes; small talk in the middle, and the price rises once."""
    customer = Conversation(stack, "C101")
    customer.say("Move me to tomorrow's morning flight")
    customer.say("How are you today?")
    admin(stack, "POST", "/_control/raise_fares", json={"flight_id": "NW204-2026-11-22", "by_minor": 700})
    customer.decide()
    customer.decide()
    assert len(customer.ledger("booking", "change_flight")) == 1
    return customer


def report_a_bag(stack: Stack) -> Conversation:
    """Flow 5: several questions, a case, a durable wait, and the company's result."""
    customer = Conversation(stack, "C103")
    for said in ("My bag is lost", "T8BN4C", "a red Samsonite with a dent", "Rua Augusta 12, 1100-053 Lisboa"):
        customer.say(said)
    customer.decide()
    customer.await_event("reply.done", turn=6)
    customer.await_status("waiting_for_customer")
    return customer


def speak_with_a_person(stack: Stack) -> Conversation:
    """Flow 8: an open question, a person who answers and gives back, and the choice."""
    customer = Conversation(stack, "C102")
    customer.say("My flight was cancelled, what can you do for me?")
    customer.say("I want to speak to a person")
    customer.await_status("waiting_for_person")
    base, desk = f"{stack.url}/v1/desk/requests/{customer.request_id}", headers("A1", "agent")
    epoch = stack.http.get(base, headers=desk).json()["handoff"]["epoch"]
    for action, body in (("claim", {"epoch": epoch}), ("reply", {"text": "I am Eva."}), ("return", {})):
        assert stack.http.post(f"{base}/{action}", json=body, headers=desk).status_code < 300
    customer.await_status("waiting_for_customer")
    customer.say("the first one please")
    customer.decide("decline")
    return customer


RECORDED: dict[str, Callable[[Stack], Conversation]] = {
    "greeting": greet,
    "change_of_flight": change_a_flight,
    "lost_bag": report_a_bag,
    "person": speak_with_a_person,
}


def without_machine(tree: Any) -> Any:
    """The history without the names of the machine and processes that wrote it."""
    if isinstance(tree, dict):
        return {key: "recorded" if key == "identity" else without_machine(item) for key, item in tree.items()}
    return [without_machine(item) for item in tree] if isinstance(tree, list) else tree


def main(names: list[str]) -> int:
    """Record the named histories, or all."""
    with running_stack() as stack:
        for name in names or RECORDED:
            admin(stack, "POST", "/_control/reset")
            customer = RECORDED[name](stack)
            history = without_machine(json.loads(look_at(stack, customer.request_id).history.to_json()))
            lines = ",\n".join(json.dumps(event, separators=(",", ":")) for event in history["events"])
            (FOLDER / f"{name}.json").write_text(f'{{"events":[\n{lines}\n]}}\n')
            print(f"{name}: {len(history['events'])} events")  # noqa: T201 - run by hand
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
